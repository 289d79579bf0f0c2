/// The code and settings that deployments have put into the org.
struct DeployedCode: Sendable, Equatable {
    struct Trigger: Sendable, Equatable {
        let object: String
        /// `after insert` and its like, in lower case.
        let events: Set<String>
        let body: String
    }

    struct Site: Sendable, Equatable {
        let url: String
        let isActive: Bool
    }

    var classes: [String: String] = [:]
    var triggers: [String: Trigger] = [:]
    var sites: [String: Site] = [:]

    /// Whether an active remote site covers scheme, host and port of an address.
    func allowsCallout(to endpoint: String) -> Bool {
        let origin = Self.origin(endpoint)
        return sites.values.contains { $0.isActive && Self.origin($0.url) == origin }
    }

    /// `https://host:port` of an address.
    static func origin(_ url: String) -> String? {
        guard let scheme = url.firstRange(of: "://") else { return nil }
        let authority = url[scheme.upperBound...].prefix { !"/?#".contains($0) }
        guard !authority.isEmpty else { return nil }
        return url[..<scheme.upperBound].lowercased() + authority.lowercased()
    }
}
