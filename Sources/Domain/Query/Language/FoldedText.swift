import Primitives

/// A text as words are looked for in it: case and accents folded, one blank before and after each word. A word is a run of
/// letters, digits and marks; all else parts.
///
/// The one rule of what a word is: filters, events looked at one by one, and an index of words go by it.
package struct FoldedText: Sendable, Hashable {
    private static let blank: UInt8 = 0x20
    /// Stands between two values, as a word of its own: no phrase holds it, as it is neither a letter nor a digit.
    package static let mark = "_"

    /// In UTF-8; it begins with a blank.
    private(set) var bytes = [blank]
    /// Bytes of a word that are kept.
    private let longest: Int
    /// Where the word begins that goes on; at the end where there is none.
    private var begin = 1
    private var isFull = false

    /// One without words yet.
    init(keeping longest: Int) { self.longest = longest }

    package init(_ text: some StringProtocol, keeping longest: Int = .max) {
        self.init(keeping: longest)
        add(String(text))
    }

    private mutating func add(_ text: String) {
        bytes.reserveCapacity(bytes.count + text.utf8.count + 1)
        for scalar in text.unicodeScalars { add(scalar) }
        end()
    }

    /// Adds a text that no phrase reaches into.
    mutating func addValue(_ text: String) { addValue { $0.add(text) } }

    /// Adds ASCII bytes that no phrase reaches into.
    mutating func addValue(ascii source: [UInt8], at place: Range<Int>) {
        addValue { folded in
            for index in place { folded.add(ascii: source[index]) }
            folded.end()
        }
    }

    mutating func reserve(_ count: Int) { bytes.reserveCapacity(count) }

    private mutating func addValue(_ add: (inout FoldedText) -> Void) {
        let before = bytes.count
        if !isEmpty {
            bytes.append(0x5F)
            bytes.append(Self.blank)
        }
        let start = bytes.count
        begin = start
        add(&self)
        guard bytes.count == start else { return }
        // It holds no word.
        bytes.removeLast(bytes.count - before)
        begin = before
    }

    package var isEmpty: Bool { bytes.count == 1 }
    /// With one blank between two words.
    package var text: String { isEmpty ? "" : String(decoding: bytes.dropFirst().dropLast(), as: UTF8.self) }
    package var words: [String] {
        bytes.split(separator: Self.blank).map { String(decoding: $0, as: UTF8.self) }
    }

    /// Where another text stands in this one, the last word perhaps only begun.
    func holds(_ other: FoldedText, isPrefix: Bool) -> Bool {
        let wanted = isPrefix ? other.bytes.dropLast() : other.bytes[...]
        guard wanted.count > 1, bytes.count >= wanted.count else { return false }
        let first = wanted[1]
        for place in 0...(bytes.count - wanted.count)
        where bytes[place] == Self.blank && bytes[place + 1] == first {
            var length = 2
            while length < wanted.count, bytes[place + length] == wanted[length] { length += 1 }
            if length == wanted.count { return true }
        }
        return false
    }

    private mutating func add(_ scalar: Unicode.Scalar) {
        if scalar.isASCII {
            add(ascii: UInt8(truncatingIfNeeded: scalar.value))
        } else if (0x300...0x36F).contains(scalar.value) {
            // An accent that stands by itself belongs to the letter before it.
            return
        } else if Self.isOfWord(scalar) {
            for lower in scalar.properties.lowercaseMapping.unicodeScalars where !(0x300...0x36F).contains(lower.value)
            {
                put(AccentTable.bases[lower] ?? lower)
            }
        } else {
            end()
        }
    }

    private mutating func add(ascii byte: UInt8) {
        switch byte {
        case 0x30...0x39, 0x61...0x7A: put(byte)
        case 0x41...0x5A: put(byte | 0x20)
        default: end()
        }
    }

    private mutating func put(_ byte: UInt8) {
        if isFull { return }
        guard bytes.count - begin < longest else { return isFull = true }
        bytes.append(byte)
    }

    private mutating func put(_ scalar: Unicode.Scalar) {
        if isFull { return }
        guard bytes.count - begin + UTF8.width(scalar) <= longest else { return isFull = true }
        bytes.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
    }

    private mutating func end() {
        guard bytes.count > begin else { return }
        bytes.append(Self.blank)
        begin = bytes.count
        isFull = false
    }

    private static func isOfWord(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber,
            .letterNumber, .otherNumber, .nonspacingMark, .spacingMark, .privateUse:
            true
        default: false
        }
    }
}

extension FoldedText {
    /// What stands in the spelling of a JSON: all that its values hold, and the names of its fields. It costs a fraction of
    /// parsing it. Nil where letters are escaped by their numbers.
    init?(spelling json: String) {
        longest = .max
        bytes.reserveCapacity(json.utf8.count + 2)
        var isEscape = false
        for scalar in json.unicodeScalars {
            if isEscape {
                if scalar == "u" { return nil }
                isEscape = false
            } else if scalar == "\\" {
                // All that is escaped by a letter or a sign parts words.
                isEscape = true
                end()
            } else {
                add(scalar)
            }
        }
        end()
    }
}
