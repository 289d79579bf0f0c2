import Primitives

/// Writes to the user's clipboard through the terminal (OSC 52), which works over SSH as well.
enum Clipboard {
    /// Terminals refuse more than about 100 kB in base64.
    static let limit = 74_000

    /// The bytes that put `text` on the clipboard; nil if it is too long.
    static func sequence(for text: String) -> String? {
        let bytes = Array(text.utf8)
        guard bytes.count <= limit else { return nil }
        return "\u{1B}]52;c;\(Base64.encode(bytes))\u{07}"
    }
}
