/// An object of the org's describe that can be watched.
package struct ObjectDescription: Sendable, Hashable {
    package var name: String
    package var label: String
    package var isCustom: Bool
    package var isQueryable: Bool
    package var isReplicateable: Bool
    package var isTriggerable: Bool

    package init(
        name: String,
        label: String,
        isCustom: Bool,
        isQueryable: Bool,
        isReplicateable: Bool,
        isTriggerable: Bool
    ) {
        self.name = name
        self.label = label
        self.isCustom = isCustom
        self.isQueryable = isQueryable
        self.isReplicateable = isReplicateable
        self.isTriggerable = isTriggerable
    }
}
