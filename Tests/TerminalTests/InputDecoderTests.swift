import CNcurses
import Drawing
import Testing

@testable import Terminal

struct InputDecoderTests {
    /// What a decoder makes of reads, each a list of bytes and key codes.
    private func events(_ reads: [[Int32]]) -> [InputEvent] {
        var decoder = InputDecoder()
        return reads.flatMap { read in read.flatMap { decoder.decode($0) } + decoder.endOfInput() }
    }

    private func events(_ text: String) -> [InputEvent] { events([text.utf8.map(Int32.init)]) }

    @Test(
        "Keys",
        arguments: [
            ("a", [Key.character("a")]), ("\r", [.enter]), ("\n", [.enter]), ("\t", [.tab]), ("\u{7F}", [.backspace]),
            ("\u{08}", [.backspace]), ("\u{13}", [.ctrl("s")]), ("\u{1A}", [.ctrl("z")]), ("\0", [.ctrl(" ")]),
            ("\u{1C}", [.ctrl("\\")]), ("\u{1B}", [.escape]), ("\u{1B}x", [.alt("x")]),
            ("\u{1B}\r", [Key(.enter, .alt)]), ("\u{1B}\u{1B}", [.escape, .escape]), ("\u{1B}[", [.alt("[")]),
            ("\u{1B}[1;5A", [Key(.up, .ctrl)]), ("\u{1B}[3;2~", [Key(.delete, .shift)]), ("\u{1B}[99;9X", []),
            ("\u{1B}[A", [.up]), ("é", [.character("é")]), ("\u{1B}é", [.alt("é")]),
            ("😀a", [.character("😀"), .character("a")]),
        ] as [(String, [Key])]
    )
    func keys(input: String, expected: [Key]) {
        #expect(events(input) == expected.map { .key($0) })
    }

    @Test("Key codes, also with Alt before them")
    func codes() {
        #expect(
            events([[KEY_UP, KEY_BTAB, cn_function_key(13)]]) == [
                .key(.up), .key(.backTab), .key(Key(.function(1), .shift)),
            ]
        )
        #expect(events([[0x1B, KEY_UP]]) == [.key(Key(.up, .alt))])
        #expect(events([[999]]) == [])
        #expect(events([[KeyCodes.focusIn], [KeyCodes.focusOut]]) == [.focus(true), .focus(false)])
        #expect(events([[0x1B, KeyCodes.focusOut]]) == [.key(.escape), .focus(false)])
    }

    @Test("Names in terminfo tell modifiers")
    func terminfoNames() {
        var codes = KeyCodes.standard
        codes.add(571, terminfoName: "kUP5")
        codes.add(572, terminfoName: "kEND6")
        codes.add(573, terminfoName: "kXYZ")
        var decoder = InputDecoder(keys: codes)
        #expect(decoder.decode(571) == [.key(Key(.up, .ctrl))])
        #expect(decoder.decode(572) == [.key(Key(.end, [.ctrl, .shift]))])
        #expect(decoder.decode(573) == [])
    }

    @Test("Characters survive reads that split them, and what is no UTF-8 shows as such")
    func splitCharacters() {
        #expect(events([[0xF0, 0x9F], [0x98], [0x80, 0x61]]) == [.key(.character("😀")), .key(.character("a"))])
        #expect(events([[0xC3], [0x61]]) == [.key(.character("\u{FFFD}")), .key(.character("a"))])
        #expect(events([[0xFF, 0x61]]) == [.key(.character("\u{FFFD}")), .key(.character("a"))])
        #expect(events([[0xE2, 0x82, 0xE2, 0x82, 0xAC]]) == [.key(.character("\u{FFFD}")), .key(.character("€"))])
        #expect(events([[0xC3, KEY_UP]]) == [.key(.character("\u{FFFD}")), .key(.up)])
    }

    @Test("A paste is one event, whatever stands in it and however it is read")
    func pastes() {
        let text = "a\r\nb\rc\n\u{1B}[31mü\t".utf8.map { Int32($0) }
        let whole = [KeyCodes.pasteBegin] + text + [KeyCodes.pasteEnd, 0x78]
        let expected: [InputEvent] = [.paste("a\nb\nc\n[31mü\t"), .key(.character("x"))]
        #expect(events([whole]) == expected)
        #expect(events(whole.map { [$0] }) == expected)
        #expect(events([[KeyCodes.pasteBegin, KEY_UP, 0x61, KeyCodes.pasteEnd]]) == [.paste("a")])
    }

    @Test("A paste keeps 256 KiB at most")
    func largePaste() {
        let body = Array(repeating: Int32(0x61), count: 300_000)
        let result = events([[KeyCodes.pasteBegin] + body, [KeyCodes.pasteEnd]])
        #expect(result == [.paste(String(repeating: "a", count: 262_144))])
    }

    @Test("A paste without end goes on until Ctrl-C comes alone")
    func unterminatedPaste() {
        #expect(events([[KeyCodes.pasteBegin, 0x61, 3], [0x62]]) == [])
        #expect(
            events([[KeyCodes.pasteBegin, 0x61, 3], [0x62], [3], [0x78]]) == [.paste("ab"), .key(.character("x"))]
        )
    }

    @Test(
        "Mouse reports",
        arguments: [
            ("0;1;1M", MouseEvent(.press(.left), at: .zero)),
            ("0;300;45M", MouseEvent(.press(.left), at: Point(x: 299, y: 44))),
            ("2;3;4m", MouseEvent(.release(.right), at: Point(x: 2, y: 3))),
            ("32;3;4M", MouseEvent(.drag(.left), at: Point(x: 2, y: 3))),
            ("64;3;4M", MouseEvent(.wheel(.up), at: Point(x: 2, y: 3))),
            ("65;3;4M", MouseEvent(.wheel(.down), at: Point(x: 2, y: 3))),
            ("20;3;4M", MouseEvent(.press(.left), at: Point(x: 2, y: 3), modifiers: [.ctrl, .shift])),
        ]
    )
    func mouse(report: String, expected: MouseEvent) {
        let bytes = report.utf8.map(Int32.init)
        #expect(events([[KeyCodes.mouseBegin] + bytes]) == [.mouse(expected)])
        #expect(events([[KeyCodes.mouseBegin] + bytes.prefix(2), Array(bytes.dropFirst(2))]) == [.mouse(expected)])
    }

    @Test(
        "What is no mouse report is dropped, and the next key counts",
        arguments: ["35;1;1M", "0;0;1M", "1;2M", "M", "0;1;1;1M", "99999999999999999999;1;1M", "200;1;1M", "0;1x"]
    )
    func wrongMouse(report: String) {
        #expect(events([[KeyCodes.mouseBegin] + report.utf8.map(Int32.init) + [0x61]]) == [.key(.character("a"))])
    }

    @Test("Any bytes decode without harm")
    func noise() {
        var generator = SystemRandomNumberGenerator()
        let seed = UInt64.random(in: 0...UInt64.max, using: &generator)
        var state = seed
        var decoder = InputDecoder()
        for _ in 0..<20_000 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let code = Int32(state >> 40) % 2_010
            for event in decoder.decode(code) + (code % 7 == 0 ? decoder.endOfInput() : []) {
                if case .paste(let text) = event {
                    let isClean = text.unicodeScalars.allSatisfy { $0 == "\n" || $0 == "\t" || $0.value >= 0x20 }
                    #expect(isClean, "seed \(seed)")
                }
            }
        }
    }
}
