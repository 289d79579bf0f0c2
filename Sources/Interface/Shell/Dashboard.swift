import Drawing
package import Primitives

/// The shell around the features: who has the focus, what lies over the panes, and the way of every message.
///
/// A value, changed only by `update`; it knows features by their protocols alone.
package struct Dashboard: Sendable {
    package internal(set) var settings: DashboardSettings
    /// The moment of the last message.
    var now: Timestamp
    var features: [any Feature]
    /// What lies over the panes; the last is on top and has the keys.
    var layers: [Layer] = []
    var focus = PaneID.events
    /// The pane that has the largest room.
    var mainPane = PaneID.events
    let table: ActionTable
    /// What is to be done, until `update` gives it to the loop.
    var outbox: [Command] = []
    private var nextLayer = 1
    /// Where it was last said that a key does nothing.
    var unboundPlace: ActionContext?
    /// Input that waits until the panes are where the keys before it have sent them.
    var held: [InputEvent] = []
    /// Until when it waits; nil: it needn't.
    var waitEnds: Timestamp?

    /// An open overlay.
    struct Layer: Sendable {
        let id: LayerID
        var overlay: any Overlay
    }

    package init(_ settings: DashboardSettings, now: Timestamp, keys: ActionTable = .standard) {
        self.init(settings, now: now, features: Registry.features, keys: keys)
    }

    /// Without `keys`: the table of the features.
    init(_ settings: DashboardSettings, now: Timestamp, features: [any Feature], keys: ActionTable? = nil) {
        self.settings = settings
        self.now = now
        self.features = features
        table = keys ?? ActionTable(features)
        let context = context()
        for index in features.indices { self.features[index].show(nil, context) }
    }

    /// A feature's state, for the shell's tests and its few words with one.
    subscript<F: Feature>(_: F.Type) -> F? { features.lazy.compactMap { $0 as? F }.first }

    /// What components may read at this moment.
    func context() -> DashboardContext {
        var context = DashboardContext(
            settings: settings,
            now: now,
            table: table,
            focus: focus,
            overlays: layers.map { type(of: $0.overlay) }
        )
        for feature in features { feature.publish(to: &context) }
        context.places = focusedPane?.contexts(context) ?? []
        return context
    }

    mutating func open(_ overlay: any Overlay) {
        layers.append(Layer(id: LayerID(number: nextLayer), overlay: overlay))
        nextLayer += 1
    }

    /// Why an action can't be done now; nil if it can.
    func obstacle(to action: ActionID, _ context: DashboardContext) -> String? {
        features.lazy.compactMap { $0.obstacle(to: action, context) }.first
    }
}
