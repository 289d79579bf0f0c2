import Domain

/// What was received by webhooks and left out, as its objects are not watched; since the objects to watch changed last. Whoever
/// waits for it in vain sees why.
struct UnwatchedChanges: Sendable, Hashable {
    /// Objects that are named.
    static let most = 5

    private(set) var count = 0
    /// As their sender spells them, in the order of their first changes.
    private(set) var objects: [String] = []

    /// Adds changes by object. True where an object is named that was not before.
    mutating func add(_ changes: [String: Int]) -> Bool {
        let before = objects.count
        for (name, number) in changes.sorted(by: { $0.key < $1.key }) {
            count += number
            guard objects.count < Self.most, InstanceConfiguration.isObjectName(name) else { continue }
            if !objects.contains(where: { $0.lowercased() == name.lowercased() }) { objects.append(name) }
        }
        return objects.count > before
    }
}
