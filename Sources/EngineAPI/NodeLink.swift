package import Primitives

/// How the way to a node elsewhere stands, and at which address it was asked last.
package enum NodeLink: Sendable, Hashable {
    case reached(at: String)
    /// It was there, and says nothing: neither an answer nor a sign that it runs. What it was asked is still waited for.
    case slow(at: String, since: Timestamp)
    /// It can't be asked, and was heard last at `since`; it is tried again by itself. The reason is a clause that begins with
    /// “it” or “its”.
    case lost(at: String, since: Timestamp, reason: String)

    package var address: String {
        switch self {
        case .reached(let address), .slow(let address, _), .lost(let address, _, _): address
        }
    }
}
