/// Where keys mean something: a pane, an overlay, a control that has the focus, or everywhere. Each is declared beside what
/// it belongs to.
package struct ActionContext: Sendable, Hashable {
    /// What a context is for those that are open beside it.
    enum Kind: Int, Sendable, Hashable {
        case pane
        /// A control of a pane; its keys go before the pane's.
        case control
        case everywhere
        /// Has all keys while it is on top, but those that always work.
        case overlay
        /// Keys that other contexts include.
        case shared
        case always
    }

    /// Stable: `replay-jobs`.
    package let name: String
    /// Its heading: `Bulk replays`.
    package let title: String
    let kind: Kind
    /// Contexts whose keys work here as well.
    package let includes: [ActionContext]

    init(_ name: String, _ title: String, _ kind: Kind, including includes: [ActionContext] = []) {
        self.name = name
        self.title = title
        self.kind = kind
        self.includes = includes
    }

    static func pane(_ id: PaneID, including includes: [ActionContext] = []) -> ActionContext {
        ActionContext(id.name.lowercased(), id.name, .pane, including: includes)
    }

    static func overlay(_ name: String, _ title: String, including includes: [ActionContext] = []) -> ActionContext {
        ActionContext(name, title, .overlay, including: includes)
    }

    static func control(_ name: String, _ title: String, including includes: [ActionContext] = []) -> ActionContext {
        ActionContext(name, title, .control, including: includes)
    }

    /// In every pane.
    package static let everywhere = ActionContext("everywhere", "Everywhere", .everywhere)
    /// In every pane and over each overlay.
    package static let always = ActionContext("always", "Always", .always)
    /// Moving in whatever has rows or lines.
    static let list = ActionContext("list", "Lists and texts", .shared)
    /// Editing one line of text.
    static let text = ActionContext("text", "Text fields", .shared)
}
