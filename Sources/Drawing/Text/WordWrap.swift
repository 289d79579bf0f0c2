extension DisplayText {
    /// The text in lines of at most `columns` columns, broken at spaces and, where a word is longer, inside it.
    ///
    /// Spaces at a break go; those at the start of the text, its indentation, stay. Empty only without columns. With
    /// `most` lines the rest of the text is not looked at, and the last line ends with `mark` if there is more.
    package func wrapped(to columns: Int, most: Int = .max, mark: DisplayText = "…") -> [DisplayText] {
        guard columns > 0, most > 0 else { return [] }
        guard width > columns else { return [self] }
        var breaker = LineBreaker(columns: columns)
        var lines: [DisplayText] = []
        for cell in cells {
            guard let line = breaker.feed(cell) else { continue }
            lines.append(line)
            if lines.count == most {
                lines[most - 1] = (line + mark).truncated(to: columns, mark: mark)
                return lines
            }
        }
        return lines + [breaker.finish()]
    }

    /// The text in pieces of at most `first` columns, then `rest` columns, broken anywhere but inside a character.
    package func chunks(first: Int, rest: Int) -> [DisplayText] {
        guard rest > 0, width > first else { return [self] }
        var pieces: [DisplayText] = []
        var piece = TextPiece()
        var room = max(0, first)
        for cell in cells {
            if piece.width + cell.columns > room, !(piece.isEmpty && room == rest) {
                pieces.append(piece.text)
                piece = TextPiece()
                room = rest
            }
            piece.append(cell, room: room)
        }
        return pieces + [piece.text]
    }
}

/// Breaks a text into lines while its cells go by, so that each cell is looked at once.
private struct LineBreaker {
    let columns: Int
    /// The line as far as its last word.
    private var line = TextPiece()
    /// The spaces behind it.
    private var gap = TextPiece()
    /// The word under way.
    private var word = TextPiece()
    private var seenWord = false

    init(columns: Int) { self.columns = columns }

    mutating func feed(_ cell: TextCell) -> DisplayText? {
        if cell.scalars.first == " ", seenWord {
            endWord()
            gap.append(cell)
            return nil
        }
        if cell.scalars.first != " " { seenWord = true }
        var full: DisplayText?
        if line.width + gap.width + word.width + cell.columns > columns {
            if !line.isEmpty {
                // The word goes to the next line, and the spaces before it go.
                full = line.text
            } else if word.width > 0 {
                full = word.text
                word = TextPiece()
            }
            line = TextPiece()
            gap = TextPiece()
        }
        word.append(cell, room: columns)
        return full
    }

    private mutating func endWord() {
        guard !word.isEmpty else { return }
        line.append(gap)
        line.append(word)
        (gap, word) = (TextPiece(), TextPiece())
    }

    mutating func finish() -> DisplayText {
        endWord()
        return line.text
    }
}

/// A part of a text while it is put together.
private struct TextPiece {
    private var scalars = String.UnicodeScalarView()
    private(set) var width = 0
    private var isASCII = true

    var isEmpty: Bool { width == 0 }
    var text: DisplayText { DisplayText(trusted: String(scalars), width: width, isASCII: isASCII) }

    /// A wide character where there is room for one column only becomes a space.
    mutating func append(_ cell: TextCell, room: Int = .max) {
        guard cell.columns <= room else {
            scalars.append(" ")
            width += 1
            return
        }
        scalars.append(contentsOf: cell.scalars)
        width += cell.columns
        isASCII = isASCII && cell.scalars.allSatisfy(\.isASCII)
    }

    mutating func append(_ piece: TextPiece) {
        scalars.append(contentsOf: piece.scalars)
        width += piece.width
        isASCII = isASCII && piece.isASCII
    }
}
