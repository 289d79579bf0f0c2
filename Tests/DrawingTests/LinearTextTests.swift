import Testing

@testable import Drawing

/// Text from outside costs time in proportion to its length, whatever letters it is made of.
struct LinearTextTests {
    private static let long = DisplayText("ä" + String(repeating: "x", count: 16_000))

    /// Quadratic work takes a minute here, linear work milliseconds.
    private func expectQuick(_ work: () -> Void, sourceLocation: SourceLocation = #_sourceLocation) {
        let time = ContinuousClock().measure { for _ in 0..<20 { work() } }
        #expect(time < .seconds(30), sourceLocation: sourceLocation)
    }

    @Test func `wrapping and cutting look at each letter once`() {
        expectQuick { _ = Self.long.wrapped(to: 3) }
        expectQuick { _ = StyledText(Self.long).wrapped(to: 8) }
        expectQuick { _ = Array(repeating: Self.long, count: 50).joined() }
    }

    @Test func `a screen full of different marks is drawn quickly`() {
        var canvas = Canvas(size: Size(width: 140, height: 40))
        let marks = (0..<70).compactMap { Unicode.Scalar(0x300 + $0) }
        expectQuick {
            for row in 0..<40 {
                for column in 0..<140 {
                    let scalars: [Unicode.Scalar] = ["e", marks[row], marks[column % 70], marks[column / 70]]
                    canvas.draw(DisplayText(String(String.UnicodeScalarView(scalars))), at: Point(x: column, y: row))
                }
            }
        }
    }

    @Test func `what does not show takes no time either`() {
        let hidden = "a" + String(repeating: "\u{200B}", count: 2_000_000) + "b"
        expectQuick { _ = DisplayText(hidden, limit: 20) }
        #expect(DisplayText(hidden, limit: 20).string == "a…")
    }

    @Test func `lines wrap as they did, and no more of them than asked for`() {
        #expect(DisplayText("one two three four").wrapped(to: 9, most: 2).map(\.string) == ["one two", "three…"])
        #expect(DisplayText("one two").wrapped(to: 9, most: 1).map(\.string) == ["one two"])
        #expect(Self.long.wrapped(to: 5, most: 3).count == 3)
    }

    @Test func `the letters that are known without the tables are what the tables say`() {
        let ranges: [ClosedRange<UInt32>] = [
            0xA1...0xAC, 0xAE...0x2FF, 0x3041...0x3096, 0x30A1...0x30FA, 0x4E00...0x9FEF, 0xAC00...0xD7A3,
        ]
        for scalar in ranges.joined().compactMap(Unicode.Scalar.init) {
            #expect(ScalarClass(scalar) == ScalarClass.sorted(scalar), "\(String(scalar.value, radix: 16))")
        }
    }

    @Test func `a canvas with ASCII glyphs holds nothing but ASCII`() {
        var canvas = Canvas(size: Size(width: 20, height: 1), glyphs: .ascii)
        canvas.draw("≈ 界 e\u{301} “é” … ·x", at: .zero)
        #expect(canvas.text == "~ ?  e \"e\" ~ -x")
        #expect(DisplayText("≈ 界é…").ascii.string == "~ ? e~")
        #expect(DisplayText("≈ 界é…").ascii.width == DisplayText("≈ 界é…").width)
    }

    @Test func `letters lose their accents in ASCII, and what is no letter of Latin is a question mark`() {
        #expect(DisplayText("Émile Søren Łódź Nguyễn Straße").ascii.string == "Emile Soren Lodz Nguyen Strase")
        #expect(DisplayText("Ωж").ascii.string == "??")
    }

    @Test func `what has arrived, has failed, is folded and is unfolded has a sign each`() {
        for glyphs in [Glyphs.unicode, .ascii] {
            let signs = [glyphs.success, glyphs.failure, glyphs.folded, glyphs.unfolded, glyphs.retry, glyphs.warning]
            #expect(Set(signs).count == signs.count)
        }
        #expect(DisplayText("✓").ascii == Glyphs.ascii.success)
    }
}
