import Domain

/// Why the store could not be opened or written, in one sentence with the way out.
package struct StoreError: SentenceError, Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        case unreadable
        /// Another process has the data directory.
        case locked
        /// Another node has the database.
        case held
        /// Another node holds the instance.
        case elsewhere
        /// The instance was deleted.
        case gone
        /// What was to be written can't be, as it is; any other write may pass.
        case invalid
        case newerVersion
        case diskFull
        case corrupt
        /// Nobody knows whether it is done: the same again might be done twice.
        case unknown
        case other
    }

    package let kind: Kind
    package let message: String

    package init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }

    /// Whatever is asked of a store that was closed.
    package static let closed = StoreError(.other, "The store is closed.")

    package var description: String { message }
}
