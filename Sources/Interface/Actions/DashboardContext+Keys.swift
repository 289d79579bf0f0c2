import Drawing

extension DashboardContext {
    /// How a sentence names an action's key: `r`, `^S`, or where it has none, how else to come to it.
    func key(_ id: ActionID) -> String { shownKey(id) ?? "“\(table[id]?.title ?? id.name)” (unbound)" }

    /// The first key that does an action in the focused pane as that stands now; nil where none does.
    func workingKey(_ id: ActionID) -> Key? {
        let contexts = paneKeyContexts + [.everywhere, .always]
        return table[id]?.keys.first { key in
            guard !isTyping || !key.isLetter else { return false }
            return contexts.lazy.compactMap { table.action(for: key, in: $0) }.first?.id == id
        }
    }

    /// The key of the palette that works where a text takes letters, too; for sentences that are read there.
    var paletteKey: String {
        table[.palette]?.keys.first { !$0.isLetter }?.label(.ascii).string ?? key(.palette)
    }

    /// `Enter starts · Esc leaves`: what the border of a window offers. Nothing of actions without keys.
    func offers(_ offers: (ActionID, String)...) -> DisplayText {
        let words = offers.compactMap { id, words in shownKey(id).map { "\($0) \(words)" } }
        return DisplayText(words.joined(separator: " · "))
    }

    private func shownKey(_ id: ActionID) -> String? { table[id]?.keys.first?.label(.ascii).string }
}
