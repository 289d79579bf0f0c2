import Drawing

/// The actions of all features, in the order in which help shows them and keys are looked up.
package struct ActionTable: Sendable {
    package let actions: [Action]
    /// Where keys work: the panes in their order, then everywhere.
    package let contexts: [ActionContext]

    init(_ features: [any Feature]) {
        let panes = features.compactMap { ($0 as? any Pane).map { type(of: $0) } }
        actions = features.flatMap { type(of: $0).actions }.map { action in
            action.adding(panes.filter { $0.sharedActions.contains(action.id) }.map { .pane($0.id) })
        }
        contexts = panes.map { .pane($0.id) } + [.everywhere]
    }

    /// The rows with their own keys.
    package static let standard = ActionTable(Registry.features)

    package subscript(_ id: ActionID) -> Action? { actions.first { $0.id == id } }

    /// The rows that the palette offers.
    var commands: [Action] { actions.filter(\.isCommand) }

    /// The action that a key means in a context; the context's own actions come first.
    func action(for key: Key, in context: ActionContext) -> Action? {
        actions.first { $0.contexts.contains(context) && $0.keys.contains(key) }
            ?? actions.first { $0.contexts.contains(.everywhere) && $0.keys.contains(key) }
    }

    /// The key list of the documentation, as Markdown tables.
    package var markdown: String {
        contexts.map { context in
            let rows = actions.filter { $0.contexts.contains(context) && !$0.keys.isEmpty }.map { action in
                let keys = action.keys.map { "`\($0.name)`" }.joined(separator: ", ")
                return "| \(keys) | \(action.title) |"
            }
            return "**\(context.name)**\n\n| Keys | Action |\n| --- | --- |\n" + rows.joined(separator: "\n")
        }.joined(separator: "\n\n") + "\n"
    }
}
