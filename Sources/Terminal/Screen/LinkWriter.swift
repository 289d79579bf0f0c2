import Drawing

/// Cells as bytes that draw them in place, as a link (OSC 8) or as none.
struct LinkWriter {
    let canvas: Canvas
    let styles: StyleSheet
    let colors: ColorNumbers
    let isUTF8: Bool

    /// Draws the cells of one row over themselves; cursor and colours are afterwards as they were before.
    func cells(_ area: Rect, link: Hyperlink?) -> String {
        var text = "\u{1B}7\u{1B}[\(area.y + 1);\(area.x + 1)H"
        if let link { text += "\u{1B}]8;id=\(Self.identity(link.address));\(link.address)\u{1B}\\" }
        var style: Style?
        for x in area.x..<area.maxX {
            guard let cell = canvas[Point(x: x, y: area.y)], !cell.isTrailing else { continue }
            if cell.style != style {
                text += rendition(styles.paint(for: cell.style))
                style = cell.style
            }
            let scalars = canvas.scalars(of: cell)
            if isUTF8 || scalars.allSatisfy({ $0.isASCII }) {
                text.unicodeScalars.append(contentsOf: scalars)
            } else {
                text += "?"
            }
        }
        if link != nil { text += "\u{1B}]8;;\u{1B}\\" }
        return text + "\u{1B}8"
    }

    /// Terminals take rows with the same identity for one link.
    private static func identity(_ address: String) -> String {
        String(address.utf8.reduce(UInt32(2_166_136_261)) { ($0 ^ UInt32($1)) &* 16_777_619 }, radix: 16)
    }

    /// Colours and attributes as ncurses would set them.
    private func rendition(_ paint: Paint) -> String {
        var codes = ["0"]
        let flags: [(Attributes, String)] = [
            (.bold, "1"), (.dim, "2"), (.italic, "3"), (.underline, "4"), (.reverse, "7"),
        ]
        let (foreground, background, shown) = colors.resolve(paint)
        for (attribute, code) in flags where shown.contains(attribute) { codes.append(code) }
        codes += code(foreground, basic: 30, bright: 90, extended: 38)
        codes += code(background, basic: 40, bright: 100, extended: 48)
        return "\u{1B}[\(codes.joined(separator: ";"))m"
    }

    private func code(_ number: Int32, basic: Int32, bright: Int32, extended: Int32) -> [String] {
        switch number {
        case ..<0: []
        case 0..<8: [String(basic + number)]
        case 8..<16 where colors.count <= 16: [String(bright + number - 8)]
        case 8..<256: [String(extended), "5", String(number)]
        default: [String(extended), "2"] + [16, 8, 0].map { String(number >> $0 & 255) }
        }
    }
}
