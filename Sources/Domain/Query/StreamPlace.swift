package import Primitives

/// Where a reader of the event stream is, as the stream's ids say it: `10`, or `10-1764000000000` where the stream also looks
/// again at what it came past.
package struct StreamPlace: Sendable, Hashable, LosslessStringConvertible {
    /// All up to this event was looked at.
    package let sequence: Int64
    /// What became of those was looked at up to this moment.
    package let judged: Timestamp?

    package init(sequence: Int64, judged: Timestamp? = nil) {
        self.sequence = sequence
        self.judged = judged
    }

    package init?(_ text: String) {
        let numbers = text.split(separator: "-", omittingEmptySubsequences: false).map { Int64($0) }
        guard let sequence = numbers[0], sequence >= 0, numbers.count <= 2, !numbers.contains(nil) else { return nil }
        self.init(
            sequence: sequence,
            judged: numbers.count == 2 ? numbers[1].map { Timestamp(milliseconds: $0) } : nil
        )
    }

    package var description: String {
        judged.map { "\(sequence)-\($0.milliseconds)" } ?? String(sequence)
    }
}
