/// Text that is safe to show: the only text a canvas, a log line or plain output takes.
///
/// Building it is the gate for everything from outside. Control characters become pictures, so no byte of an
/// event can steer the terminal; invisible and direction-changing characters go; what remains is exactly what an
/// ncurses cell can hold (one base of 1 or 2 columns with at most four marks), so columns never drift.
package struct DisplayText: Hashable, Sendable {
    /// The text after the gate.
    package let string: String
    /// Columns that the text takes.
    package let width: Int
    /// Whether each byte is one column, which makes cutting trivial.
    let isASCII: Bool

    init(trusted string: String, width: Int, isASCII: Bool) {
        self.string = string
        self.width = width
        self.isASCII = isASCII
    }

    /// Sanitises one line; line ends inside it become `⏎`, and what exceeds `limit` columns is cut with `…`.
    package init(_ text: some StringProtocol, limit: Int = DisplayText.limit) {
        var gate = TextGate(limit: limit)
        gate.feed(text)
        self = gate.finish()
    }

    /// Sanitises bytes that claim to be UTF-8; each wrong sequence becomes U+FFFD.
    package init(utf8 bytes: some Collection<UInt8>, limit: Int = DisplayText.limit) {
        // A scalar has at most four bytes: more than this can't show within the limit, but for hidden ones.
        let bounded = bytes.prefix(max(0, limit) * 8 + 64)
        self.init(String(decoding: bounded, as: UTF8.self), limit: limit)
    }

    /// Columns that one line keeps unless told otherwise; far more than a screen shows.
    package static let limit = 16_384

    package static let empty = DisplayText(trusted: "", width: 0, isASCII: true)

    package var isEmpty: Bool { string.isEmpty }

    /// Sanitises text of several lines, at most `maximum` of them.
    package static func lines(
        of text: some StringProtocol,
        maximum: Int = 10_000,
        limit: Int = DisplayText.limit
    ) -> [DisplayText] {
        text.split(maxSplits: max(0, maximum), omittingEmptySubsequences: false) { $0.isNewline }
            .prefix(maximum)
            .map { DisplayText($0, limit: limit) }
    }

    /// The spaces that fill so many columns.
    package static func spaces(_ count: Int) -> DisplayText {
        guard count > 0 else { return .empty }
        return DisplayText(trusted: String(repeating: " ", count: count), width: count, isASCII: true)
    }

    package static func + (left: DisplayText, right: DisplayText) -> DisplayText {
        DisplayText(
            trusted: left.string + right.string,
            width: left.width + right.width,
            isASCII: left.isASCII && right.isASCII
        )
    }
}

extension DisplayText: ExpressibleByStringInterpolation {
    package init(stringLiteral value: String) { self.init(value) }
}

extension DisplayText: CustomStringConvertible {
    package var description: String { string }
}

extension Sequence<DisplayText> {
    /// The texts one after another, `separator` between them.
    package func joined(separator: DisplayText = .empty) -> DisplayText {
        var string = ""
        var width = 0
        var isASCII = true
        var isFirst = true
        for text in self {
            for part in isFirst ? [text] : [separator, text] {
                string += part.string
                width += part.width
                isASCII = isASCII && part.isASCII
            }
            isFirst = false
        }
        return DisplayText(trusted: string, width: width, isASCII: isASCII)
    }
}
