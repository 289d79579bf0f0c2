/// Tells a second request to end from a first one that came in two pieces: `timeout`, and whoever ends a group of processes,
/// sends a signal to the process and to its group, and asks once.
///
/// ```swift
/// var repeats = SignalRepeats()
/// for await _ in signals where repeats.isSecond(at: .now) { _exit(1) }
/// ```
struct SignalRepeats: Sendable {
    /// Long enough for a busy machine, and shorter than a person waits before the next Ctrl-C.
    static let grace = Duration.milliseconds(300)

    private var first: ContinuousClock.Instant?

    /// Of a signal that came at a moment. What follows the first one within the grace is a part of it.
    mutating func isSecond(at moment: ContinuousClock.Instant) -> Bool {
        guard let first else {
            self.first = moment
            return false
        }
        return first.duration(to: moment) >= Self.grace
    }
}
