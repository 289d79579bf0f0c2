import Domain
import Drawing

/// JSON laid out for reading; numbers and texts stay as they were spelled.
enum JSONLines {
    /// More than this is not laid out, but said.
    static let limit = 20_000

    /// The lines of bytes that ought to be JSON; as plain text if they aren't.
    static func lines(of bytes: [UInt8]) -> [StyledText] {
        guard !bytes.isEmpty else { return [StyledText("Empty.", .dim)] }
        guard let value = try? JSON(parsing: bytes) else {
            return DisplayText.lines(of: String(decoding: bytes, as: UTF8.self), maximum: limit).map { StyledText($0) }
        }
        var lines: [StyledText] = []
        write(value, indent: 0, prefix: StyledText(), suffix: "", to: &lines)
        if lines.count >= limit {
            lines.append(StyledText("… the rest is too long to show; copy it with y", .statusWarn))
        }
        return lines
    }

    private static func write(
        _ value: JSON,
        indent: Int,
        prefix: StyledText,
        suffix: DisplayText,
        to lines: inout [StyledText]
    ) {
        guard lines.count < limit else { return }
        let start = StyledText(.spaces(indent * 2)) + prefix
        switch value {
        case .object(let members) where !members.isEmpty:
            lines.append(start + StyledText("{", .dim))
            for (index, member) in members.enumerated() {
                let name = DisplayText(JSON.string(member.name).text)
                write(
                    member.value,
                    indent: indent + 1,
                    prefix: StyledText(name, Style(.syntaxKey)) + StyledText(": ", .dim),
                    suffix: index == members.count - 1 ? "" : ",",
                    to: &lines
                )
            }
            lines.append(StyledText(.spaces(indent * 2) + "}" + suffix, .dim))
        case .array(let elements) where !elements.isEmpty:
            lines.append(start + StyledText("[", .dim))
            for (index, element) in elements.enumerated() {
                let comma: DisplayText = index == elements.count - 1 ? "" : ","
                write(element, indent: indent + 1, prefix: StyledText(), suffix: comma, to: &lines)
            }
            lines.append(StyledText(.spaces(indent * 2) + "]" + suffix, .dim))
        default:
            lines.append(start + StyledText(DisplayText(value.text), Style(role(of: value))) + StyledText(suffix, .dim))
        }
    }

    private static func role(of value: JSON) -> StyleRole {
        switch value {
        case .string: .syntaxString
        case .number: .syntaxNumber
        case .null, .bool: .syntaxLiteral
        case .array, .object: .dim
        }
    }
}

extension StyledText {
    /// The line in pieces of at most `columns` columns; what goes on is indented like its start.
    func wrapped(to columns: Int) -> [StyledText] {
        let indent = text.string.prefix { $0 == " " }.count + 2
        return hanging(at: min(columns / 2, indent), width: columns)
    }
}
