/// Refuses requests that a web page sent through a name of its own that leads here (DNS rebinding).
///
/// A page can only reach a listener under its own origin by a host *name*; addresses written as numbers and
/// `localhost` can't be rebound, so they are always fine.
struct HostGuard: Sendable {
    /// Further names, in lower case; nil: any.
    let names: Set<String>?

    init(names: [String]?) { self.names = names.map { Set($0.map { $0.lowercased() }) } }

    func allows(authority: String?) -> Bool {
        guard let authority, !authority.isEmpty else { return false }
        guard let names else { return true }
        let host = Self.host(of: authority)
        return host == "localhost" || host.hasSuffix(".localhost") || Self.isAddress(host) || names.contains(host)
    }

    /// An `Origin` may only be the listener itself: nothing here is for other sites' pages.
    func allows(origin: String, authority: String?) -> Bool {
        guard let authority else { return false }
        let origin = origin.lowercased()
        return origin == "http://" + authority.lowercased() || origin == "https://" + authority.lowercased()
    }

    /// The host without its port, in lower case.
    static func host(of authority: String) -> String {
        let text = authority.lowercased()
        if text.hasPrefix("["), let end = text.firstIndex(of: "]") { return String(text[...end]) }
        return String(text.prefix { $0 != ":" })
    }

    private static func isAddress(_ host: String) -> Bool {
        if host.hasPrefix("["), host.hasSuffix("]") { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts.allSatisfy { UInt8($0) != nil }
    }
}
