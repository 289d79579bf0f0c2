import Primitives
import TestSupport
import Testing

@testable import Engine

struct SerialGateTests {
    private struct Fault: Error {}

    /// What went through, and how many were inside at once.
    private final class Passage: Sendable {
        private let state = Locked((order: [Int](), inside: 0, most: 0))

        var order: [Int] { state.withLock { $0.order } }
        var most: Int { state.withLock { $0.most } }

        func enter(_ number: Int) {
            state.withLock { state in
                state.order.append(number)
                state.inside += 1
                state.most = max(state.most, state.inside)
            }
        }

        func leave() { state.withLock { $0.inside -= 1 } }
    }

    @Test(.timeLimit(.minutes(20))) func `one goes through at a time, in the order of arrival`() async throws {
        let gate = SerialGate()
        let (open, holder) = (Gate(), Gate())
        let passage = Passage()
        let first = Task {
            await gate.run {
                holder.open()
                await open.wait()
                passage.enter(0)
            }
        }
        await holder.wait()
        var others: [Task<Void, Never>] = []
        for number in 1...5 {
            others.append(Task { await gate.run { passage.enter(number) } })
            try await waitUntil("it has arrived") { gate.waiting == number }
        }
        // All of them have arrived and could have gone, were the gate open.
        #expect(gate.waiting == 5)
        #expect(passage.order.isEmpty)
        open.open()
        await first.value
        for other in others { await other.value }
        #expect(passage.order == [0, 1, 2, 3, 4, 5])
        #expect(gate.waiting == 0)
    }

    @Test(.timeLimit(.minutes(20))) func `one that fails lets the next one through`() async {
        let gate = SerialGate()
        await #expect(throws: Fault.self) { try await gate.run { throw Fault() } }
        #expect(await gate.run { 7 } == 7)
    }

    @Test(.timeLimit(.minutes(20))) func `nobody meets anybody inside`() async throws {
        let gate = SerialGate()
        let passage = Passage()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<50 {
                group.addTask {
                    try await gate.run {
                        passage.enter(number)
                        // Until no more can come in, so that any who may will have met the others.
                        try await waitUntil("the others wait, or are done") {
                            gate.waiting + passage.order.count == 50
                        }
                        passage.leave()
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(passage.most == 1 && Set(passage.order) == Set(0..<50))
    }
}
