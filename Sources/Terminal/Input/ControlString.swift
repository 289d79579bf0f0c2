/// Consumes an answer of the terminal that is a string (`ESC ] … ESC \` and the like) and discards it.
struct ControlString {
    enum Step {
        case more
        case done
        /// The byte is not part of it: the string is given up.
        case foreign
    }

    /// What follows `ESC`: OSC `]`, DCS `P`, APC `_`, PM `^`, SOS `X`.
    let introducer: UInt8
    private(set) var isEmpty = true
    /// After `ESC`, which with `\` ends the string.
    private(set) var isEnding = false

    init?(introducer: UInt8) {
        guard "]P_^X".utf8.contains(introducer) else { return nil }
        self.introducer = introducer
    }

    /// Whether an answer of the terminal can go on like this; if not, the introducer was Alt with a key.
    func canBegin(with byte: UInt8) -> Bool {
        switch Unicode.Scalar(introducer) {
        case "]": (0x30...0x39).contains(byte)
        case "P": (0x30...0x39).contains(byte) || "!$+>".utf8.contains(byte)
        case "_": byte == UInt8(ascii: "G")
        default: false
        }
    }

    mutating func feed(_ byte: UInt8) -> Step {
        isEmpty = false
        if isEnding { return byte == UInt8(ascii: "\\") ? .done : .foreign }
        switch byte {
        case 0x1B:
            isEnding = true
            return .more
        case 0x07: return .done
        // No answer holds these, but whoever types behind a lost end gets out with them.
        case 0x03, 0x0A, 0x0D, 0x18, 0x1A: return .foreign
        default: return .more
        }
    }
}
