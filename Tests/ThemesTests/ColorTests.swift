import Drawing
import Testing

@testable import Themes

struct ColorTests {
    @Test(
        "Colours reduce to their nearest relation",
        arguments: [
            (Color.rgb(red: 255, green: 0, blue: 0), ColorDepth.indexed, Color.indexed(196)),
            (.rgb(red: 0, green: 0, blue: 0), .indexed, .indexed(16)),
            (.rgb(red: 128, green: 128, blue: 128), .indexed, .indexed(244)),
            (.rgb(red: 250, green: 10, blue: 10), .sixteen, .ansi(9)),
            (.indexed(196), .sixteen, .ansi(9)),
            (.ansi(3), .indexed, .ansi(3)),
            (.terminal, .sixteen, .terminal),
            (.rgb(red: 1, green: 2, blue: 3), .truecolor, .rgb(red: 1, green: 2, blue: 3)),
            (.ansi(3), .mono, .terminal),
        ]
    )
    func reduction(color: Color, depth: ColorDepth, expected: Color) {
        #expect(color.reduced(to: depth) == expected)
    }

    @Test("Contrast is that of WCAG")
    func contrast() {
        #expect(RGB(0, 0, 0).contrast(with: RGB(255, 255, 255)) == 21)
        #expect(RGB(9, 9, 9).contrast(with: RGB(9, 9, 9)) == 1)
        #expect(abs(RGB(0x76, 0x76, 0x76).contrast(with: RGB(255, 255, 255)) - 4.54) < 0.01)
    }

    @Test("Red and green look alike without green cones, blue and orange don't")
    func deuteranopia() {
        let red = RGB(170, 110, 40).seenWithDeuteranopia
        let green = RGB(130, 130, 30).seenWithDeuteranopia
        #expect(red.difference(from: green) < 0.08)
        let blue = RGB(0x6C, 0xB6, 0xFF).seenWithDeuteranopia
        let orange = RGB(0xFF, 0x9F, 0x45).seenWithDeuteranopia
        #expect(blue.difference(from: orange) > 0.2)
    }

    @Test("Hex colours are read in both lengths")
    func hex() {
        #expect(RGB(hex: "#0af") == RGB(0, 170, 255))
        #expect(RGB(hex: "#102030") == RGB(16, 32, 48))
        for wrong in ["102030", "#12", "#12345g", "#", "##12345"] { #expect(RGB(hex: wrong) == nil) }
    }
}
