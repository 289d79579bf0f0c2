import CTerminal

/// The thread that draws, which sleeps most of the time and is waited for whenever it does not.
package struct DrawingThread {
    /// Enough that the screen gets five sixths of a core that it shares with one thread of the engine.
    private static let niceness: Int32 = 7
    /// Threads come and go with the work; those that a lowered one begins are as low as itself.
    private static let interval = Duration.seconds(10)

    private var loweredAt: ContinuousClock.Instant?

    package init() {}

    /// Has the other threads of this process give way to the calling one, so that a key is answered at once although the
    /// engine keeps every core busy. For each turn of the thread: it looks for new threads every ten seconds at most, and
    /// wakes nobody for that.
    package mutating func comeFirst(at now: ContinuousClock.Instant) {
        if let loweredAt, now - loweredAt < Self.interval { return }
        loweredAt = now
        cterminal_lower_other_threads(Self.niceness)
    }
}
