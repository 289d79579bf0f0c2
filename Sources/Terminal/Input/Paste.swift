/// Collects what stands between the two marks of a bracketed paste.
struct Paste {
    /// More than this no field takes; the rest of a larger paste is dropped.
    static let limit = 64 * 1024

    private var bytes: [UInt8] = []

    mutating func take(_ byte: UInt8) {
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
