/// U+FEFF in UTF-8: some servers and editors put it before a text, of which it is no part.
package enum ByteOrderMark {
    private static let bytes: [UInt8] = [0xEF, 0xBB, 0xBF]

    /// The text behind it. Without the mark nothing is copied, as texts may be large.
    package static func removed(from text: [UInt8]) -> [UInt8] {
        text.starts(with: bytes) ? Array(text.dropFirst(bytes.count)) : text
    }
}
