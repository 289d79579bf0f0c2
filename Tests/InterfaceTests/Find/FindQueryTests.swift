import Drawing
import TestSupport
import Testing

@testable import Interface

/// Where something stands in a line of the screen.
@Suite(.cases)
struct FindQueryTests {
    @Test(
        arguments: [
            ("ada", "Ada Lovelace, ada", [0..<3, 14..<17]), ("burk", "Bürk & Söhne", [0..<4]),
            ("BÜRK", "burk", [0..<4]),
            ("sohne", "Bu\u{308}rk So\u{308}hne", [5..<10]), ("商", "東京商事", [4..<6]), ("商事", "a東京商事", [5..<9]),
            ("aa", "aaaa", [0..<2, 2..<4]), ("a  b", "x a b", [2..<5]), ("ıst", "ist", []),
            ("straße", "STRASSE straße", [8..<14]),
            ("x", "", []), ("&", "a & b", [2..<3]),
        ] as [(String, String, [Range<Int>])]
    )
    func `case and accents don't matter, wide letters take two columns`(
        text: String,
        line: String,
        columns: [Range<Int>]
    ) {
        #expect(FindQuery(text)?.columns(in: DisplayText(line)) == columns)
    }

    @Test func `the beginnings of words alone, where that is asked for`() {
        let line = DisplayText("Gmbh AGmbH (gmbh) x_gmbh 1gmbh").lineCells
        #expect(FindQuery("gmbh")?.columns(in: line, atWordStarts: true) == [0..<4, 12..<16, 20..<24])
    }

    @Test(arguments: ["", "  ", "\u{301}", "\t"])
    func `nothing is looked for by what is nothing`(text: String) { #expect(FindQuery(text) == nil) }

    @Test func `hostile lines give columns that are there`() async {
        await Fuzz.run("find", rounds: 1500) { hostile, note in
            let bytes = hostile.damaged(
                hostile.words(of: ["a", "ä", "東", "\u{301}", "e\u{301}", " ", "\u{202E}", "👩‍👩‍👧", "İ"], atMost: 20)
            )
            let text = String(decoding: bytes, as: UTF8.self)
            note(text)
            let line = DisplayText(text)
            for part in [text, "a", "東", "e"] {
                guard let query = FindQuery(part) else { continue }
                var end = 0
                for columns in query.columns(in: line) {
                    #expect(columns.lowerBound >= end && !columns.isEmpty && columns.upperBound <= line.width)
                    end = columns.upperBound
                }
            }
        }
    }

    @Test func `it marks what is drawn, and leaves the surface`() {
        var painter = Painter(Driver(20, 8).context)
        let row = Rect(x: 2, y: 1, width: 10, height: 1)
        painter.canvas.draw("xAda ada", in: row, style: Style(.dim, on: .selection))
        FindQuery("ada").map { painter.mark($0, in: row, atWordStarts: true) }
        let roles = painter.canvas.roles.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(roles[1].hasPrefix("..ddddd" + "mmm"))
        #expect(painter.canvas[Point(x: 8, y: 1)]?.style.ground == .selection)
    }
}
