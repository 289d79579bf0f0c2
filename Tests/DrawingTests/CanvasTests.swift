import Drawing
import TestSupport
import Testing

struct CanvasTests {
    @Test("Cells are small")
    func cellSize() {
        #expect(MemoryLayout<Cell>.stride == 8)
    }

    @Test("What lies outside is not drawn", arguments: [-3, -1, 0, 2, 3, 9])
    func clipping(x: Int) {
        var screen = Screen(4, 1)
        screen.draw { $0.draw("abc", at: Point(x: x, y: 0)) }
        let expected = [-3: "", -1: "bc", 0: "abc", 2: "  ab", 3: "   a", 9: ""]
        #expect(screen.text == expected[x])
    }

    @Test("Only what lies on the canvas can be seen of a part or a point")
    func visible() {
        let canvas = Canvas(size: Size(width: 6, height: 2))
        #expect(canvas.bounds == Rect(x: 0, y: 0, width: 6, height: 2))
        #expect(canvas.visible(Rect(x: 4, y: -1, width: 9, height: 9)) == Rect(x: 4, y: 0, width: 2, height: 2))
        #expect(canvas.visible(Point(x: 5, y: 1)) == Point(x: 5, y: 1))
        for outside in [Point(x: 6, y: 0), Point(x: 0, y: 2), Point(x: -1, y: 0), Point(x: 0, y: -1)] {
            #expect(canvas.visible(outside) == nil && canvas[outside] == nil)
        }
    }

    @Test("Half a wide character is a space, at an edge and when overwritten")
    func wideCharacters() {
        var screen = Screen(4, 4)
        screen.draw { canvas in
            canvas.draw("界界界", at: Point(x: -1, y: 0))
            canvas.draw("界界", at: Point(x: 0, y: 1))
            canvas.draw("x", at: Point(x: 1, y: 1))
            canvas.draw("界界", at: Point(x: 0, y: 2))
            canvas.draw("x", at: Point(x: 2, y: 2))
            canvas.draw("界界", at: Point(x: 0, y: 3))
            canvas.draw("語", at: Point(x: 1, y: 3))
        }
        #expect(screen.text == " 界\n x界\n界x\n 語")
    }

    @Test("Marks stay with their letter, and equal clusters of two canvases count as equal")
    func clusters() {
        var first = Canvas(size: Size(width: 3, height: 1))
        var second = first
        first.draw("e\u{301}x", at: .zero)
        second.draw("o\u{308}e\u{301}", at: .zero)
        second.draw("e\u{301}", at: .zero)
        #expect(first.text == "e\u{301}x")
        if let left = first[.zero], let right = second[.zero] {
            #expect(first.shows(left, as: right, of: second))
        }
    }

    @Test("A box shows title, facts and focus in letters")
    func boxes() {
        var screen = Screen(24, 6)
        screen.draw { canvas in
            let inside = canvas.box(
                Rect(x: 0, y: 0, width: 24, height: 3),
                title: StyledText("Events", .title),
                trailing: StyledText("12", .dim)
            )
            #expect(inside == Rect(x: 1, y: 1, width: 22, height: 1))
            canvas.box(Rect(x: 0, y: 3, width: 24, height: 3), title: StyledText("Form", .title), isFocused: true)
        }
        #expect(
            screen.text == """
                ╭─ Events ──────── 12 ─╮
                │                      │
                ╰──────────────────────╯
                ┏━ ▸ Form ━━━━━━━━━━━━━┓
                ┃                      ┃
                ┗━━━━━━━━━━━━━━━━━━━━━━┛
                """
        )
        #expect(canvasRoles(screen).first == "bb.TTTTTT.bbbbbbbb.dd.bb")
    }

    @Test("ASCII glyphs draw everything in ASCII")
    func ascii() {
        var screen = Screen(12, 4, glyphs: .ascii)
        screen.draw { canvas in
            canvas.box(Rect(x: 0, y: 0, width: 12, height: 3), title: StyledText("A long title"), isFocused: true)
            canvas.scrollbar(
                ScrollExtent(total: 9, offset: 0, visible: 3),
                in: Rect(x: 11, y: 0, width: 1, height: 4)
            )
            canvas.chart([1, 5, 9], in: Rect(x: 0, y: 3, width: 5, height: 1))
        }
        #expect(screen.text.unicodeScalars.allSatisfy { $0.isASCII })
    }

    @Test("The scrollbar's thumb touches an end only when the list does")
    func scrollbar() {
        #expect(ScrollExtent(total: 100, offset: 0, visible: 10).thumb(in: 10) == 0..<1)
        #expect(ScrollExtent(total: 100, offset: 1, visible: 10).thumb(in: 10) == 1..<2)
        #expect(ScrollExtent(total: 100, offset: 89, visible: 10).thumb(in: 10) == 8..<9)
        #expect(ScrollExtent(total: 100, offset: 90, visible: 10).thumb(in: 10) == 9..<10)
        #expect(ScrollExtent(total: 5, offset: 0, visible: 10).thumb(in: 10).isEmpty)
        #expect(ScrollExtent(total: 1_000_000, offset: 500_000, visible: 1).thumb(in: 1) == 0..<1)
    }

    @Test("A chart shows the newest values, and little is not nothing")
    func charts() {
        var screen = Screen(4, 2)
        screen.draw { canvas in
            canvas.chart([99, 0, 0.01, 4, 8], in: Rect(x: 0, y: 1, width: 4, height: 1))
            canvas.chart([.nan, -1, .infinity], in: Rect(x: 0, y: 0, width: 4, height: 1))
        }
        #expect(screen.text == "\n ▁▄█")
        #expect(canvasRoles(screen)[1] == "..123".suffix(4))
    }

    @Test("Everything draws at any size", arguments: [(0, 0), (1, 1), (2, 1), (1, 2), (3, 3), (5, 2)])
    func tinySizes(width: Int, height: Int) {
        var screen = Screen(width, height)
        screen.draw { canvas in
            let inside = canvas.box(
                canvas.bounds,
                title: StyledText("Title"),
                trailing: StyledText("facts"),
                footer: StyledText("footer"),
                isFocused: true
            )
            canvas.draw(wrapping: "several words here 界", in: inside)
            canvas.draw("right", in: inside, .right)
            canvas.scrollbar(ScrollExtent(total: 9, offset: 3, visible: 2), in: inside)
            canvas.chart([1, 2, 3], in: inside)
            canvas.separator(inside, title: StyledText("t"))
            canvas.restyle(inside) { $0.on(.selection) }
            canvas.fill(canvas.bounds, style: Style(.footer))
        }
        #expect(screen.canvas.size == Size(width: width, height: height))
    }

    private func canvasRoles(_ screen: Screen) -> [String] {
        screen.canvas.roles.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }
}
