import Primitives

/// Letters of Latin scripts as ASCII has them: without their accent, or as the one that they look like.
enum LatinLetters {
    /// Nil for what is no such letter.
    static func plain(_ letter: Unicode.Scalar) -> Unicode.Scalar? {
        guard let lower = letter.properties.lowercaseMapping.unicodeScalars.first else { return nil }
        let base = AccentTable.bases[lower] ?? lower
        let plain = lookalikes[base] ?? base
        guard plain.isASCII, plain.properties.isAlphabetic else { return nil }
        return lower == letter ? plain : plain.properties.uppercaseMapping.unicodeScalars.first
    }

    private static let lookalikes: [Unicode.Scalar: Unicode.Scalar] = [
        "æ": "a", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "ł": "l", "ŀ": "l", "ŋ": "n", "ø": "o", "œ": "o", "ß": "s",
        "ſ": "s", "ŧ": "t", "þ": "t",
    ]
}
