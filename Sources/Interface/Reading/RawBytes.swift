import Drawing

/// The exact bytes of a body, as text or in hexadecimal digits; nothing is left out but by its limit.
struct RawBytes: RowSource {
    /// Bytes that are shown at most.
    static let most = 8 * 1024 * 1024

    let bytes: [UInt8]
    let isHex: Bool
    /// Where each row begins, and behind the last one; empty for hexadecimal digits, whose rows are all alike.
    private let starts: [Int]
    /// Bytes in a row of digits.
    private let step: Int

    init(_ bytes: [UInt8], isHex: Bool, width: Int) {
        self.bytes = bytes
        self.isHex = isHex
        // An offset, three columns for each byte, and one for each as a letter.
        step = width >= 8 + 2 + 16 * 4 + 3 ? 16 : width >= 8 + 2 + 8 * 4 + 2 ? 8 : 4
        starts = isHex ? [] : Self.starts(of: bytes.prefix(Self.most), width: max(4, width))
    }

    private var shown: Int { min(bytes.count, Self.most) }

    var count: Int {
        let rows = isHex ? (shown + step - 1) / step : max(0, starts.count - 1)
        return max(1, rows + (bytes.count > shown ? 1 : 0))
    }

    func lines(of row: Int, width: Int) -> [StyledText] {
        guard !bytes.isEmpty else { return [StyledText("Empty.", .dim)] }
        let isRest = isHex ? row * step >= shown : row >= starts.count - 1
        guard !isRest else {
            return StyledText("… the rest is too long to show; copying takes all of it", .statusWarn)
                .wrapped(to: width)
        }
        if isHex { return [digits(from: row * step)] }
        return [StyledText(DisplayText(utf8: bytes[starts[row]..<starts[row + 1]].withoutLineEnd))]
    }

    /// The bytes of a row; nil for one that only says that there are more.
    func range(ofRow row: Int) -> Range<Int>? {
        if isHex { return row * step < shown ? row * step..<min(row * step + step, shown) : nil }
        return row + 1 < starts.count ? starts[row]..<starts[row + 1] : nil
    }

    // MARK: Text

    /// Rows end with lines, or where no column is left: counted so that no text can need more than it is given.
    private static func starts(of bytes: ArraySlice<UInt8>, width: Int) -> [Int] {
        var starts = [0]
        var columns = 0
        var index = bytes.startIndex
        while index < bytes.endIndex {
            let byte = bytes[index]
            var end = index + 1
            var cell = byte == 0x09 ? 4 : 1
            if byte >= 0xC0 {
                let length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : 2
                while end < bytes.endIndex, end < index + length, bytes[end] & 0xC0 == 0x80 { end += 1 }
                // A whole one of three or four bytes has two columns at most; a wrong one may become a mark for each byte.
                cell =
                    length == 2 || end < index + length || [0xE0, 0xED, 0xF0].contains(byte) || byte >= 0xF4
                    ? end - index : 2
            }
            if columns + cell > width {
                starts.append(index)
                columns = 0
            }
            columns += cell
            if byte == 0x0A {
                starts.append(end)
                columns = 0
            }
            index = end
        }
        if starts.last != bytes.endIndex { starts.append(bytes.endIndex) }
        return starts
    }

    // MARK: Digits

    /// `000000a0  7b 22 73 65 …  {"se…`
    private func digits(from offset: Int) -> StyledText {
        let row = bytes[offset..<min(offset + step, shown)]
        var line = StyledText(DisplayText(Self.hex(offset, digits: 8) + "  "), .faint)
        var text = ""
        for (column, byte) in row.enumerated() {
            text += Self.hex(Int(byte), digits: 2) + (column % 8 == 7 ? "  " : " ")
        }
        let width = step * 3 + step / 8
        line.append(DisplayText(text).fitted(to: width))
        let letters = row.map { (0x20..<0x7F).contains($0) ? Character(Unicode.Scalar($0)) : "." }
        line.append(DisplayText(String(letters)), Style(.syntaxString))
        return line
    }

    private static func hex(_ number: Int, digits: Int) -> String {
        let text = String(number, radix: 16)
        return String(repeating: "0", count: max(0, digits - text.count)) + text
    }
}

extension ArraySlice<UInt8> {
    fileprivate var withoutLineEnd: ArraySlice<UInt8> {
        guard last == 0x0A else { return self }
        let line = dropLast()
        return line.last == 0x0D ? line.dropLast() : line
    }
}
