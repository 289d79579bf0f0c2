/// Watches an answer that comes in pieces, and says when it has come too slowly. Pure: the moments, in milliseconds of a
/// clock that nobody sets, come from outside.
package struct TransferWatch: Sendable, Hashable {
    /// What is asked of an answer; milliseconds and bytes.
    package struct Pace: Sendable, Hashable {
        package var silence = Limit.silence.milliseconds
        package var slowness = Limit.slowness.milliseconds
        package var slowestBytes = Limit.slowestBytes
        package var answer = Limit.answer.milliseconds

        package init() {}
    }

    private let pace: Pace
    private let start: Int64
    private var lastByte: Int64
    private var windowStart: Int64
    private var windowBytes: Int64 = 0

    /// `start` is when the head of the answer had come.
    package init(start: Int64, pace: Pace = Pace()) {
        self.pace = pace
        self.start = start
        self.lastByte = start
        self.windowStart = start
    }

    package mutating func received(_ bytes: Int, at moment: Int64) {
        guard bytes > 0 else { return }
        lastByte = moment
        // A window that was long enough and full makes room for the next one.
        if moment - windowStart >= pace.slowness, windowBytes >= pace.slowestBytes {
            windowStart = moment
            windowBytes = 0
        }
        windowBytes += Int64(bytes)
    }

    /// The limit that is over at a moment; nil while it may go on.
    package func exceeded(at moment: Int64) -> Limit? {
        if moment - start >= pace.answer { return .answer }
        if moment - lastByte >= pace.silence { return .silence }
        let isWindowOver = moment - windowStart >= pace.slowness
        return isWindowOver && windowBytes < pace.slowestBytes ? .slowness : nil
    }

    /// When to look again, if nothing comes until then.
    package var nextLook: Int64 {
        let window = windowBytes < pace.slowestBytes ? windowStart + pace.slowness : Int64.max
        return min(start + pace.answer, lastByte + pace.silence, window)
    }
}
