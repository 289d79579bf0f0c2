import Drawing

/// The numbers that ncurses takes for colours; −1 is the terminal's own.
struct ColorNumbers: Hashable {
    /// Colours that the description names.
    let count: Int
    /// Whether our own description is in use, in which numbers up to 255 are palette colours and others 24-bit.
    let hasDirectColors: Bool

    /// What a style comes to: the numbers of its colours, and its attributes with those that stand in for a colour.
    func resolve(_ paint: Paint) -> (foreground: Int32, background: Int32, attributes: Attributes) {
        let ground = background(paint.background)
        // Where boldness doesn't brighten, bright black on black or on the terminal's own ground can't be read.
        if case .ansi(8) = paint.foreground, paletteSize < 16, ground <= 0 {
            let isReversed = paint.attributes.contains(.reverse)
            let attributes = isReversed ? paint.attributes : paint.attributes.union(.dim)
            return (ground < 0 ? -1 : number(.ansi(7)), ground, attributes)
        }
        let (letters, isBright) = foreground(paint.foreground)
        return (letters, ground, isBright ? paint.attributes.union(.bold) : paint.attributes)
    }

    /// The number, and whether boldness must stand in for a bright colour.
    func foreground(_ color: Color) -> (number: Int32, isBright: Bool) {
        if case .ansi(let index) = color, index >= 8, paletteSize < 16 {
            return (number(.ansi(index - 8)), paletteSize >= 8)
        }
        return (number(color), false)
    }

    func background(_ color: Color) -> Int32 {
        if case .ansi(let index) = color, index >= 8, paletteSize < 16 { return number(.ansi(index - 8)) }
        return number(color)
    }

    private func number(_ color: Color) -> Int32 {
        switch color {
        case .terminal: return -1
        case .ansi(let index), .indexed(let index): return Int(index) < paletteSize ? Int32(index) : -1
        case .rgb(let red, let green, let blue):
            guard hasDirectColors || count > 256 else { return -1 }
            let number = Int32(red) << 16 | Int32(green) << 8 | Int32(blue)
            // The darkest blues have the numbers of the palette; a trace of green tells them apart.
            return number < 256 ? number | 0x100 : number
        }
    }

    /// A foreign description of direct colours keeps only the first eight numbers for the palette.
    private var paletteSize: Int {
        if hasDirectColors { return 256 }
        return count > 256 ? 8 : count
    }
}
