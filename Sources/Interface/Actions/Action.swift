package import Drawing

/// The name of something that a person can have done; each feature declares its own.
package struct ActionID: Sendable, Hashable {
    /// Stable, in lower case with hyphens: what the configuration file calls it.
    package let name: String

    init(_ name: String) { self.name = name }
}

/// One row of the table from which keys, hints, help, palette and documentation come.
package struct Action: Sendable, Hashable {
    package let id: ActionID
    /// The first one is shown in hints.
    package internal(set) var keys: [Key]
    /// Says what it does, as the palette and the help show it.
    package let title: String
    /// One or two words for the footer.
    package let hint: String
    package let contexts: [ActionContext]
    /// Whether the palette offers it; moving about is for keys alone.
    let isCommand: Bool
    /// Whether it says nothing where it can't be done: Esc with nothing to do is no mistake.
    let isSilent: Bool
    /// Whether it only shows something: nothing is sent or changed by it, so that it may be chosen by mistake.
    let onlyShows: Bool

    init(
        _ id: ActionID,
        _ keys: [Key],
        _ title: String,
        hint: String,
        in contexts: [ActionContext] = [.everywhere],
        isCommand: Bool = true,
        isSilent: Bool = false,
        onlyShows: Bool = false
    ) {
        self.id = id
        self.keys = keys
        self.title = title
        self.hint = hint
        self.contexts = contexts
        self.isCommand = isCommand
        self.isSilent = isSilent
        self.onlyShows = onlyShows
    }
}

extension Action {
    /// A row for keys alone: where it works depends on what has the focus, so the palette does not offer it.
    static func keyed(
        _ id: ActionID,
        _ keys: [Key],
        _ title: String,
        hint: String,
        in contexts: [ActionContext]
    ) -> Action {
        Action(id, keys, title, hint: hint, in: contexts, isCommand: false)
    }
}

/// Posted when an action was asked for and can't be done now.
struct ActionRefused: DashboardEvent {
    let action: ActionID
}
