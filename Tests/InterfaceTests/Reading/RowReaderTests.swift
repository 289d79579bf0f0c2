import Drawing
import Primitives
import TestSupport
import Testing

@testable import Interface

@Suite(.cases)
struct RowReaderTests {
    /// Rows of given heights.
    private struct Rows: RowSource {
        let heights: [Int]
        var count: Int { heights.count }

        func lines(of row: Int, width: Int) -> [StyledText] {
            (0..<heights[row]).map { StyledText(DisplayText("\(row).\($0)")) }
        }
    }

    private func lines(_ reader: RowReader, _ page: RowReader.Page) -> [String] {
        let all = reader.visibleRows(page).flatMap { page.source.lines(of: $0, width: page.width).map(\.text.string) }
        return Array(all.dropFirst(reader.top.line).prefix(page.height))
    }

    @Test func `a step goes a row further, and through a tall one line by line`() {
        let page = RowReader.Page(Rows(heights: [1, 5, 1]), Size(width: 10, height: 3))
        var reader = RowReader()
        reader.move(.rows(1), on: page)
        #expect(reader.cursor == 1 && lines(reader, page) == ["1.0", "1.1", "1.2"])
        reader.move(.rows(1), on: page)
        reader.move(.rows(1), on: page)
        #expect(reader.cursor == 1 && lines(reader, page) == ["1.2", "1.3", "1.4"])
        reader.move(.rows(1), on: page)
        #expect(reader.cursor == 2 && lines(reader, page) == ["1.3", "1.4", "2.0"])
        for _ in 0..<8 { reader.move(.rows(-1), on: page) }
        #expect(reader.cursor == 0 && lines(reader, page) == ["0.0", "1.0", "1.1"])
    }

    @Test(arguments: 0..<60)
    func `wherever it moves, its row is in view and no line of the view is wasted`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var heights = (0..<Int.random(in: 0...30, using: &random)).map { _ in Int.random(in: 1...7, using: &random) }
        var reader = RowReader()
        for step in 0..<200 {
            if step % 20 == 19 {
                heights = (0..<Int.random(in: 0...30, using: &random)).map { _ in Int.random(in: 1...7, using: &random)
                }
            }
            let height = step % 20 < 10 ? 5 : Int.random(in: 1...12, using: &random)
            let page = RowReader.Page(Rows(heights: heights), Size(width: 10, height: height))
            reader.settle(on: page)
            switch Int.random(in: 0..<7, using: &random) {
            case 0: reader.move(.rows(1), on: page)
            case 1: reader.move(.rows(-1), on: page)
            case 2: reader.move(.rows(max(2, height - 1)), on: page)
            case 3: reader.move(.rows(-max(2, height - 1)), on: page)
            case 4: reader.scroll(by: Int.random(in: -9...9, using: &random), on: page)
            case 5: reader.move(Bool.random(using: &random) ? .first : .last, on: page)
            default: reader.go(to: Int.random(in: -2...35, using: &random), on: page)
            }
            let comment: Comment = "seed \(seed), step \(step)"
            let total = heights.reduce(0, +)
            #expect(lines(reader, page).count == min(height, total), comment)
            #expect(heights.isEmpty || reader.visibleRows(page).contains(reader.cursor), comment)
            let extent = reader.extent(page)
            #expect(extent.isScrollable == (total > height), comment)
        }
    }

    @Test func `steps and pages leave out no line, in either direction`() {
        let heights = (0..<40).map { 1 + $0 * 7 % 5 }
        let page = RowReader.Page(Rows(heights: heights), Size(width: 10, height: 6))
        let all = heights.indices.flatMap { row in (0..<heights[row]).map { "\(row).\($0)" } }
        for motions in [(ListMotion.rows(1), ListMotion.rows(-1)), (.rows(5), .rows(-5))] {
            var reader = RowReader()
            var seen = lines(reader, page)
            for _ in 0..<400 {
                reader.move(motions.0, on: page)
                seen += lines(reader, page)
            }
            #expect(Set(seen) == Set(all) && reader.cursor == 39)
            for _ in 0..<400 { reader.move(motions.1, on: page) }
            #expect(reader.cursor == 0 && reader.top == RowReader.Position(row: 0, line: 0))
        }
    }

    /// Counts what it is asked for.
    private final class Many: RowSource {
        let asked = Locked(0)
        var count: Int { 1_000_000 }

        func lines(of row: Int, width: Int) -> [StyledText] {
            asked.withLock { $0 += 1 }
            return [StyledText("x")]
        }
    }

    @Test func `of a million rows only those near the view are looked at`() {
        let source = Many()
        let page = RowReader.Page(source, Size(width: 80, height: 40))
        var reader = RowReader()
        for motion in [ListMotion.rows(1), .rows(39), .last, .rows(-39), .rows(-1), .first, .last] {
            reader.move(motion, on: page)
            reader.settle(on: page)
            _ = reader.extent(page)
        }
        #expect(reader.cursor == 999_999 && source.asked.withLock { $0 } < 5000)
    }
}
