import Foundation

/// What a terminal is set to by the bytes that programs write: a reader of its own, which shares nothing with those that
/// write them.
struct TerminalModes: Hashable, CustomStringConvertible {
    /// Private modes that are on: alternate screen, mouse, paste, focus, cursor keys and the like.
    private(set) var modes: Set<Int> = [7, 25]
    private(set) var hasKeypad = false
    private(set) var isDrawingLines = false
    private(set) var inserts = false
    /// What was pushed on the terminal's stacks and not taken back.
    private(set) var titles = 0
    private(set) var keyboards = 0
    /// Colours and attributes in force, as they were set last; empty is the usual.
    private(set) var look = ""
    private(set) var scrolling = ""
    private(set) var cursorShape = ""

    /// What they are after some bytes, read from the first on.
    init(after bytes: some Sequence<UInt8> = []) {
        var bytes = Array(bytes)[...]
        while let byte = bytes.popFirst() {
            switch byte {
            case 0x0E: isDrawingLines = true
            case 0x0F: isDrawingLines = false
            case 0x1B: readEscape(&bytes)
            default: break
            }
        }
    }

    var description: String {
        "modes \(modes.sorted()), keypad \(hasKeypad), lines \(isDrawingLines), inserts \(inserts), titles \(titles), "
            + "keyboards \(keyboards), look “\(look)”, scrolling “\(scrolling)”, cursor “\(cursorShape)”"
    }

    private mutating func readEscape(_ bytes: inout ArraySlice<UInt8>) {
        switch bytes.popFirst().map({ Character(Unicode.Scalar($0)) }) {
        case "=": hasKeypad = true
        case ">": hasKeypad = false
        case "(": isDrawingLines = bytes.popFirst() == UInt8(ascii: "0")
        case "]", "P", "_": skipString(&bytes)
        case "[": readSequence(&bytes)
        default: break
        }
    }

    private mutating func skipString(_ bytes: inout ArraySlice<UInt8>) {
        while let byte = bytes.popFirst() {
            if byte == 0x07 { return }
            if byte == 0x1B, bytes.first == UInt8(ascii: "\\") {
                bytes.removeFirst()
                return
            }
        }
    }

    private mutating func readSequence(_ bytes: inout ArraySlice<UInt8>) {
        let end = bytes.firstIndex { (0x40...0x7E).contains($0) } ?? bytes.endIndex
        let parameters = String(decoding: bytes[..<end], as: UTF8.self)
        let final = end < bytes.endIndex ? Character(Unicode.Scalar(bytes[end])) : " "
        bytes = bytes[min(end + 1, bytes.endIndex)...]
        let numbers = parameters.drop { "?><=".contains($0) }.split(separator: ";").map { Int($0) ?? 0 }
        switch (final, parameters.first) {
        case ("h", "?"): modes.formUnion(numbers)
        case ("l", "?"): modes.subtract(numbers)
        case ("h", _) where numbers == [4]: inserts = true
        case ("l", _) where numbers == [4]: inserts = false
        case ("t", _) where numbers.first == 22: titles += 1
        case ("t", _) where numbers.first == 23: titles = max(0, titles - 1)
        case ("u", ">"): keyboards += 1
        case ("u", "<"): keyboards = max(0, keyboards - (numbers.first ?? 1))
        case ("m", ">"): keyboards = numbers.count > 1 && numbers[1] > 0 ? keyboards + 1 : 0
        case ("m", _): look = ["", "0"].contains(parameters) || parameters == "39;49" ? "" : parameters
        // From the first row on: to the last one, as ncurses sets it at its beginning.
        case ("r", _): scrolling = parameters.hasPrefix("1;") ? "" : parameters
        case ("q", _) where parameters.hasSuffix(" "): cursorShape = parameters == "0 " ? "" : parameters
        default: break
        }
    }
}
