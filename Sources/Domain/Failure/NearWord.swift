/// Finds the word that was meant by one that is misspelt.
///
/// ```swift
/// NearWord.find("event.object", among: ["event.objects", "base.url"], for: .refusal)  // "event.objects"
/// ```
package enum NearWord {
    private static let longest = 100

    package enum Purpose: Sendable {
        /// What is near is refused, so that it has to be a mistake: two letters, and of a short word half less one.
        case refusal
        /// What was given is wrong in any case, and only a hint is wanted: two letters, or a third of it.
        case hint
    }

    /// The nearest of `words` that so many letters more, less or exchanged make of `text`, case and blanks around it aside;
    /// nil if none is that near.
    package static func find(_ text: String, among words: [String], for purpose: Purpose) -> String? {
        let given = Array(text.trimmed.lowercased().utf8)
        guard given.count <= longest else { return nil }
        var nearest: (word: String, distance: Int)?
        for word in words {
            let known = Array(word.lowercased().utf8)
            let most =
                switch purpose {
                case .refusal: min(2, max(known.count / 2 - 1, 0))
                case .hint: max(2, given.count / 3)
                }
            guard abs(known.count - given.count) <= most else { continue }
            let distance = distance(given, known)
            if distance <= most, distance < nearest?.distance ?? .max { nearest = (word, distance) }
        }
        return nearest?.word
    }

    /// Levenshtein's.
    private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var row = Array(0...right.count)
        for (line, byte) in left.enumerated() {
            var corner = row[0]
            row[0] = line + 1
            for (column, other) in right.enumerated() {
                let exchanged = corner + (byte == other ? 0 : 1)
                corner = row[column + 1]
                row[column + 1] = min(exchanged, corner + 1, row[column] + 1)
            }
        }
        return row[right.count]
    }
}
