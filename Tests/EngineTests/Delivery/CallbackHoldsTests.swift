import Domain
import EngineTestSupport
import Primitives
import Store
import TestSupport
import Testing

@testable import Engine

@Suite(.eachStore)
struct CallbackHoldsTests {
    private func run(_ body: (CallbackHolds, DyingStore, [InstanceID]) async throws -> Void) async throws {
        let scratch = try ScratchDirectory()
        defer { scratch.remove() }
        let directory = scratch.path
        let store = DyingStore(try await TestStore.open(directory))
        var ids: [InstanceID] = []
        for number in 1...2 { ids.append(try await Self.instance(number, in: store)) }
        try await body(CallbackHolds(store: store, logger: quiet), store, ids)
        try await store.close()
    }

    private static func instance(_ number: Int, in store: DyingStore) async throws -> InstanceID {
        let now = Timestamp(seconds: 1_800_000_000)
        return try await store.createInstance { id in
            Instance(
                id: id,
                name: "\(number)",
                tags: [],
                token: Secret("token\(number)"),
                configuration: InstanceConfiguration(),
                receiverToken: Secret("receiver\(number)"),
                receiverSecret: "whsec_AAAA",
                createdDate: now,
                updatedDate: now
            )
        }.id
    }

    private func hold(_ reason: String) -> CallbackHold { CallbackHold(url: "http://a.example", reason: reason) }

    @Test func `a hold that begins or ends is told apart from one that only moves`() async throws {
        try await run { holds, _, ids in
            let seen = Locked<[InstanceID]>([])
            holds.observe { id in seen.withLock { $0.append(id) } }
            let until = Timestamp(seconds: 1)
            let moved = until.advanced(bySeconds: 60)
            let steps: [(held: CallbackHolds.Held?, turns: Bool)] = [
                (.init(reason: "a", until: until), true), (.init(reason: "a", until: moved), false),
                (.init(reason: "a", until: moved), false), (nil, true), (nil, false),
            ]
            for step in steps {
                let turned = holds.update(step.held, of: ids[0])
                #expect(turned == step.turns)
                #expect(holds.held(ids[0]) == step.held)
                #expect(holds.instances == (step.held == nil ? [] : [ids[0]]))
            }
            // Who listens is called for what changed, and for nothing else.
            #expect(seen.withLock { $0 } == [ids[0], ids[0], ids[0]])
        }
    }

    @Test(.timeLimit(.minutes(20))) func `the newest hold of each callback is on disk once it is settled`() async throws
    {
        try await run { holds, store, ids in
            for round in 0..<20 {
                holds.store(hold("\(round)"), of: ids[0])
                holds.store(round % 2 == 0 ? hold("\(round)") : nil, of: ids[1])
            }
            await holds.settle()
            let stored = (try await store.callbackHold(ids[0]), try await store.callbackHold(ids[1]))
            #expect(stored.0?.reason == "19" && stored.1 == nil)
            // Nothing is left: this returns at once.
            await holds.settle()
        }
    }

    @Test(.timeLimit(.minutes(20))) func `a disk that refuses a hold keeps nobody, and the next one is stored`()
        async throws
    {
        try await run { holds, store, ids in
            store.refuse { $0.hasPrefix("saveCallbackHold") }
            holds.store(hold("lost"), of: ids[0])
            await holds.settle()
            store.refuse { _ in false }
            let lost = try await store.callbackHold(ids[0])
            #expect(lost == nil)
            holds.store(hold("kept"), of: ids[0])
            await holds.settle()
            let kept = try await store.callbackHold(ids[0])
            #expect(kept?.reason == "kept")
        }
    }

    @Test(.timeLimit(.minutes(20))) func `an end that the disk refuses is known to be lost until one is stored`()
        async throws
    {
        try await run { holds, store, ids in
            holds.store(hold("kept"), of: ids[0])
            await holds.settle()
            store.refuse { $0.hasPrefix("saveCallbackHold") }
            holds.store(nil, of: ids[0])
            await holds.settle()
            #expect(holds.isLost(nil, of: ids[0]) && !holds.isLost(hold("kept"), of: ids[0]))
            #expect(!holds.isLost(nil, of: ids[1]))
            holds.store(hold("newer"), of: ids[0])
            await holds.settle()
            #expect(holds.isLost(hold("newer"), of: ids[0]) && !holds.isLost(nil, of: ids[0]))
            store.refuse { _ in false }
            holds.store(nil, of: ids[0])
            await holds.settle()
            let stored = try await store.callbackHold(ids[0])
            #expect(stored == nil && !holds.isLost(nil, of: ids[0]))
        }
    }
}
