import Drawing
import Testing

@testable import Terminal

struct LinkTests {
    private static let address = "https://acme.example/authorize?state=x"

    private func canvas(_ words: DisplayText) -> Canvas {
        var canvas = Canvas(size: Size(width: 30, height: 3))
        canvas.draw(words, at: Point(x: 2, y: 1), style: .accent)
        return canvas
    }

    private func writer(_ canvas: Canvas, depth: ColorDepth = .truecolor, count: Int = 256, isUTF8: Bool = true)
        -> LinkWriter
    {
        let styles = StyleSheet(depth: depth) { role in
            role == .accent ? RolePaint(foreground: .rgb(red: 51, green: 102, blue: 153)) : RolePaint()
        }
        return LinkWriter(
            canvas: canvas,
            styles: styles,
            colors: ColorNumbers(count: count, hasDirectColors: depth == .truecolor),
            isUTF8: isUTF8
        )
    }

    @Test func `a link is drawn over its own cells, and cursor and colours are put back`() throws {
        let link = try #require(Hyperlink(Rect(x: 2, y: 1, width: 4, height: 1), address: Self.address))
        let text = writer(canvas("link")).cells(link.area, link: link)
        #expect(text.hasPrefix("\u{1B}7\u{1B}[2;3H\u{1B}]8;id="))
        #expect(text.contains(";\(Self.address)\u{1B}\\\u{1B}[0;38;2;51;102;153mlink\u{1B}]8;;\u{1B}\\"))
        #expect(text.hasSuffix("\u{1B}8"))
    }

    @Test func `cells that are no link any more are drawn without one`() {
        let text = writer(canvas("link")).cells(Rect(x: 2, y: 1, width: 4, height: 1), link: nil)
        #expect(!text.contains("]8;"))
        #expect(text.contains("link"))
    }

    @Test func `without Unicode a question mark stands for what can't be shown, as in ncurses`() {
        let text = writer(canvas("ä"), isUTF8: false).cells(Rect(x: 2, y: 1, width: 1, height: 1), link: nil)
        #expect(text.contains("m?\u{1B}8"))
    }

    @Test(arguments: ["https://a.example/\u{1B}]52;c;x\u{07}", "https://ä.example", "https://a b", "", "x\n"])
    func `an address that could steer the terminal is no link`(_ address: String) {
        #expect(Hyperlink(Rect(x: 0, y: 0, width: 4, height: 1), address: address) == nil)
    }

    @Test func `what is no row is no link`() {
        #expect(Hyperlink(Rect(x: 0, y: 0, width: 4, height: 2), address: Self.address) == nil)
        #expect(Hyperlink(Rect(x: 0, y: 0, width: 0, height: 1), address: Self.address) == nil)
    }
}
