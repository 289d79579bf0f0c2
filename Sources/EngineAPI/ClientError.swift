package import Domain

/// What an engine could not do, as a sentence for the person and a kind for status codes.
package struct ClientError: SentenceError, Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        case invalid
        case notFound
        case conflict
        /// The credentials are of another org than the instance watches; in words, each. The same draft with
        /// `allowsOtherOrganization` goes over to it.
        case otherOrganization(found: String, watched: String)
        /// The org or the callback refused or could not be reached.
        case upstream
        case unavailable
        /// The store can't be read, or what had to be on disk could not be written; nothing is lost.
        case storage
        case forbidden
    }

    package let kind: Kind
    /// One sentence: what failed and what to do.
    package let message: String
    /// What the provider itself said, if anything.
    package let providerMessage: String?
    /// Whether the very same may work a little later.
    package let mayPass: Bool

    package init(_ kind: Kind, _ message: String, providerMessage: String? = nil, mayPass: Bool = false) {
        self.kind = kind
        self.message = message
        self.providerMessage = providerMessage
        self.mayPass = mayPass
    }

    package var description: String { providerMessage.map { "\(message) (\($0))" } ?? message }
}

/// An error of a layer below the engine, with what a client is told of it.
package protocol ReportedError: SentenceError {
    var report: ClientError { get }
}
