import Domain
import Drawing

/// What is looked for in what the screen shows; case and accents don't matter.
struct FindQuery: Sendable, Hashable {
    /// As it was typed, without blanks around it.
    let text: String
    private let folded: [Unicode.Scalar]

    /// Nil where nothing but blanks stands in it.
    init?(_ typed: String) {
        let words = typed.split { $0.isWhitespace }
        guard !words.isEmpty else { return nil }
        text = words.joined(separator: " ")
        folded = text.unicodeScalars.flatMap { FoldedScalar.scalars(of: $0) }
        if folded.isEmpty { return nil }
    }

    /// The columns of a line in which it stands, from left to right; none overlap.
    ///
    /// With `atWordStarts` only what begins a word counts, as in the names of records.
    func columns(in line: [LineCell], atWordStarts: Bool = false) -> [Range<Int>] {
        let found = line.flatMap { cell in
            cell.scalars.flatMap { FoldedScalar.scalars(of: $0) }.map { (scalar: $0, columns: cell.columns) }
        }
        guard found.count >= folded.count else { return [] }
        var ranges: [Range<Int>] = []
        var start = 0
        while start + folded.count <= found.count {
            let end = start + folded.count
            if !(atWordStarts && start > 0 && Self.isOfWord(found[start - 1].scalar)),
                zip(found[start..<end], folded).allSatisfy({ $0.scalar == $1 })
            {
                ranges.append(found[start].columns.lowerBound..<found[end - 1].columns.upperBound)
                start = end
            } else {
                start += 1
            }
        }
        return ranges
    }

    func columns(in line: DisplayText) -> [Range<Int>] { columns(in: line.lineCells) }

    private static func isOfWord(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isAlphabetic || scalar.properties.numericType != nil
    }
}

extension Painter {
    /// Marks where the query stands in what is drawn in a row; call it once the row is complete.
    mutating func mark(_ query: FindQuery, in row: Rect, atWordStarts: Bool = false) {
        for columns in query.columns(in: canvas.lineCells(in: row), atWordStarts: atWordStarts) {
            let place = Rect(x: row.x + columns.lowerBound, y: row.y, width: columns.count, height: 1)
            canvas.restyle(place) { Style(.match, on: $0.ground, $0.attributes) }
        }
    }
}
