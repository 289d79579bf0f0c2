import Drawing
package import Primitives

/// The shell around the features: who has the focus, what lies over the panes, and the way of every message.
///
/// A value, changed only by `update`; it knows features by their protocols alone.
package struct Dashboard: Sendable {
    package internal(set) var settings: DashboardSettings
    /// The moment of the last message, by the machine's clock.
    var now: Timestamp
    /// The same by the clock that nobody sets.
    var due: Timestamp
    var features: FeatureSet
    var layers = OverlayStack()
    var focus = PaneID.events
    /// The pane that has the largest room.
    var mainPane = PaneID.events
    let table: ActionTable
    /// When `tick` is wanted at the latest, by the clock that nobody sets; nil: never, so that an idle dashboard sleeps.
    package internal(set) var nextDeadline: Timestamp?
    /// What is to be done, until `update` gives it to the loop.
    var outbox: [Command] = []
    /// The border between panes that the mouse holds.
    var heldBorder: PaneSizes.Border?
    /// Input that waits until the panes are where the keys before it have sent them.
    var held = HeldInput()

    package init(
        _ settings: DashboardSettings,
        now: Timestamp,
        due: Timestamp,
        keys: ActionTable = .standard
    ) {
        self.init(settings, now: now, due: due, features: Registry.features, keys: keys)
    }

    /// Without `keys`: the table of the features.
    init(
        _ settings: DashboardSettings,
        now: Timestamp,
        due: Timestamp,
        features: [any Feature],
        keys: ActionTable? = nil
    ) {
        self.settings = settings
        self.now = now
        self.due = due
        self.features = FeatureSet(features)
        table = keys ?? ActionTable(features)
        let context = context()
        _ = self.features.each { feature, _ in feature.show(nil, context) }
    }

    /// A feature's state, for the shell's tests and its few words with one.
    subscript<F: Feature>(_: F.Type) -> F? { features.all.lazy.compactMap { $0 as? F }.first }

    /// What components may read at this moment.
    func context() -> DashboardContext {
        var context = DashboardContext(
            settings: settings,
            now: now,
            due: due,
            table: table,
            focus: focus,
            overlays: layers.kinds
        )
        for feature in features.all { feature.publish(to: &context) }
        let pane = focusedPane
        context.paneKeyContexts = pane?.contexts(context) ?? []
        context.isTyping = pane?.acceptsLetter("a") ?? false
        context.keyContexts = layers.top?.contexts(context) ?? context.paneKeyContexts
        return context
    }
}
