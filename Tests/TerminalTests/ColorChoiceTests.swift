import Drawing
import Testing

@testable import Terminal

struct ColorChoiceTests {
    @Test(
        "The depth: what was asked for, then NO_COLOR, then COLORTERM, then the description",
        arguments: [
            (ColorChoice.auto, ["TERM": "xterm-256color"], 256, false, ColorDepth.indexed),
            (.auto, ["COLORTERM": "truecolor"], 256, true, .truecolor),
            (.auto, ["COLORTERM": "truecolor"], 256, false, .indexed),
            (.auto, ["COLORTERM": "truecolor", "NO_COLOR": "1"], 256, true, .mono),
            (.auto, ["NO_COLOR": ""], 8, false, .sixteen),
            (.auto, [:], 0, false, .mono),
            (.auto, ["TERM": "xterm-direct"], 1 << 24, true, .truecolor),
            (.truecolor, ["NO_COLOR": "1"], 256, true, .truecolor),
            (.truecolor, [:], 256, false, .indexed),
            (.never, ["COLORTERM": "truecolor"], 256, true, .mono),
            (.sixteen, [:], 256, false, .sixteen),
        ] as [(ColorChoice, [String: String], Int, Bool, ColorDepth)]
    )
    func depth(choice: ColorChoice, environment: [String: String], colors: Int, direct: Bool, expected: ColorDepth) {
        #expect(choice.depth(environment: environment, colors: colors, hasDirectColors: direct) == expected)
    }

    @Test("Bright colours become bold where there are only eight, and dark blues keep out of the palette")
    func numbers() {
        let eight = ColorNumbers(count: 8, hasDirectColors: false)
        #expect(eight.foreground(.ansi(9)) == (1, true))
        #expect(eight.background(.ansi(9)) == 1)
        #expect(eight.foreground(.rgb(red: 1, green: 2, blue: 3)) == (-1, false))
        let direct = ColorNumbers(count: 1 << 24, hasDirectColors: true)
        #expect(direct.foreground(.ansi(9)) == (9, false))
        #expect(direct.background(.rgb(red: 0, green: 0, blue: 5)) == 0x105)
        #expect(direct.background(.rgb(red: 51, green: 102, blue: 153)) == 0x336699)
        #expect(ColorNumbers(count: 0, hasDirectColors: false).foreground(.ansi(9)) == (-1, false))
    }

    @Test("Where there are only eight colours nothing is written in black on black")
    func faint() {
        func resolved(_ count: Int, _ ground: Color = .terminal, _ attributes: Attributes = []) -> Paint {
            let numbers = ColorNumbers(count: count, hasDirectColors: false)
            let paint = Paint(foreground: .ansi(8), background: ground, attributes: attributes)
            let (foreground, background, shown) = numbers.resolve(paint)
            func color(_ number: Int32) -> Color { number < 0 ? .terminal : .ansi(UInt8(number)) }
            return Paint(foreground: color(foreground), background: color(background), attributes: shown)
        }
        for count in [8, 1 << 24] { #expect(resolved(count) == Paint(attributes: .dim)) }
        #expect(resolved(8, .ansi(0)) == Paint(foreground: .ansi(7), background: .ansi(0), attributes: .dim))
        #expect(resolved(8, .ansi(7)) == Paint(foreground: .ansi(0), background: .ansi(7), attributes: .bold))
        #expect(resolved(8, .terminal, .reverse) == Paint(attributes: .reverse))
        #expect(resolved(16) == Paint(foreground: .ansi(8)) && resolved(256) == Paint(foreground: .ansi(8)))
        #expect(resolved(0) == Paint(attributes: .dim))
        let bold = ColorNumbers(count: 8, hasDirectColors: false).resolve(Paint(foreground: .ansi(9)))
        #expect(bold == (1, -1, Attributes.bold))
    }

    @Test(
        "Text for the clipboard is encoded, and too much is refused",
        arguments: [("a", "YQ=="), ("ab", "YWI="), ("abc", "YWJj"), ("", "")]
    )
    func clipboard(text: String, encoded: String) {
        #expect(Clipboard.sequence(for: text) == "\u{1B}]52;c;\(encoded)\u{07}")
        #expect(Clipboard.sequence(for: String(repeating: "x", count: 80_000)) == nil)
    }

    @Test(
        "A terminal that has no clipboard is sent nothing for one",
        arguments: [
            ("linux", false), ("vt220", false), ("ansi", false), ("xterm-256color", true), ("tmux-256color", true),
            ("foot", true), ("mlterm", true), ("mlterm-256color", true), ("rio", true), ("vte-256color", true),
            ("zutty", true), ("linux-16color", false), ("cons25", false), ("dumb", false), ("", false),
        ]
    )
    func clipboards(term: String, hasClipboard: Bool) {
        #expect(ScreenModes(term: term).hasClipboard == hasClipboard)
    }

    @Test("Only names that a description can have are compiled", arguments: ["", "../x", "a b", "a|b", "x,y", "a/b"])
    func termNames(name: String) {
        #expect(DirectColor(term: name, cacheFolder: "/tmp") == nil)
    }
}
