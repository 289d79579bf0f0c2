/// Words of one line that differ in style.
package struct StyledText: Hashable, Sendable {
    /// A run of one style.
    package struct Span: Hashable, Sendable {
        package var text: DisplayText
        package var style: Style
    }

    package private(set) var spans: [Span] = []

    package init() {}

    package init(_ text: DisplayText, _ style: Style = .text) {
        append(text, style)
    }

    /// Columns that all spans take.
    package var width: Int { spans.reduce(0) { $0 + $1.text.width } }

    package var isEmpty: Bool { spans.isEmpty }

    /// The words without their styles.
    package var text: DisplayText { spans.map(\.text).joined() }

    /// Adds words at the end.
    package mutating func append(_ text: DisplayText, _ style: Style = .text) {
        guard !text.isEmpty else { return }
        spans.append(Span(text: text, style: style))
    }

    package static func + (left: StyledText, right: StyledText) -> StyledText {
        var result = left
        result.spans += right.spans
        return result
    }

    package static func += (left: inout StyledText, right: StyledText) { left.spans += right.spans }

    /// The same words on another surface.
    package func on(_ ground: StyleRole?) -> StyledText {
        var result = self
        for index in result.spans.indices { result.spans[index].style.ground = ground }
        return result
    }

    /// The line in at most `columns` columns, with `mark` at the end if something was cut.
    package func truncated(to columns: Int, mark: DisplayText = "…") -> StyledText {
        guard width > columns else { return self }
        guard columns > 0 else { return StyledText() }
        var room = max(0, columns - mark.width)
        var result = StyledText()
        var last = Style.text
        for span in spans {
            last = span.style
            result.append(span.text.slice(from: 0, width: room), span.style)
            room -= min(room, span.text.width)
            if room == 0 { break }
        }
        result.append(mark.slice(from: 0, width: columns), last)
        return result
    }
}

extension StyledText {
    /// A word at the right of some columns. The blanks before it are plain, as a style may underline.
    package init(rightAligned word: DisplayText, in columns: Int, _ style: Style) {
        let word = word.truncated(to: columns)
        self = StyledText(.spaces(columns - word.width)) + StyledText(word, style)
    }
}
