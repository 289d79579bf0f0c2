import Drawing

/// Reads what terminals send about the mouse, in both codings.
enum MouseReport {
    /// The kernel's window sizes have 16 bits; whatever goes beyond is no place on a screen.
    private static let cells = 1...65_535

    /// SGR coding: `button;column;row`, and whether `m` (release) instead of `M` (press) ended it.
    static func event(_ bytes: some Collection<UInt8>, isRelease: Bool) -> MouseEvent? {
        let numbers = bytes.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false)
            .map { Int(String(decoding: $0, as: UTF8.self)) }
        guard numbers.count == 3, let code = numbers[0], let column = numbers[1], let row = numbers[2] else {
            return nil
        }
        return event(code, column: column, row: row, isRelease: isRelease)
    }

    /// The coding of old: three bytes that count from 32. It doesn't say which button was released.
    static func event(old bytes: [UInt8]) -> MouseEvent? {
        guard bytes.count == 3, bytes.allSatisfy({ $0 > 32 || $0 == bytes[0] }), bytes[0] >= 32 else { return nil }
        let code = Int(bytes[0]) - 32
        let isRelease = code & 0b110_0011 == 3
        return event(
            isRelease ? code & ~3 : code,
            column: Int(bytes[1]) - 32,
            row: Int(bytes[2]) - 32,
            isRelease: isRelease
        )
    }

    private static func event(_ code: Int, column: Int, row: Int, isRelease: Bool) -> MouseEvent? {
        guard cells.contains(column), cells.contains(row), let kind = kind(code, isRelease: isRelease) else {
            return nil
        }
        var modifiers: Key.Modifiers = []
        if code & 4 != 0 { modifiers.insert(.shift) }
        if code & 8 != 0 { modifiers.insert(.alt) }
        if code & 16 != 0 { modifiers.insert(.ctrl) }
        return MouseEvent(kind, at: Point(x: column - 1, y: row - 1), modifiers: modifiers)
    }

    private static func kind(_ code: Int, isRelease: Bool) -> MouseEvent.Kind? {
        // From 128 on there are buttons that few mice have.
        guard (0..<128).contains(code) else { return nil }
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
