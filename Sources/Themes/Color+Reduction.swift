package import Drawing

/// Red, green and blue, each 0…255.
package struct RGB: Hashable, Sendable {
    package var red: UInt8
    package var green: UInt8
    package var blue: UInt8

    package init(_ red: UInt8, _ green: UInt8, _ blue: UInt8) {
        self.red = red
        self.green = green
        self.blue = blue
    }

    /// Reads `#rrggbb` or `#rgb`; nil if it is neither.
    package init?(hex: some StringProtocol) {
        guard hex.first == "#", hex.dropFirst().allSatisfy(\.isHexDigit) else { return nil }
        let digits = hex.dropFirst()
        let full = digits.count == 3 ? digits.map { "\($0)\($0)" }.joined() : String(digits)
        guard full.count == 6, let value = UInt32(full, radix: 16) else { return nil }
        self.init(UInt8(value >> 16), UInt8(value >> 8 & 0xFF), UInt8(value & 0xFF))
    }

    /// The distance as the eye sees it, by the weights of the "redmean" formula.
    func distance(to other: RGB) -> Int {
        let mean = (Int(red) + Int(other.red)) / 2
        let r = Int(red) - Int(other.red)
        let g = Int(green) - Int(other.green)
        let b = Int(blue) - Int(other.blue)
        return ((512 + mean) * r * r) / 256 + 4 * g * g + ((767 - mean) * b * b) / 256
    }
}

extension Color {
    /// The nearest colour that a terminal of `depth` shows.
    package func reduced(to depth: ColorDepth) -> Color {
        switch (self, depth) {
        case (_, .mono): .terminal
        case (.terminal, _), (.ansi, _), (.rgb, .truecolor), (.indexed, .indexed), (.indexed, .truecolor): self
        case (.rgb(let red, let green, let blue), .indexed): .indexed(RGB(red, green, blue).nearestIndexed)
        case (.rgb(let red, let green, let blue), .sixteen): .ansi(RGB(red, green, blue).nearestANSI)
        case (.indexed(let index), .sixteen): .ansi(RGB(index: index).nearestANSI)
        }
    }

    /// The colour's components; those of the terminal's own colours as xterm has them, nil for `.terminal`.
    package var components: RGB? {
        switch self {
        case .terminal: nil
        case .ansi(let index): RGB(index: index)
        case .indexed(let index): RGB(index: index)
        case .rgb(let red, let green, let blue): RGB(red, green, blue)
        }
    }
}

extension RGB {
    private static let ansi: [RGB] = [
        RGB(0, 0, 0), RGB(205, 0, 0), RGB(0, 205, 0), RGB(205, 205, 0),
        RGB(0, 0, 238), RGB(205, 0, 205), RGB(0, 205, 205), RGB(229, 229, 229),
        RGB(127, 127, 127), RGB(255, 0, 0), RGB(0, 255, 0), RGB(255, 255, 0),
        RGB(92, 92, 255), RGB(255, 0, 255), RGB(0, 255, 255), RGB(255, 255, 255),
    ]
    private static let steps: [UInt8] = [0, 95, 135, 175, 215, 255]

    /// The standard palette of 256 colours.
    init(index: UInt8) {
        switch index {
        case 0..<16: self = Self.ansi[Int(index)]
        case 16..<232:
            let cube = Int(index) - 16
            self.init(Self.steps[cube / 36], Self.steps[cube / 6 % 6], Self.steps[cube % 6])
        default:
            let grey = UInt8(8 + (Int(index) - 232) * 10)
            self.init(grey, grey, grey)
        }
    }

    /// Only the fixed colours: the first sixteen differ from terminal to terminal.
    var nearestIndexed: UInt8 {
        nearest(in: 16...255)
    }

    var nearestANSI: UInt8 {
        nearest(in: 0...15)
    }

    private func nearest(in range: ClosedRange<UInt8>) -> UInt8 {
        range.min { distance(to: RGB(index: $0)) < distance(to: RGB(index: $1)) } ?? range.lowerBound
    }
}
