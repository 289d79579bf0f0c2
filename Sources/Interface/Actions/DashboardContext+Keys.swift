import Drawing

extension DashboardContext {
    /// How a sentence names an action's key: `r`, `^S`, or where it has none, how else to come to it.
    func key(_ id: ActionID) -> String { shownKey(id) ?? "“\(table[id]?.title ?? id.name)” (unbound)" }

    /// `Enter starts · Esc leaves`: what the border of a window offers. Nothing of actions without keys.
    func offers(_ offers: (ActionID, String)...) -> DisplayText {
        let words = offers.compactMap { id, words in shownKey(id).map { "\($0) \(words)" } }
        return DisplayText(words.joined(separator: " · "))
    }

    private func shownKey(_ id: ActionID) -> String? { table[id]?.keys.first?.label(.ascii).string }
}
