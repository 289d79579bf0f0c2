import Primitives

/// One message that the org has to post to somebody.
package struct Callout: Sendable, Equatable {
    package enum Kind: Sendable, Equatable {
        /// From generated Apex; any 2xx is success.
        case trigger
        /// An outbound message; only an `Ack` of true is success.
        case outboundMessage
    }

    package let number: Int
    package let kind: Kind
    /// The same on every attempt, so that receivers can drop repeats.
    package let messageID: String
    package let url: String
    package let body: [UInt8]
    /// The key that signs it; outbound messages have none.
    let secret: [UInt8]
    var attempt = 1
    var due: Stamp
}
