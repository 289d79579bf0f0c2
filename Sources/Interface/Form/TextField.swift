import Drawing

/// One line of text being edited; the cursor stands between graphemes.
struct TextField: Sendable, Hashable {
    /// Longer pastes are cut.
    static let limit = 16_384
    private static let undoLimit = 100

    private(set) var characters: [Character]
    private(set) var cursor: Int
    private var past: [Snapshot] = []
    private var isTyping = false

    private struct Snapshot: Sendable, Hashable {
        let characters: [Character]
        let cursor: Int
    }

    init(_ text: String = "") {
        characters = Array(text.prefix(Self.limit))
        cursor = characters.count
    }

    var text: String { String(characters) }
    var isEmpty: Bool { characters.isEmpty }

    /// Replaces everything, as one step of undo.
    mutating func set(_ text: String) {
        remember()
        characters = Array(text.prefix(Self.limit))
        cursor = characters.count
    }

    mutating func insert(_ text: String) {
        // Line ends and other controls have no place in one line.
        let clean = text.filter { character in
            !character.isNewline && !character.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F }
        }
        guard !clean.isEmpty, characters.count < Self.limit else { return }
        if clean.count > 1 || !isTyping { remember() }
        isTyping = clean.count == 1
        let new = Array(clean.prefix(Self.limit - characters.count))
        characters.insert(contentsOf: new, at: cursor)
        cursor += new.count
    }

    /// Edits or moves; false if the key means nothing to a text.
    mutating func handle(_ key: Key) -> Bool {
        if case .character(let character) = key.code, key.modifiers.isEmpty {
            insert(String(character))
            return true
        }
        switch key {
        case .left, .ctrl("b"): move(to: cursor - 1)
        case .right, .ctrl("f"): move(to: cursor + 1)
        case .home, .ctrl("a"): move(to: 0)
        case .end, .ctrl("e"): move(to: characters.count)
        case .alt("b"), Key(.left, .ctrl), Key(.left, .alt): move(to: wordStart)
        case .alt("f"), Key(.right, .ctrl), Key(.right, .alt): move(to: wordEnd)
        case .backspace, .ctrl("h"): remove(cursor - 1..<cursor)
        case .delete, .ctrl("d"): remove(cursor..<cursor + 1)
        case .ctrl("w"), Key(.backspace, .alt), Key(.backspace, .ctrl): remove(wordStart..<cursor)
        case .alt("d"), Key(.delete, .ctrl): remove(cursor..<wordEnd)
        case .ctrl("u"): remove(0..<cursor)
        case .ctrl("k"): remove(cursor..<characters.count)
        case .ctrl("_"), .ctrl("/"): undo()
        default: return false
        }
        return true
    }

    /// Puts the cursor between two graphemes.
    mutating func move(to position: Int) {
        isTyping = false
        cursor = min(max(0, position), characters.count)
    }

    private mutating func remove(_ range: Range<Int>) {
        let range = range.clamped(to: 0..<characters.count)
        guard !range.isEmpty else { return }
        if range.count > 1 || !isTyping { remember() }
        isTyping = range.count == 1
        characters.removeSubrange(range)
        cursor = range.lowerBound
    }

    private mutating func remember() {
        past.append(Snapshot(characters: characters, cursor: cursor))
        if past.count > Self.undoLimit { past.removeFirst() }
    }

    private mutating func undo() {
        guard let last = past.popLast() else { return }
        (characters, cursor) = (last.characters, last.cursor)
        isTyping = false
    }

    /// Words are runs of letters and digits, so an address breaks at its dots and slashes.
    private var wordStart: Int {
        var position = cursor
        while position > 0, !Self.isWord(characters[position - 1]) { position -= 1 }
        while position > 0, Self.isWord(characters[position - 1]) { position -= 1 }
        return position
    }

    private var wordEnd: Int {
        var position = cursor
        while position < characters.count, !Self.isWord(characters[position]) { position += 1 }
        while position < characters.count, Self.isWord(characters[position]) { position += 1 }
        return position
    }

    private static func isWord(_ character: Character) -> Bool { character.isLetter || character.isNumber }
}

extension TextField {
    /// The part of the text that fits into `width` columns around the cursor, and the cursor's column in it.
    func window(width: Int, mark: DisplayText, masked: DisplayText? = nil) -> (text: DisplayText, cursor: Int) {
        guard width > 0 else { return (.empty, 0) }
        let shown: [DisplayText] = characters.map { masked ?? DisplayText(String($0)) }
        let before = shown[..<cursor].reduce(0) { $0 + $1.width }
        let total = before + shown[cursor...].reduce(0) { $0 + $1.width }
        let whole = shown.joined()
        // One column is for the cursor behind the last character.
        guard total >= width else { return (whole, before) }
        let start = Self.start(before: before, total: total, width: width)
        let end = start + width
        var text = whole.slice(from: start, width: width)
        if start > 0 { text = mark + text.slice(from: 1, width: text.width - 1) }
        if end < total { text = text.slice(from: 0, width: width - 1) + mark }
        return (text, before - start)
    }

    /// The first column shown: room for the cursor at the end, and for a mark where the text goes on.
    private static func start(before: Int, total: Int, width: Int) -> Int {
        before < width - 1 ? 0 : min(before - (width - 2), total + 1 - width)
    }

    /// The grapheme boundary nearest to a column of the window that `window(width:)` gives.
    func position(ofColumn column: Int, width: Int) -> Int {
        let shown = characters.map { DisplayText(String($0)).width }
        let before = shown[..<cursor].reduce(0, +)
        let total = shown.reduce(0, +)
        let start = total < width ? 0 : Self.start(before: before, total: total, width: width)
        var at = 0
        for (index, columns) in shown.enumerated() {
            if at + columns > start + column { return index }
            at += columns
        }
        return shown.count
    }
}
