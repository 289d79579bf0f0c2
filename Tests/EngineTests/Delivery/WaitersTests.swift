import Domain
import Primitives
import TestSupport
import Testing

@testable import Engine

struct WaitersTests {
    @Test func `what comes between the place and the wait ends it, and each key's waits alone`() async {
        let (waiters, clock) = (Waiters<Int>(), ManualClock())
        let (first, second) = (waiters.enter(1), waiters.enter(2))
        waiters.resume(1)
        let end = await waiters.wait(first, until: .distantFuture, by: clock)
        #expect(end == .came && waiters.count == 1)
        waiters.resumeAll()
        let other = await waiters.wait(second, until: .distantFuture, by: clock)
        #expect(other == .came && waiters.count == 0)
    }

    @Test func `a wait ends with its time or its task, and those of the others go on`() async throws {
        let (waiters, clock) = (Waiters<Int>(), ManualClock())
        let deadline = clock.due.advanced(bySeconds: 10)
        let places = (0..<3).map { _ in waiters.enter(7) }
        let cancelled = Task { await waiters.wait(places[0], until: .distantFuture, by: clock) }
        cancelled.cancel()
        let first = await cancelled.value
        #expect(first == .cancelled && waiters.count == 2)
        let late = Task { await waiters.wait(places[1], until: deadline, by: clock) }
        let waiting = Task { await waiters.wait(places[2], until: .distantFuture, by: clock) }
        clock.advance(seconds: 10)
        let second = await late.value
        #expect(second == .timedOut && waiters.count == 1)
        waiters.resume(7)
        let third = await waiting.value
        #expect(third == .came && waiters.count == 0)
    }
}
