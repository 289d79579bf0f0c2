import Domain

/// Holds the objects to watch against what the org has.
enum ObjectNames {
    /// The names as the org spells them.
    ///
    /// - Throws: `ConfigurationRejected`, naming those that the org doesn't know or can't be queried.
    static func checked(_ names: [String], against described: [ObjectDescription]) throws(ConfigurationRejected)
        -> [String]
    {
        let known = byName(described)
        let unknown = names.filter { known[$0.lowercased()] == nil }
        if !unknown.isEmpty { throw rejection("the org has no", unknown, "use API names like Account or Invoice__c.") }
        let closed = names.filter { known[$0.lowercased()]?.isQueryable == false }
        if !closed.isEmpty { throw rejection("the org doesn't let anyone query", closed, "take them off the list.") }
        return names.map { known[$0.lowercased()]?.name ?? $0 }
    }

    /// Whether all of them are there, and all are fit for their purpose. Where not, the list may be older than they are.
    static func isComplete(
        _ described: [ObjectDescription],
        for names: [String],
        fit: (ObjectDescription) -> Bool = { $0.isQueryable }
    ) -> Bool {
        let known = byName(described)
        return names.allSatisfy { name in known[name.lowercased()].map(fit) ?? false }
    }

    /// By their names in lower case.
    static func byName(_ described: [ObjectDescription]) -> [String: ObjectDescription] {
        Dictionary(described.map { ($0.name.lowercased(), $0) }, uniquingKeysWith: { first, _ in first })
    }

    private static func rejection(_ fault: String, _ names: [String], _ advice: String) -> ConfigurationRejected {
        let shown = names.prefix(5).map { "\u{201C}\($0)\u{201D}" }.joined(separator: ", ")
        let more = names.count > 5 ? " and \(names.count - 5) more" : ""
        return ConfigurationRejected([
            ConfigurationIssue(.objects, "Objects to monitor: \(fault) \(shown)\(more); \(advice)")
        ])
    }
}
