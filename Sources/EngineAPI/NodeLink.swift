package import Primitives

/// How the way to a node elsewhere stands, and at which address it was asked last.
package enum NodeLink: Sendable, Hashable {
    case reached(at: String)
    /// It can't be asked; it is tried again by itself. The reason is a clause that begins with “it” or “its”.
    case lost(at: String, since: Timestamp, reason: String)

    package var address: String {
        switch self {
        case .reached(let address), .lost(let address, _, _): address
        }
    }
}
