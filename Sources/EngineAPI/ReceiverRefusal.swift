import Domain

/// Why what was posted to a receiver address is refused: one sentence for the sender.
package enum ReceiverRefusal: SentenceError, Sendable, Hashable {
    /// Its signature is missing, too old or wrong.
    case unverified(String)
    /// Its body can't be read.
    case malformed(String)
    /// Its body is encoded in a way that is not read here.
    case encoded(String)

    package var description: String {
        switch self {
        case .unverified(let sentence), .malformed(let sentence): sentence
        case .encoded(let coding): "The body comes with Content-Encoding: \(coding); send it as it is, without one."
        }
    }
}
