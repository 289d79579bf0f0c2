/// Numbers for the questions of windows of one kind: each window has a range of its own, so that none takes the answer to a
/// former one's question for its own.
struct WindowTokens: Sendable {
    /// More questions than one window ever asks.
    private static let range = 1_000_000

    private var last: Int

    /// - Parameter first: where they begin; windows that read pages of events have the numbers of their `PageReader`.
    init(from first: Int = 0) { last = first }

    /// The number after which those of the next window begin.
    mutating func next() -> Int {
        last += Self.range
        return last
    }
}
