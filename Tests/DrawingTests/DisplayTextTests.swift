import Drawing
import Primitives
import Testing

struct DisplayTextTests {
    @Test(
        "What could steer or disturb a terminal is shown as a picture or dropped",
        arguments: [
            ("plain", "plain", 5),
            ("\u{1B}[31mred", "␛[31mred", 8),
            ("bell\u{07}", "bell␇", 5),
            ("del\u{7F}", "del␡", 4),
            ("\u{9B}31m", "␦31m", 4),
            ("\u{9D}52;c;x\u{9C}", "␦52;c;x␦", 8),
            ("a\r\nb\nc\rd", "a⏎b⏎c⏎d", 7),
            ("a\u{2028}b\u{85}c", "a⏎b⏎c", 5),
            ("ab\tc", "ab  c", 5),
            ("\u{202E}evil\u{202C}", "evil", 4),
            ("a\u{2066}b\u{2069}\u{200B}\u{FEFF}\u{2060}c\u{AD}", "abc", 3),
            ("tag\u{E0041}\u{E007F}", "tag", 3),
            ("\u{3164}\u{115F}hidden", "hidden", 6),
            ("\u{E000}\u{F8FF}", "··", 2),
            ("\u{0378}", "·", 1),
            ("\u{10FFFE}", "·", 1),
            ("a\u{A0}b", "a b", 3),
        ]
    )
    func dangerous(input: String, shown: String, width: Int) {
        let text = DisplayText(input)
        #expect(text.string == shown)
        #expect(text.width == width)
    }

    @Test(
        "A cluster is reduced to what a cell holds",
        arguments: [
            ("e\u{301}", "e\u{301}", 1),
            ("界😀", "界😀", 4),
            ("❤\u{FE0F}", "❤", 1),
            ("👍🏽", "👍", 2),
            ("👨‍👩‍👧x", "👨x", 3),
            ("🏳\u{FE0F}‍🌈", "🏳", 1),
            ("🇩🇪", "DE", 2),
            ("1\u{FE0F}\u{20E3}", "1", 1),
            ("\u{301}a", "◌\u{301}a", 2),
            ("a\u{300}\u{301}\u{302}\u{303}\u{304}\u{305}", "a\u{300}\u{301}\u{302}\u{303}", 1),
            ("क्षि", "क्षि", 3),
        ]
    )
    func clusters(input: String, shown: String, width: Int) {
        let text = DisplayText(input)
        #expect(Array(text.string.unicodeScalars) == Array(shown.unicodeScalars))
        #expect(text.width == width)
    }

    @Test("No text that passed the gate changes when it passes again")
    func idempotent() {
        var generator = SeededGenerator(seed: 42)
        for _ in 0..<500 {
            let scalars = (0..<20).compactMap { _ in Unicode.Scalar(UInt32.random(in: 0...0x1FFFF, using: &generator)) }
            let once = DisplayText(String(String.UnicodeScalarView(scalars)))
            let twice = DisplayText(once.string)
            #expect(once.string == twice.string && once.width == twice.width, "seed 42: \(scalars)")
            let isClean = once.string.unicodeScalars.allSatisfy {
                $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value)
            }
            #expect(isClean)
        }
    }

    @Test("Bytes that are not UTF-8 become replacement characters")
    func invalidBytes() {
        let text = DisplayText(utf8: [0x61, 0xFF, 0xC3, 0x62, 0xE2, 0x82])
        #expect(text.string == "a\u{FFFD}\u{FFFD}b\u{FFFD}")
        #expect(text.width == 5)
    }

    @Test("Text longer than the limit ends with a mark")
    func limit() {
        #expect(DisplayText("abcdef", limit: 4).string == "abc…")
        #expect(DisplayText("界界界", limit: 4).string == "界…")
        #expect(DisplayText("界界界", limit: 5).string == "界界…")
        #expect(DisplayText("abcd", limit: 4).string == "abcd")
        #expect(DisplayText("abcd", limit: 0).isEmpty)
        #expect(DisplayText(String(repeating: "é", count: 1_000_000)).width == DisplayText.limit)
    }

    @Test("Lines are split at every kind of line end and counted")
    func lines() {
        #expect(DisplayText.lines(of: "a\r\nb\n\nc").map(\.string) == ["a", "b", "", "c"])
        #expect(DisplayText.lines(of: "a\nb\nc", maximum: 2).map(\.string) == ["a", "b"])
    }

    @Test(
        "Cutting never leaves half a character and always shows a mark",
        arguments: [
            ("abcdef", 6, Truncation.end, "abcdef"),
            ("abcdef", 4, .end, "abc…"),
            ("abcdef", 4, .start, "…def"),
            ("abcdef", 5, .middle, "ab…ef"),
            ("abcdef", 4, .middle, "ab…f"),
            ("界界界", 4, .end, "界 …"),
            ("abcdef", 1, .end, "…"),
            ("abcdef", 0, .end, ""),
            ("https://app.example/hooks/a", 16, .middle, "https://…hooks/a"),
        ]
    )
    func truncation(input: String, columns: Int, truncation: Truncation, shown: String) {
        let text = DisplayText(input).truncated(to: columns, truncation)
        #expect(text.string == shown)
        #expect(text.width <= columns)
    }

    @Test("A slice through a wide character keeps the columns")
    func slices() {
        let text: DisplayText = "a界b"
        #expect(text.slice(from: 2, width: 2).string == " b")
        #expect(text.slice(from: 0, width: 2).string == "a ")
        #expect(text.slice(from: 9, width: 2).isEmpty)
        #expect(text.fitted(to: 7, .center).string == " a界b  ")
        #expect(text.fitted(to: 7, .right).string == "   a界b")
    }

    @Test(
        "Words wrap at spaces, and long words are broken",
        arguments: [
            ("the quick brown fox", 10, ["the quick", "brown fox"]),
            ("the quick brown fox", 9, ["the quick", "brown fox"]),
            ("abcdefghij kl", 4, ["abcd", "efgh", "ij", "kl"]),
            ("  indented words here", 12, ["  indented", "words here"]),
            ("ends with spaces    ", 16, ["ends with spaces"]),
            ("界界界界", 5, ["界界", "界界"]),
            ("界界", 1, ["…"]),
            ("", 5, [""]),
        ]
    )
    func wrapping(input: String, columns: Int, lines: [String]) {
        let wrapped = DisplayText(input).wrapped(to: columns)
        #expect(wrapped.allSatisfy { $0.width <= columns })
        if columns > 1 { #expect(wrapped.map(\.string) == lines) }
    }
}
