import Domain
import EngineAPI
import EngineTestSupport
import Primitives
import Salesforce
import Store
import TestSupport
import Testing

@testable import Engine

/// A store that can't be written is no engine that is ready, though space is free.
@Suite(.timeLimit(.minutes(20)))
struct WriteWatchTests {
    private static func body(_ stamp: String) throws -> WebhookBody {
        let text =
            #"{"operation":"insert","object":"Account","records":[{"Id":"001000000000001AAA","Name":"A","#
            + #""SystemModstamp":"2026-11-23T18:00:\#(stamp).000+0000"}]}"#
        return try WebhookBody.parse(Array(text.utf8))
    }

    private func run(_ body: (Engine, DyingStore, Instance, ManualClock) async throws -> Void) async throws {
        let clock = ManualClock()
        var options = EngineOptions()
        options.freeSpace = 0
        let dying = Locked<DyingStore?>(nil)
        try await EngineFixture.run(
            ScriptedOrg(clock: clock),
            clock: clock,
            options: options,
            store: { disk in
                let store = DyingStore(disk)
                dying.withLock { $0 = store }
                return store
            }
        ) { fixture in
            let made = dying.withLock { $0 }
            let store = try #require(made)
            let id = try await fixture.engine.createInstance(.sample(type: .webhooks)).id
            try await body(fixture.engine, store, try await fixture.engine.storedInstance(id), clock)
        }
    }

    private static let full = StoreError(.other, "SQLite code 778.")

    @Test func `a refused write is said until one works again, which is tried though nobody comes`() async throws {
        try await run { engine, store, instance, clock in
            let before = await engine.shortage()
            #expect(before == nil)
            store.refuse(with: Self.full) { ["append(_:)", "probeWrite()"].contains($0) }
            let body = try Self.body("05")
            await #expect(throws: StoreError.self) { try await engine.accept(body, for: instance) }
            let sentence = try #require(await engine.shortage())
            #expect(sentence.contains("nothing is taken in: SQLite code 778."))
            guard case .degraded(let reason, _, _) = try await engine.instance(instance.id).source else {
                Issue.record("The source does not say it")
                return
            }
            #expect(reason == sentence)
            // What it tries is refused as well.
            for _ in 0..<10 { clock.advance(seconds: 5) }
            let meanwhile = await engine.shortage()
            #expect(meanwhile == sentence)
            store.refuse { _ in false }
            try await engine.waitUntil {
                clock.advance(seconds: 5)
                return await engine.shortage() == nil
            }
            let word = try await engine.instance(instance.id).source.word
            #expect(word == "LIVE")
            let events = try await engine.accept(body, for: instance).events
            #expect(events == 1)
        }
    }

    @Test func `what is tried is a write of its own, and no webhook`() async throws {
        try await run { engine, store, instance, clock in
            store.refuse(with: Self.full) { $0 == "append(_:)" }
            let body = try Self.body("05")
            await #expect(throws: StoreError.self) { try await engine.accept(body, for: instance) }
            try await engine.waitUntil {
                clock.advance(seconds: 5)
                return await engine.shortage() == nil
            }
        }
    }

    @Test func `one that works ends it at once`() async throws {
        try await run { engine, store, instance, _ in
            store.refuse(with: Self.full) { $0 == "append(_:)" }
            let (first, second) = (try Self.body("05"), try Self.body("06"))
            await #expect(throws: StoreError.self) { try await engine.accept(first, for: instance) }
            store.refuse { _ in false }
            _ = try await engine.accept(second, for: instance)
            let after = await engine.shortage()
            #expect(after == nil)
        }
    }

    @Test func `a node that is cut off from its store says so, though nobody brings anything`() async throws {
        try await run { engine, store, instance, clock in
            store.refuse { $0 == "admitWork()" }
            let sentence = try #require(await engine.shortage())
            #expect(sentence.contains("nothing is taken in: Another node may have it."))
            clock.advance(seconds: 5)
            guard case .degraded(let reason, let since, _) = try await engine.instance(instance.id).source else {
                Issue.record("The source does not say it")
                return
            }
            #expect(reason == sentence && since < clock.now, "since it was seen first")
            store.refuse { _ in false }
            let after = await engine.shortage()
            #expect(after == nil)
            let word = try await engine.instance(instance.id).source.word
            #expect(word == "LIVE")
        }
    }

    @Test(arguments: [StoreError.Kind.elsewhere, .gone, .invalid])
    func `what concerns one batch alone says nothing of others`(_ kind: StoreError.Kind) async throws {
        try await run { engine, store, instance, _ in
            store.refuse(with: StoreError(kind, "This one can't be written.")) { $0 == "append(_:)" }
            let body = try Self.body("05")
            await #expect(throws: StoreError.self) { try await engine.accept(body, for: instance) }
            let after = await engine.shortage()
            #expect(after == nil)
        }
    }
}
