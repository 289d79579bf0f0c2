import Domain

/// What a query looks for, for whoever asks very many texts whether it stands in them and not where.
struct FindNeedle: Sendable {
    private let scalars: [Unicode.Scalar]
    /// In small letters; nil where it needs more than ASCII.
    private let bytes: [UInt8]?

    init(_ query: FindQuery) {
        scalars = query.text.unicodeScalars.flatMap { FoldedScalar.scalars(of: $0) }
        bytes = scalars.allSatisfy(\.isASCII) ? scalars.map { UInt8($0.value) } : nil
    }

    /// Bytes behind a piece of text into which what begins in the piece can reach.
    var overlap: Int { max(0, scalars.reduce(0) { $0 + UTF8.width($1) } - 1) }

    func stands(in text: String) -> Bool {
        let utf8 = Array(text.utf8)
        guard utf8.allSatisfy({ $0 < 0x80 }) else {
            return Self.stands(scalars, in: text.unicodeScalars.flatMap { FoldedScalar.scalars(of: $0) })
        }
        guard let bytes else { return false }
        return Self.stands(bytes, in: utf8.map { (0x41...0x5A).contains($0) ? $0 + 0x20 : $0 })
    }

    private static func stands<Letter: Equatable>(_ needle: [Letter], in text: [Letter]) -> Bool {
        guard let first = needle.first, text.count >= needle.count else { return false }
        for start in 0...(text.count - needle.count) where text[start] == first {
            if text[start..<(start + needle.count)].elementsEqual(needle) { return true }
        }
        return false
    }
}
