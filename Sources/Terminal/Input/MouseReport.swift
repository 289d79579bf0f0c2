import Drawing

/// Collects a mouse report in SGR coding: `button;column;row` and `M` (press) or `m` (release).
struct MouseReport {
    enum Step: Equatable {
        case more
        /// The report is complete; nil if it says nothing we use.
        case done(MouseEvent?)
        /// This is no such report.
        case wrong
    }

    private static let longest = 24
    private var bytes: [UInt8] = []

    mutating func take(_ byte: UInt8) -> Step {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: ";"):
            bytes.append(byte)
            return bytes.count <= Self.longest ? .more : .wrong
        case UInt8(ascii: "M"): return .done(event(isRelease: false))
        case UInt8(ascii: "m"): return .done(event(isRelease: true))
        default: return .wrong
        }
    }

    private func event(isRelease: Bool) -> MouseEvent? {
        let numbers = bytes.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false)
            .map { Int(String(decoding: $0, as: UTF8.self)) }
        guard numbers.count == 3, let code = numbers[0], let column = numbers[1], let row = numbers[2],
            column > 0, row > 0, let kind = Self.kind(code, isRelease: isRelease)
        else { return nil }
        var modifiers: Key.Modifiers = []
        if code & 4 != 0 { modifiers.insert(.shift) }
        if code & 8 != 0 { modifiers.insert(.alt) }
        if code & 16 != 0 { modifiers.insert(.ctrl) }
        return MouseEvent(kind, at: Point(x: column - 1, y: row - 1), modifiers: modifiers)
    }

    private static func kind(_ code: Int, isRelease: Bool) -> MouseEvent.Kind? {
        // From 128 on there are buttons that few mice have.
        guard code < 128 else { return nil }
        if code & 64 != 0 {
            let wheels: [MouseEvent.Wheel] = [.up, .down, .left, .right]
            return isRelease ? nil : .wheel(wheels[code & 3])
        }
        let buttons: [MouseEvent.Button] = [.left, .middle, .right]
        guard code & 3 < 3 else { return nil }
        let button = buttons[code & 3]
        if isRelease { return .release(button) }
        return code & 32 != 0 ? .drag(button) : .press(button)
    }
}
