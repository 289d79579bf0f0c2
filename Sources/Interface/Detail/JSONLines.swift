import Domain
import Drawing
import Primitives

/// JSON laid out for reading; numbers and texts stay as they were spelled.
struct JSONLines {
    /// What is laid out at most; that there is more is said.
    struct Limit {
        let lines: Int
        let columns: Int
        /// The words for the rest.
        let rest: DisplayText

        static let payload = Limit(
            lines: 20_000,
            columns: 500_000,
            rest: "… the rest is too long to show; copy it to see all"
        )
        static let answer = Limit(lines: 40, columns: 4000, rest: "… the rest of the answer is not shown")
    }

    private let limit: Limit
    private var lines: [StyledText] = []
    private var columns = 0

    private init(_ limit: Limit) { self.limit = limit }

    private var isFull: Bool { lines.count >= limit.lines || columns >= limit.columns }

    /// The lines of bytes that ought to be JSON; as plain text if they aren't.
    static func lines(of bytes: [UInt8], limit: Limit = .payload) -> [StyledText] {
        guard !bytes.isEmpty else { return [StyledText("Empty.", .dim)] }
        var layout = JSONLines(limit)
        if let value = try? JSON(parsing: bytes) {
            layout.write(value, indent: 0, prefix: StyledText(), suffix: "")
        } else {
            let text = String(decoding: bytes, as: UTF8.self)
            for line in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
                layout.add(StyledText(layout.text(line)))
            }
        }
        if layout.isFull { layout.lines.append(StyledText(limit.rest, .statusWarn)) }
        return layout.lines
    }

    private mutating func add(_ line: StyledText) {
        guard !isFull else { return }
        lines.append(line)
        columns += line.width
    }

    private func text(_ text: some StringProtocol) -> DisplayText {
        DisplayText(text, limit: min(DisplayText.limit, max(1, limit.columns - columns)))
    }

    private mutating func write(_ value: JSON, indent: Int, prefix: StyledText, suffix: DisplayText) {
        guard !isFull else { return }
        let start = StyledText(.spaces(indent * 2)) + prefix
        switch value {
        case .object(let members) where !members.isEmpty:
            add(start + StyledText("{", .dim))
            for (index, member) in members.enumerated() where !isFull {
                write(
                    member.value,
                    indent: indent + 1,
                    prefix: StyledText(text(JSON.string(member.name).text), Style(.syntaxKey)) + StyledText(": ", .dim),
                    suffix: index == members.count - 1 ? "" : ","
                )
            }
            add(StyledText(.spaces(indent * 2) + "}" + suffix, .dim))
        case .array(let elements) where !elements.isEmpty:
            add(start + StyledText("[", .dim))
            for (index, element) in elements.enumerated() where !isFull {
                let comma: DisplayText = index == elements.count - 1 ? "" : ","
                write(element, indent: indent + 1, prefix: StyledText(), suffix: comma)
            }
            add(StyledText(.spaces(indent * 2) + "]" + suffix, .dim))
        default: add(start + StyledText(text(value.text), Style(Self.role(of: value))) + StyledText(suffix, .dim))
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
        let indent = (spans.first?.text.string.utf8.prefix { $0 == 0x20 }.count ?? 0) + 2
        return hanging(at: min(columns / 2, indent), width: columns)
    }
}
