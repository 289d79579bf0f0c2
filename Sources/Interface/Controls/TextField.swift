/// One line of text being edited; the cursor stands between graphemes.
struct TextField: Sendable, Hashable {
    /// Longer pastes are cut.
    static let limit = 16_384
    /// The same in bytes, because one grapheme can be made of any number of them.
    private static let byteLimit = 65_536
    private static let undoLimit = 100

    /// What becomes of line ends and tabs that are pasted.
    enum LineEnds: Sendable, Hashable {
        /// Addresses, keys and paths are one word, which something else has wrapped.
        case nothing
        /// Words on two lines are two words.
        case blank
    }

    private(set) var characters: [Character]
    private(set) var cursor: Int
    /// Whether the last insertion found too little room.
    private(set) var isCut = false
    private var bytes: Int
    private var past: [Snapshot] = []
    private var isTyping = false

    private struct Snapshot: Sendable, Hashable {
        let characters: [Character]
        let cursor: Int
    }

    init(_ text: String = "") {
        characters = Array(text.prefix(Self.limit))
        cursor = characters.count
        bytes = text.utf8.count
    }

    var text: String { String(characters) }
    var isEmpty: Bool { characters.isEmpty }

    /// Replaces everything, as one step of undo.
    mutating func set(_ text: String) {
        remember()
        characters = Array(text.prefix(Self.limit))
        cursor = characters.count
        bytes = text.utf8.count
    }

    /// Puts in what there is room for; the rest is not even looked at, and `isCut` says so.
    mutating func insert(_ text: String, lineEnds: LineEnds = .nothing) {
        isCut = false
        var new: [Character] = []
        var size = bytes
        var isParted = false
        for character in text {
            guard !Self.isControl(character) else {
                isParted = isParted || lineEnds == .blank && (character.isNewline || character == "\t")
                continue
            }
            let former = new.last ?? (cursor > 0 ? characters[cursor - 1] : nil)
            if isParted, former?.isWhitespace == false, !character.isWhitespace,
                characters.count + new.count < Self.limit
            {
                new.append(" ")
                size += 1
            }
            isParted = false
            size += character.utf8.count
            guard characters.count + new.count < Self.limit, size <= Self.byteLimit else {
                isCut = true
                break
            }
            new.append(character)
        }
        guard !new.isEmpty else { return }
        if new.count > 1 || !isTyping { remember() }
        isTyping = new.count == 1
        characters.insert(contentsOf: new, at: cursor)
        cursor += new.count
        bytes += new.reduce(0) { $0 + $1.utf8.count }
    }

    /// Line ends and other controls have no place in one line.
    private static func isControl(_ character: Character) -> Bool {
        character.isNewline || character.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F }
    }

    /// Puts the cursor between two graphemes.
    mutating func move(to position: Int) {
        isTyping = false
        cursor = min(max(0, position), characters.count)
    }

    mutating func remove(_ range: Range<Int>) {
        let range = range.clamped(to: 0..<characters.count)
        guard !range.isEmpty else { return }
        if range.count > 1 || !isTyping { remember() }
        isTyping = range.count == 1
        isCut = false
        bytes -= characters[range].reduce(0) { $0 + $1.utf8.count }
        characters.removeSubrange(range)
        cursor = range.lowerBound
    }

    private mutating func remember() {
        past.append(Snapshot(characters: characters, cursor: cursor))
        if past.count > Self.undoLimit { past.removeFirst() }
    }

    mutating func undo() {
        guard let last = past.popLast() else { return }
        (characters, cursor) = (last.characters, last.cursor)
        bytes = characters.reduce(0) { $0 + $1.utf8.count }
        isTyping = false
    }

    /// Words are runs of letters and digits, so an address breaks at its dots and slashes.
    var wordStart: Int {
        var position = cursor
        while position > 0, !Self.isWord(characters[position - 1]) { position -= 1 }
        while position > 0, Self.isWord(characters[position - 1]) { position -= 1 }
        return position
    }

    var wordEnd: Int {
        var position = cursor
        while position < characters.count, !Self.isWord(characters[position]) { position += 1 }
        while position < characters.count, Self.isWord(characters[position]) { position += 1 }
        return position
    }

    private static func isWord(_ character: Character) -> Bool { character.isLetter || character.isNumber }
}
