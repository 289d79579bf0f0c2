/// Writes to the user's clipboard through the terminal (OSC 52), which works over SSH as well.
enum Clipboard {
    /// Terminals refuse more than about 100 kB in base64.
    static let limit = 74_000

    /// The bytes that put `text` on the clipboard; nil if it is too long.
    static func sequence(for text: String) -> String? {
        let bytes = Array(text.utf8)
        guard bytes.count <= limit else { return nil }
        return "\u{1B}]52;c;\(base64(bytes))\u{07}"
    }

    private static let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    private static func base64(_ bytes: [UInt8]) -> String {
        var result: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let value = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
            for place in 0..<4 {
                result.append(place <= group.count ? digits[value >> (18 - 6 * place) & 63] : UInt8(ascii: "="))
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
