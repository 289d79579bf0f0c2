import Primitives
import TestSupport
import Testing

@testable import Store

@Suite(.timeLimit(.minutes(20)))
struct AsyncSemaphoreTests {
    @Test func `no more than the places are in use at once, and all get their turn`() async throws {
        let places = AsyncSemaphore(3)
        let seats = Seats()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<50 {
                group.addTask {
                    try await places.use {
                        seats.enter()
                        // Until no more can come in, so that any who may will have met the others.
                        try await waitUntil("the others wait, or are done") {
                            places.waitingCount + seats.counted.now + seats.counted.done == 50
                        }
                        seats.leave()
                    }
                }
            }
            try await group.waitForAll()
        }
        let counted = seats.counted
        #expect(counted.now == 0 && (1...3).contains(counted.most) && counted.done == 50)
        #expect(places.waitingCount == 0)
    }

    @Test func `a place is given back by one that fails, and one that is cancelled takes none`() async throws {
        struct Failure: Error {}
        let places = AsyncSemaphore(1)
        await #expect(throws: Failure.self) { try await places.use { throw Failure() } }
        let (gate, entered) = (Gate(), Gate())
        let holder = Task {
            try await places.use {
                entered.open()
                await gate.wait()
            }
        }
        await entered.wait()
        let waiters = (0..<5).map { _ in Task { try await places.use {} } }
        try await waitUntil("five wait") { places.waitingCount >= 5 }
        for waiter in waiters[..<3] { waiter.cancel() }
        for waiter in waiters[..<3] { await #expect(throws: CancellationError.self) { try await waiter.value } }
        #expect(places.waitingCount == 2)
        gate.open()
        try await holder.value
        for waiter in waiters[3...] { try await waiter.value }
        try await places.use {}
    }
}

/// Who is inside.
private final class Seats: Sendable {
    struct Counted {
        var now = 0
        var most = 0
        var done = 0
    }

    private let state = Locked(Counted())

    var counted: Counted { state.withLock { $0 } }

    func enter() {
        state.withLock { state in
            state.now += 1
            state.most = max(state.most, state.now)
        }
    }

    func leave() {
        state.withLock { state in
            state.now -= 1
            state.done += 1
        }
    }
}
