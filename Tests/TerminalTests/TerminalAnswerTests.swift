import CNcurses
import Drawing
import Testing

@testable import Terminal

/// What terminals send by themselves is never typed in.
struct TerminalAnswerTests {
    private func events(_ reads: [[Int32]]) -> [InputEvent] {
        var decoder = InputDecoder()
        return reads.flatMap { read in read.flatMap { decoder.decode($0) } + decoder.endOfInput() }
    }

    private static let answers = [
        "\u{1B}]11;rgb:1e1e/1e1e/1e1e\u{07}", "\u{1B}]52;c;cXF1aXQ=\u{1B}\\", "\u{1B}P>|xterm(390)\u{1B}\\",
        "\u{1B}P1+r544e=787465726d\u{1B}\\", "\u{1B}_Gi=31;OK\u{1B}\\", "\u{1B}[?64;1;2;6;9;15;16;17;18;21;22;28c",
        "\u{1B}[?1;2R", "\u{1B}[>41;390;0c", "\u{1B}[" + String(repeating: "1;", count: 60) + "1c",
        "\u{1B}[<" + String(repeating: "1", count: 200) + ";1;1M",
    ]

    @Test("An answer is swallowed whole, and the next key counts", arguments: answers)
    func swallowed(answer: String) {
        #expect(events([(answer + "q").utf8.map { Int32($0) }]) == [.key(.character("q"))])
    }

    @Test("So it is when it comes in two reads, wherever it is cut behind its first letters", arguments: answers)
    func split(answer: String) {
        let codes = (answer + "q").utf8.map { Int32($0) }
        for cut in 3..<codes.count {
            let found = events([Array(codes[..<cut]), Array(codes[cut...])])
            #expect(found == [.key(.character("q"))], "cut at \(cut)")
        }
    }

    @Test("An answer cut behind its first letters is still one")
    func splitBehindIntroducer() {
        let rest = "11;rgb:1e/1e/1e\u{07}q".utf8.map { Int32($0) }
        #expect(events([[0x1B, 0x5D], rest]) == [.key(.character("q"))])
    }

    @Test("Alt with the letter that begins an answer stays a key")
    func alt() {
        #expect(events([[0x1B, 0x5D], [0x61]]) == [.key(.alt("]")), .key(.character("a"))])
        #expect(events([[0x1B, 0x58]]) == [.key(.alt("X"))])
        #expect(events([[0x1B, 0x4F]]) == [.key(.alt("O"))])
    }

    @Test("Behind an answer whose end got lost, Esc, Enter and Ctrl-C lead out")
    func lostEnd() {
        let start = "\u{1B}]11;rgb".utf8.map { Int32($0) }
        #expect(events([start, [0x71], [0x1B], [0x71]]) == [.key(.character("q"))])
        #expect(events([start, [0x71], [0x0D], [0x71]]) == [.key(.enter), .key(.character("q"))])
        #expect(events([start, [0x03]]) == [.key(.ctrl("c"))])
        #expect(events([start, [KEY_UP]]) == [.key(.up)])
    }

    @Test(
        "Old mouse reports are clicks, not keys",
        arguments: [
            ([0x20, 0x71, 0x22], MouseEvent(.press(.left), at: Point(x: 80, y: 1))),
            ([0x23, 0x71, 0x22], MouseEvent(.release(.left), at: Point(x: 80, y: 1))),
            ([0x60, 0x21, 0x21], MouseEvent(.wheel(.up), at: .zero)), ([0x20, 0x00, 0x21], nil),
            ([0x20, 0xFF, 0x21], MouseEvent(.press(.left), at: Point(x: 222, y: 0))),
        ] as [([Int32], MouseEvent?)]
    )
    func oldMouse(report: [Int32], expected: MouseEvent?) {
        let wanted: [InputEvent] = (expected.map { [.mouse($0)] } ?? []) + [.key(.character("x"))]
        #expect(events([[0x1B, 0x5B, 0x4D] + report + [0x78]]) == wanted)
        #expect(events([[KeyCodes.oldMouseBegin] + report.prefix(1), report.dropFirst() + [0x78]]) == wanted)
    }

    @Test("Bytes that ncurses has not seen decode as its codes do")
    func raw() {
        let text = "\u{1B}[200~a\u{1B}[Ab\u{1B}[201~\u{1B}OA\u{1B}[I\u{1B}[<0;3;4Mx"
        let position = Point(x: 2, y: 3)
        let expected: [InputEvent] = [
            .paste("a[Ab"), .key(.up), .focus(true), .mouse(MouseEvent(.press(.left), at: position)),
            .key(.character("x")),
        ]
        #expect(events([text.utf8.map { Int32($0) }]) == expected)
    }

    @Test("A paste costs no more the longer it is")
    func linear() {
        var decoder = InputDecoder()
        _ = decoder.decode(KeyCodes.pasteBegin)
        let clock = ContinuousClock()
        let time = clock.measure { for _ in 0..<1_000_000 { _ = decoder.decode(0x61) } }
        // Copying what was collected with each byte would take a minute.
        #expect(time < .seconds(10))
    }
}
