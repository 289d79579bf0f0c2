/// What lies over the panes; the last is on top and has the keys.
struct OverlayStack: Sendable {
    /// An open overlay.
    struct Layer: Sendable {
        let id: LayerID
        var overlay: any Overlay
    }

    private(set) var layers: [Layer] = []
    private var nextLayer = 1

    var isEmpty: Bool { layers.isEmpty }
    var count: Int { layers.count }
    /// The one that has the keys.
    var top: (any Overlay)? { layers.last?.overlay }
    /// The kinds of all, from the bottom to the top.
    var kinds: [any Overlay.Type] { layers.map { type(of: $0.overlay) } }

    mutating func open(_ overlay: any Overlay) {
        layers.append(Layer(id: LayerID(number: nextLayer), overlay: overlay))
        nextLayer += 1
    }

    mutating func close(_ id: LayerID) { layers.removeAll { $0.id == id } }

    /// Changes the one on top and gives what it asks for; nil without one.
    mutating func onTop<Result>(_ body: (inout any Overlay, inout Effects) -> Result) -> (Result, [Effect])? {
        guard let index = layers.indices.last else { return nil }
        var effects = Effects(layer: layers[index].id)
        let result = body(&layers[index].overlay, &effects)
        return (result, effects.list)
    }

    /// Changes each, from the bottom to the top, and gives what they ask for.
    mutating func each(_ body: (inout any Overlay, inout Effects) -> Void) -> [Effect] {
        var all: [Effect] = []
        for index in layers.indices {
            var effects = Effects(layer: layers[index].id)
            body(&layers[index].overlay, &effects)
            all += effects.list
        }
        return all
    }

    /// The button of the mouse is up again, or the screen has another size.
    mutating func release() { for index in layers.indices { layers[index].overlay.release() } }
}
