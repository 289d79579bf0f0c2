/// Words of a text with case and accents folded, in order. A word is a run of letters, digits and marks; all else parts.
///
/// The one rule of what a word is: filters, events looked at one by one, and an index of words go by it.
package struct FoldedWords: Sendable, Hashable {
    package private(set) var words: [String] = []

    package init() {}

    package init(_ text: some StringProtocol) { add(text) }

    package mutating func add(_ text: some StringProtocol) {
        var word = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if scalar.isASCII {
                switch scalar.value {
                case 0x30...0x39, 0x61...0x7A: word.append(scalar)
                case 0x41...0x5A: word.append(Unicode.Scalar(UInt8(scalar.value + 0x20)))
                default: end(&word)
                }
            } else if (0x300...0x36F).contains(scalar.value) {
                // An accent that stands by itself belongs to the letter before it.
                continue
            } else if Self.isOfWord(scalar) {
                for lower in scalar.properties.lowercaseMapping.unicodeScalars
                where !(0x300...0x36F).contains(lower.value) { word.append(AccentTable.bases[lower] ?? lower) }
            } else {
                end(&word)
            }
        }
        end(&word)
    }

    private mutating func end(_ word: inout String.UnicodeScalarView) {
        guard !word.isEmpty else { return }
        words.append(String(word))
        word = String.UnicodeScalarView()
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
