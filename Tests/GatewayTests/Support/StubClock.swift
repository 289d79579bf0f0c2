import Primitives
import TestSupport

struct StubClock: EngineClock {
    var now: Timestamp { Fixture.start }
    /// Time stands still: what lies ahead never comes.
    func sleep(until moment: Timestamp) async throws {
        guard moment > now else { return }
        await Patience.end()
        throw CancellationError()
    }
}
