import Drawing
import Testing

struct LayoutTests {
    @Test(
        "Fixed parts come first, shares divide the rest and keep their minimum",
        arguments: [
            (100, [Extent.fixed(40), .share()], [40, 60]),
            (10, [.share(), .share(), .share()], [3, 3, 4]),
            (100, [.share(1), .share(3)], [25, 75]),
            (100, [.share(1, minimum: 50), .share(1), .share(1)], [50, 25, 25]),
            (30, [.fixed(40), .share()], [30, 0]),
            (30, [.fixed(20), .fixed(20)], [20, 10]),
            (0, [.share(), .fixed(3)], [0, 0]),
        ]
    )
    func lengths(total: Int, extents: [Extent], expected: [Int]) {
        let rects = Rect(x: 5, y: 5, width: total, height: 2).split(.horizontal, extents)
        #expect(rects.map(\.width) == expected)
        #expect(rects.first?.x == 5)
        #expect(rects.allSatisfy { $0.height == 2 })
        let rows = Rect(x: 5, y: 5, width: 2, height: total).split(.vertical, extents)
        #expect(rows.map(\.height) == expected)
    }

    @Test("Parts stand apart and stay inside")
    func spacing() {
        let rects = Rect(x: 0, y: 0, width: 10, height: 1).columns(.fixed(4), .share(), .fixed(2), spacing: 1)
        #expect(rects.map(\.x) == [0, 5, 8])
        #expect(rects.map(\.width) == [4, 2, 2])
        let narrow = Rect(x: 0, y: 0, width: 3, height: 1).columns(.fixed(3), .share(), .fixed(2), spacing: 1)
        #expect(narrow.allSatisfy { $0.maxX <= 3 })
    }

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
