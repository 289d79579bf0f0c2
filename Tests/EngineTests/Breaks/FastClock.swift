import Domain
import Engine
import Primitives

/// The machine's clock, so many times as fast: intervals and rungs of minutes are over in moments.
struct FastClock: EngineClock {
    let speed: Int64
    private let system = SystemClock()
    private let start: Timestamp

    init(speed: Int64) {
        self.speed = speed
        start = system.due
    }

    var now: Timestamp { due }
    var due: Timestamp { start.advanced(byMilliseconds: system.due.since(start) * speed) }

    func sleep(until moment: Timestamp) async throws {
        while true {
            let left = moment.since(due)
            guard left > 0 else { return try Task.checkCancellation() }
            try await system.sleep(until: system.due.advanced(byMilliseconds: max(1, left / speed)))
        }
    }
}
