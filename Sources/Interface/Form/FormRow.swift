import Drawing

/// One line of the form, so that scrolling, drawing and the mouse agree on where things are.
struct FormRow: Sendable, Hashable {
    enum Content: Sendable, Hashable {
        /// A label with its control in the same line.
        case line
        /// A label above its control, with words at the right.
        case label(trailing: String)
        /// The control below a label.
        case control
        /// A fold with its sections' fields below.
        case section
        case objectFilter
        /// A row of the checklist, by its place in `ObjectList.shown`.
        case object(Int)
        case fault(DisplayText, isFirst: Bool)
        case note(DisplayText, StyleRole)
        case testState
        case blank
    }

    let field: FieldID
    let content: Content
}
