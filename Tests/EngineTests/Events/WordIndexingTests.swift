import EngineAPI
import Primitives
import Store
import TestSupport
import Testing

@testable import Engine

@Suite(.timeLimit(.minutes(20)))
struct WordIndexingTests {
    /// An index that answers with one state after the other; the last one stays.
    private final class Index: WordIndexStore {
        struct Full: Error {}

        private let states: Locked<[WordIndexState?]>
        private let called = Locked(0)
        private let onLoss = Locked<(@Sendable () -> Void)?>(nil)

        init(_ states: [WordIndexState?]) { self.states = Locked(states) }

        var calls: Int { called.withLock { $0 } }

        func onWordsLost(_ body: @escaping @Sendable () -> Void) { onLoss.withLock { $0 = body } }
        func lose() { onLoss.withLock { $0 }?() }

        func indexWords() async throws -> WordIndexState {
            called.withLock { $0 += 1 }
            let state = states.withLock { $0.count > 1 ? $0.removeFirst() : $0.first ?? nil }
            guard let state else { throw Full() }
            return state
        }
    }

    private func state(_ indexed: Int64, of stored: Int64 = 100_000) -> WordIndexState {
        WordIndexState(indexed: indexed > 0 ? (stored - indexed + 1)...stored : nil, stored: 1...stored)
    }

    private func run(_ index: Index, _ body: (WordIndexing, NoticeHub) async throws -> Void) async throws {
        let hub = NoticeHub()
        let indexing = WordIndexing(store: index, notices: hub, logger: .quiet)
        let running = Task { await indexing.run() }
        try await body(indexing, hub)
        running.cancel()
        await running.value
    }

    @Test func `it goes on until the index is whole, and tells whoever looks at each percent`() async throws {
        let index = Index([state(42_000), state(42_100), state(43_000), state(99_000), state(100_000)])
        let hub = NoticeHub()
        var notices = hub.subscribe().makeAsyncIterator()
        let indexing = WordIndexing(store: index, notices: hub, logger: .quiet)
        let running = Task { await indexing.run() }
        // Merged or not, each of them says only that there is something to look at.
        #expect(await notices.next() == .stored(count: 0, lastSequence: 100_000))
        try await waitUntil("the whole index") { index.calls == 5 }
        running.cancel()
        await running.value
        #expect(index.calls == 5)
    }

    @Test func `it sleeps until enough was stored`() async throws {
        let index = Index([state(100_000)])
        try await run(index) { indexing, _ in
            try await waitUntil("the first look") { index.calls == 1 }
            for _ in 0..<(WordIndexState.trail - 1) { indexing.stored(1) }
            #expect(index.calls == 1)
            indexing.stored(1)
            try await waitUntil("the second look") { index.calls == 2 }
            indexing.stored(Int(WordIndexState.trail) * 9)
            try await waitUntil("the third look") { index.calls == 3 }
        }
    }

    @Test func `an index that is lost is made anew without anything being stored`() async throws {
        let index = Index([state(100_000), state(50_000), state(100_000)])
        try await run(index) { _, _ in
            try await waitUntil("the first look") { index.calls == 1 }
            index.lose()
            try await waitUntil("all of it") { index.calls == 3 }
        }
    }

    @Test func `a step that fails is made again when more is stored`() async throws {
        let index = Index([nil, state(100_000)])
        try await run(index) { indexing, _ in
            try await waitUntil("the failure") { index.calls == 1 }
            indexing.stored(1000)
            try await waitUntil("the next look") { index.calls == 2 }
        }
    }
}
