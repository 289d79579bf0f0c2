import Drawing
import Testing

struct RectTests {
    @Test("Taking off a side leaves the rest")
    func taking() {
        var rect = Rect(x: 0, y: 0, width: 10, height: 5)
        #expect(rect.cutTop(1) == Rect(x: 0, y: 0, width: 10, height: 1))
        #expect(rect.cutBottom(2) == Rect(x: 0, y: 3, width: 10, height: 2))
        #expect(rect.cutRight(3) == Rect(x: 7, y: 1, width: 3, height: 2))
        #expect(rect.cutLeft(99) == Rect(x: 0, y: 1, width: 7, height: 2))
        #expect(rect.isEmpty)
    }

    @Test("Insets and centres never turn inside out")
    func insets() {
        #expect(Rect(x: 0, y: 0, width: 1, height: 1).inset(x: 1, y: 1).isEmpty)
        let centre = Rect(x: 0, y: 0, width: 10, height: 4).centered(Size(width: 4, height: 9))
        #expect(centre == Rect(x: 3, y: 0, width: 4, height: 4))
    }
}
