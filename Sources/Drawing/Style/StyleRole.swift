/// What a piece of the screen means; a theme decides how that looks.
///
/// The raw value is the role's name in theme files.
package enum StyleRole: String, CaseIterable, Sendable {
    case text
    case dim
    case faint
    case border
    case borderFocus = "border.focus"
    case title
    case accent
    case selection
    case selectionInactive = "selection.inactive"
    case match
    case key
    case field
    case fieldFocus = "field.focus"
    case fieldInvalid = "field.invalid"
    case statusOK = "status.ok"
    case statusWarn = "status.warn"
    case statusFail = "status.fail"
    case statusRetry = "status.retry"
    case statusInfo = "status.info"
    case changeCreated = "change.created"
    case changeUpdated = "change.updated"
    case changeDeleted = "change.deleted"
    case chartLow = "chart.low"
    case chartMid = "chart.mid"
    case chartHigh = "chart.high"
    case toastInfo = "toast.info"
    case toastWarn = "toast.warn"
    case toastFail = "toast.fail"
    case overlay
    case scrollbar
    case header
    case footer
    case link
    case syntaxKey = "syntax.key"
    case syntaxString = "syntax.string"
    case syntaxNumber = "syntax.number"
    case syntaxLiteral = "syntax.literal"

    /// The role that stands in where a theme says nothing of this one; nil for `text`.
    package var fallback: StyleRole? {
        switch self {
        case .text: nil
        case .faint, .scrollbar, .border: .dim
        case .borderFocus, .key, .link, .syntaxKey: .accent
        case .selectionInactive: .selection
        case .fieldFocus, .fieldInvalid: .field
        case .statusRetry: .statusWarn
        case .changeCreated, .syntaxString, .chartLow: .statusOK
        case .changeUpdated, .syntaxNumber: .statusInfo
        case .changeDeleted, .chartHigh: .statusFail
        case .chartMid, .syntaxLiteral: .statusWarn
        case .toastInfo: .statusInfo
        case .toastWarn: .statusWarn
        case .toastFail: .statusFail
        default: .text
        }
    }

    /// One letter for the role in recorded screens.
    package var letter: Character {
        switch self {
        case .text: "t"
        case .dim: "d"
        case .faint: "f"
        case .border: "b"
        case .borderFocus: "B"
        case .title: "T"
        case .accent: "a"
        case .selection: "S"
        case .selectionInactive: "s"
        case .match: "m"
        case .key: "k"
        case .field: "e"
        case .fieldFocus: "E"
        case .fieldInvalid: "I"
        case .statusOK: "o"
        case .statusWarn: "w"
        case .statusFail: "x"
        case .statusRetry: "r"
        case .statusInfo: "i"
        case .changeCreated: "C"
        case .changeUpdated: "U"
        case .changeDeleted: "D"
        case .chartLow: "1"
        case .chartMid: "2"
        case .chartHigh: "3"
        case .toastInfo: "4"
        case .toastWarn: "5"
        case .toastFail: "6"
        case .overlay: "O"
        case .scrollbar: "|"
        case .header: "h"
        case .footer: "g"
        case .link: "l"
        case .syntaxKey: "K"
        case .syntaxString: "q"
        case .syntaxNumber: "n"
        case .syntaxLiteral: "L"
        }
    }
}
