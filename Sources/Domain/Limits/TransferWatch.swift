/// Watches an answer that comes in pieces, and says when it has come too slowly. Pure: the moments, in milliseconds of a
/// clock that nobody sets, come from outside.
package struct TransferWatch: Sendable, Hashable {
    private let limits: Limits
    private let start: Int64
    private var lastByte: Int64
    private var windowStart: Int64
    private var windowBytes: Int64 = 0

    /// `start` is when the head of the answer had come.
    package init(start: Int64, limits: Limits = Limits()) {
        self.limits = limits
        self.start = start
        self.lastByte = start
        self.windowStart = start
    }

    package mutating func received(_ bytes: Int, at moment: Int64) {
        guard bytes > 0 else { return }
        lastByte = moment
        // A window that was long enough and full makes room for the next one.
        if moment - windowStart >= limits[.slowness], windowBytes >= limits.slowestBytes {
            windowStart = moment
            windowBytes = 0
        }
        windowBytes += Int64(bytes)
    }

    /// The limit that is over at a moment, the one that was over first where a look comes late; nil while it may go on.
    package func exceeded(at moment: Int64) -> Limit? { next.moment <= moment ? next.limit : nil }

    /// When to look again, if nothing comes until then.
    package var nextLook: Int64 { next.moment }

    /// The limit that will be over first, unless something comes.
    private var next: (moment: Int64, limit: Limit) {
        var next = (moment: start + limits[.answer], limit: Limit.answer)
        if lastByte + limits[.silence] < next.moment { next = (lastByte + limits[.silence], .silence) }
        if windowBytes < limits.slowestBytes, windowStart + limits[.slowness] < next.moment {
            next = (windowStart + limits[.slowness], .slowness)
        }
        return next
    }
}
