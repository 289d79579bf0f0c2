/// Why a filter's text was refused: where, and one sentence with the way out.
package struct FilterFault: SentenceError, Sendable, Hashable {
    /// Characters of the text, the first one 0; empty at its end where something is missing.
    package let range: Range<Int>
    /// Without the position.
    package let reason: String

    package init(_ range: Range<Int>, _ reason: String) {
        self.range = range
        self.reason = reason
    }

    /// The sentence with the position, counted from 1.
    package var description: String { "At character \(range.lowerBound + 1) of the filter: \(reason)" }
}
