import Drawing

/// One thing that the status line says.
struct HeaderFact: Sendable {
    /// Columns between two of them.
    static let gap = 3

    /// Where it stands, from left to right.
    enum Position: Int, Sendable {
        case name
        case source
        case heard
        case schedule
        case rate
        case callback
        case usage
        case node
    }

    let position: Position
    var text: StyledText
    /// Where room is short, the highest goes first; 0 stays.
    let expendability: Int
    /// What a click on it does.
    var action: ActionID?
    /// What stands there before it goes.
    var brief: StyledText?
    /// Drawn over the blanks that the text begins with, a column for each value.
    var chart: [Double]?
}
