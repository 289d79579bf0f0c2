import Primitives

/// The machine's time, moved ahead by as much as a simulation says. Who sleeps is not woken by that.
final class ShiftedClock: EngineClock {
    private let clock = SystemClock()
    /// Milliseconds.
    private let shift = Locked<Int64>(0)

    var now: Timestamp { clock.now.advanced(byMilliseconds: shift.withLock { $0 }) }
    var due: Timestamp { clock.due.advanced(byMilliseconds: shift.withLock { $0 }) }

    func advance(seconds: Int) { shift.withLock { $0 += Int64(seconds) * 1000 } }

    func sleep(until moment: Timestamp) async throws {
        try await clock.sleep(until: moment.advanced(byMilliseconds: -shift.withLock { $0 }))
    }
}
