import Drawing

/// A window that asks for one line of text; Enter hands it in.
protocol TextDialog: Overlay {
    /// Where its keys mean something.
    static var keyContext: ActionContext { get }
    /// What becomes of line ends that are pasted.
    static var lineEnds: TextField.LineEnds { get }
    var field: TextField { get set }

    /// What stands in the line is another text now.
    mutating func edited()
    mutating func submit(_ context: DashboardContext, _ effects: inout Effects)
}

extension TextDialog {
    static var lineEnds: TextField.LineEnds { .blank }

    func contexts(_ context: DashboardContext) -> [ActionContext] { [Self.keyContext] }
    func acceptsLetter(_ letter: Character) -> Bool { true }

    mutating func perform(_ action: ActionID, _ context: DashboardContext, _ effects: inout Effects) -> Bool {
        switch action {
        case .close: effects.close()
        case .submit: submit(context, &effects)
        default:
            guard field.perform(action) else { return false }
            edited()
        }
        return true
    }

    mutating func paste(_ text: String, _ context: DashboardContext, _ effects: inout Effects) {
        field.insert(text, lineEnds: Self.lineEnds)
        edited()
        effects.warn(ifCut: field)
    }
}
