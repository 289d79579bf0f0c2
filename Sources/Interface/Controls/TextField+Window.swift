import Drawing

extension TextField {
    /// Which part of the text stands in a window around the cursor.
    private struct View {
        /// The first character in view, and how many of its columns are left of the window.
        var first = 0
        var skip = 0
        /// The cursor's column in the window.
        var cursor: Int
        var goesOnLeft = false
        var goesOnRight = false
    }

    /// The part of the text that fits into `width` columns around the cursor, and the cursor's column in it.
    func window(width: Int, mark: DisplayText, masked: DisplayText? = nil) -> (text: DisplayText, cursor: Int) {
        guard width > 0 else { return (.empty, 0) }
        let view = view(width: width, isMasked: masked != nil)
        var text = shown(from: view.first, columns: view.skip + width, masked: masked)
            .slice(from: view.skip, width: width)
        if view.goesOnLeft { text = mark + text.slice(from: 1, width: text.width - 1) }
        if view.goesOnRight { text = text.slice(from: 0, width: width - 1) + mark }
        return (text, view.cursor)
    }

    /// The beginning of the text, as much as can matter to `columns` columns.
    func beginning(columns: Int, masked: DisplayText? = nil) -> DisplayText {
        shown(from: 0, columns: columns + 1, masked: masked)
    }

    /// The grapheme boundary nearest to a column of the window that `window(width:)` gives.
    func position(ofColumn column: Int, width: Int) -> Int {
        let view = view(width: width, isMasked: false)
        var at = -view.skip
        for index in view.first..<characters.count {
            at += Self.shown(characters[index]).width
            if at > column { return index }
        }
        return characters.count
    }

    /// Looks only at the characters around the cursor, so that a long text costs no more than a short one.
    private func view(width: Int, isMasked: Bool) -> View {
        func columns(_ index: Int) -> Int { isMasked ? 1 : Self.shown(characters[index]).width }
        var before = 0
        var first = cursor
        while first > 0, before < width {
            first -= 1
            before += columns(first)
        }
        var after = 0
        var last = cursor
        while last < characters.count, after <= width {
            after += columns(last)
            last += 1
        }
        // One column is for the cursor behind the last character.
        if first == 0, before < width - 1 || before + after < width {
            return View(cursor: before, goesOnRight: before + after > width)
        }
        let place = after == 0 ? width - 1 : width - 2
        guard place > 0 else { return View(first: cursor, cursor: 0, goesOnRight: after > width) }
        (before, first) = (0, cursor)
        while first > 0, before < place {
            first -= 1
            before += columns(first)
        }
        return View(
            first: first,
            skip: before - place,
            cursor: place,
            goesOnLeft: true,
            goesOnRight: after > width - place
        )
    }

    private func shown(from first: Int, columns: Int, masked: DisplayText?) -> DisplayText {
        var parts: [DisplayText] = []
        var width = 0
        for character in characters.dropFirst(first) {
            if width >= columns { break }
            let part = masked ?? Self.shown(character)
            parts.append(part)
            width += part.width
        }
        return parts.joined()
    }

    /// A character as the field shows it. What the screen would leave out is sent all the same, so it is seen here.
    private static func shown(_ character: Character) -> DisplayText {
        let text = DisplayText(String(character))
        let scalars = character.unicodeScalars
        guard let first = scalars.first, scalars.contains(where: { ScalarClass($0) == .dropped }) else { return text }
        // The joiners and variants of an emoji belong to its picture.
        let isEmoji = !text.isEmpty && first.value > 0xFF && first.properties.isEmoji
        return isEmoji ? text : text + "\u{FFFD}"
    }
}
