import Drawing

/// The actions of all features and those that controls and overlays share, in the order in which help shows them.
package struct ActionTable: Sendable, Hashable {
    package internal(set) var actions: [Action]
    /// Where keys work: panes with their controls, everywhere, overlays, then what those include.
    package let contexts: [ActionContext]

    init(_ features: [any Feature]) {
        let shared = ListMotion.actions + TextField.actions + OverlayActions.rows
        actions = features.flatMap { type(of: $0).actions } + shared
        var contexts: [ActionContext] = []
        for context in actions.flatMap(\.contexts) where !contexts.contains(context) { contexts.append(context) }
        // Stable: within a kind, the order of the features.
        self.contexts = contexts.enumerated().sorted {
            ($0.element.kind.rawValue, $0.offset) < ($1.element.kind.rawValue, $1.offset)
        }.map(\.element)
    }

    /// The rows with their own keys.
    package static let standard = ActionTable(Registry.features)

    package subscript(_ id: ActionID) -> Action? { actions.first { $0.id == id } }

    package subscript(named name: String) -> Action? { actions.first { $0.id.name == name } }

    /// The rows that the palette offers.
    var commands: [Action] { actions.filter(\.isCommand) }

    /// The action that a key means in a context, its own or one that it includes.
    func action(for key: Key, in context: ActionContext) -> Action? {
        actions.first { $0.keys.contains(key) && $0.works(in: context) }
    }

    /// The first key of an action for a hint, in brackets of a sentence, or nothing: `J shows how it goes`.
    func keyName(_ id: ActionID, _ glyphs: Glyphs) -> DisplayText? { self[id]?.keys.first?.label(glyphs) }

    /// The key list of the documentation, as Markdown tables.
    package var markdown: String {
        contexts.map { context in
            let rows = actions.filter { $0.contexts.contains(context) }.map { action in
                let keys = action.keys.map { "`\($0.name)`" }.joined(separator: ", ")
                return "| \(keys) | \(action.title) | `\(action.id.name)` |"
            }
            let with = context.includes.map(\.title.localLowercased).joined(separator: ", ")
            let also = with.isEmpty ? "" : " (and the keys of \(with))"
            return "**\(context.title)**\(also)\n\n| Keys | Action | Name |\n| --- | --- | --- |\n"
                + rows.joined(separator: "\n")
        }.joined(separator: "\n\n") + "\n"
    }
}

extension Action {
    /// Whether features do it while an overlay is open.
    var worksOverOverlays: Bool { isCommand || contexts.contains(.always) }

    /// Whether its keys work in a context.
    package func works(in context: ActionContext) -> Bool {
        contexts.contains(context) || context.includes.contains { works(in: $0) }
    }
}

extension String {
    fileprivate var localLowercased: String { prefix(1).lowercased() + dropFirst() }
}
