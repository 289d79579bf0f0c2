import Drawing

extension DashboardContext {
    /// The key that takes the newest message off the screen, where that is what it does before all else: while nothing lies
    /// over the panes, and the message would stay.
    var dismissalKey: DisplayText? {
        overlays.isEmpty && messages.isNewestLasting ? table.keyName(.dismissMessage, glyphs) : nil
    }

    /// The offers of the footer with what their keys do now.
    func current(_ hints: [Hint]) -> [Hint] {
        guard dismissalKey != nil, let keys = table[.dismissMessage]?.keys else { return hints }
        return hints.map { hint in
            guard let key = table[hint.action]?.keys.first, keys.contains(key) else { return hint }
            return .action(.dismissMessage)
        }
    }
}
