/// Collects what stands between the two marks of a bracketed paste.
struct Paste {
    /// Far more than a field takes, so that a field sees that there was more; the rest of a larger paste is dropped.
    static let limit = 256 * 1024
    private static let end = Array("\u{1B}[201~".utf8)

    private var bytes: [UInt8] = []
    /// Bytes of the end mark that have come.
    private var matched = 0

    /// Accepts a byte; true if it completes the end mark.
    mutating func feed(_ byte: UInt8) -> Bool {
        if byte == Self.end[matched] {
            matched += 1
            return matched == Self.end.count
        }
        for kept in Self.end[..<matched] { append(kept) }
        matched = byte == Self.end[0] ? 1 : 0
        if matched == 0 { append(byte) }
        return false
    }

    private mutating func append(_ byte: UInt8) {
        if bytes.count < Self.limit { bytes.append(byte) }
    }

    /// Text with `\n` as line ends and no control characters but those and tabs.
    var text: String {
        var kept = String.UnicodeScalarView()
        var afterReturn = false
        for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
            defer { afterReturn = scalar == "\r" }
            switch scalar.value {
            case 0x0D: kept.append("\n")
            case 0x0A: if !afterReturn { kept.append("\n") }
            case 0x09: kept.append("\t")
            case 0x00..<0x20, 0x7F..<0xA0: break
            default: kept.append(scalar)
            }
        }
        return String(kept)
    }
}
