import Primitives

extension FoldedText {
    /// The texts of a record in which words are looked for, a mark between two of them: texts, numbers and flags at any depth,
    /// never the names of fields, and not `attributes`, which says only where the record is. Nil where it is no JSON.
    ///
    /// It reads the spelling, without a value for each part: words of every event are indexed.
    package init?(valuesOfSpelling record: String, keeping longest: Int = .max) {
        self.init(keeping: longest)
        let bytes = Array(record.utf8)
        reserve(bytes.count)
        var scanner = JSONScanner(bytes)
        scanner.skipWhitespace()
        do {
            try add(valuesAt: &scanner, of: bytes, depth: 0)
            try scanner.expectEnd()
        } catch { return nil }
    }

    private mutating func add(valuesAt scanner: inout JSONScanner, of bytes: [UInt8], depth: Int) throws(JSONError) {
        switch scanner.peek() {
        case 0x7B where depth < JSONScanner.maximumDepth:
            try scanner.members { (scanner: inout JSONScanner, name) throws(JSONError) in
                if scanner.unescaped(name) == "attributes" {
                    _ = try scanner.value(depth: depth + 1)
                } else {
                    try add(valuesAt: &scanner, of: bytes, depth: depth + 1)
                }
            }
        case 0x5B where depth < JSONScanner.maximumDepth:
            try scanner.elements { (scanner: inout JSONScanner) throws(JSONError) in
                try add(valuesAt: &scanner, of: bytes, depth: depth + 1)
            }
        case 0x22:
            let place = try scanner.value(depth: depth)
            let inner = (place.lowerBound + 1)..<(place.upperBound - 1)
            if Self.isPlain(bytes, inner) {
                addValue(ascii: bytes, at: inner)
            } else {
                addValue(scanner.unescaped(place))
            }
        case 0x6E: _ = try scanner.value(depth: depth)
        default: addValue(ascii: bytes, at: try scanner.value(depth: depth))
        }
    }

    /// Whether these bytes are what they stand for.
    private static func isPlain(_ bytes: [UInt8], _ place: Range<Int>) -> Bool {
        let bytes = bytes.span
        for index in place where bytes[index] >= 0x80 || bytes[index] == 0x5C { return false }
        return true
    }
}
