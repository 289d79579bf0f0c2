import Primitives
import Testing

@testable import Drawing

struct StyledWrapTests {
    @Test func `lines break between words, whatever the styles, and go on at the indent`() {
        let text = StyledText("Email: ", .title) + StyledText("one two three", .dim) + StyledText("four five")
        let lines = text.wrapped(to: 12, indent: 2)
        #expect(lines.map(\.text.string) == ["Email: one", "  two", "  threefour", "  five"])
        #expect(lines[2].spans.map(\.style) == [.text, .dim, .text])
    }

    @Test func `a word that is longer than the room is broken inside`() {
        let lines = StyledText("ab abcdefghij k").wrapped(to: 4)
        #expect(lines.map(\.text.string) == ["ab", "abcd", "efgh", "ij k"])
    }

    @Test(arguments: 0..<80)
    func `no line is too wide, no word is lost, and none is broken that would fit`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let words = ["a", "word", "東京商事", "é", "longer-than-many-a-line", "  ", "👩‍👩‍👧", "of"]
        var text = StyledText()
        for _ in 0..<Int.random(in: 1...40, using: &random) {
            let style: Style = [.text, .dim, .title].randomElement(using: &random) ?? .text
            text.append(DisplayText(words.randomElement(using: &random) ?? ""), style)
            if Bool.random(using: &random) { text.append(" ", style) }
        }
        for columns in [2, 5, 9, 24, 80] {
            let indent = Int.random(in: 0...6, using: &random)
            let lines = text.wrapped(to: columns, indent: indent)
            let comment: Comment = "seed \(seed), \(columns) columns"
            #expect(lines.allSatisfy { $0.width <= columns }, comment)
            let kept = lines.map { $0.text.string.filter { $0 != " " } }.joined()
            #expect(kept == text.text.string.filter { $0 != " " }, comment)
            let room = columns - min(indent, columns / 2, columns - 2)
            let parts = Set(lines.flatMap { $0.text.string.split(separator: " ") })
            for word in text.text.string.split(separator: " ") where DisplayText(word).width <= room {
                #expect(parts.contains(word), "\(comment): \(word)")
            }
        }
    }
}
