/// One cell's content: a base of `columns` columns with its marks.
struct TextCell {
    let scalars: Substring.UnicodeScalarView
    let columns: Int
}

/// Walks over the cells of a text that has passed the gate.
struct TextCells: Sequence, IteratorProtocol {
    private let scalars: String.UnicodeScalarView
    private var position: String.UnicodeScalarView.Index

    init(_ text: DisplayText) {
        scalars = text.string.unicodeScalars
        position = scalars.startIndex
    }

    mutating func next() -> TextCell? {
        guard position < scalars.endIndex else { return nil }
        let start = position
        let columns = Self.columns(of: scalars[position])
        scalars.formIndex(after: &position)
        while position < scalars.endIndex, Self.columns(of: scalars[position]) == 0 {
            scalars.formIndex(after: &position)
        }
        return TextCell(scalars: scalars[start..<position], columns: columns == 2 ? 2 : 1)
    }

    /// The gate let only bases and marks through, so this sorting is final.
    private static func columns(of scalar: Unicode.Scalar) -> Int {
        guard !scalar.isASCII else { return 1 }
        return switch ScalarClass(scalar) {
        case .base(let columns): columns
        case .mark: 0
        default: 1
        }
    }
}

extension DisplayText {
    /// The cells of the text from left to right.
    var cells: TextCells { TextCells(self) }

    /// So many columns from `column` on; half of a wide character at an edge becomes a space.
    package func slice(from column: Int, width wanted: Int) -> DisplayText {
        let start = max(0, column)
        let end = min(width, start + max(0, wanted))
        guard start < end else { return .empty }
        if start == 0, end == width { return self }
        if isASCII {
            let utf8 = string.utf8
            let from = utf8.index(utf8.startIndex, offsetBy: start)
            let to = utf8.index(from, offsetBy: end - start)
            return DisplayText(trusted: String(string[from..<to]), width: end - start, isASCII: true)
        }
        var kept = String.UnicodeScalarView()
        var position = 0
        for cell in cells {
            let next = position + cell.columns
            defer { position = next }
            if next <= start { continue }
            if position >= end { break }
            if position >= start, next <= end {
                kept.append(contentsOf: cell.scalars)
            } else {
                kept.append(" ")
            }
        }
        return DisplayText(trusted: String(kept), width: end - start, isASCII: false)
    }
}
