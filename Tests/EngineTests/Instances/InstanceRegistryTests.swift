import Domain
import EngineAPI
import Testing

@testable import Engine

struct InstanceRegistryTests {
    private func run(_ body: (InstanceRegistry, [InstanceRegistry.Entry]) async throws -> Void) async throws {
        let clock = ManualClock()
        try await EngineFixture.run(ScriptedOrg(clock: clock), clock: clock) { fixture in
            var entries: [InstanceRegistry.Entry] = []
            for _ in 1...3 {
                let made = try await fixture.engine.createInstance(.sample())
                entries.append(try await fixture.engine.directory.entry(made.id))
            }
            try await body(InstanceRegistry(), entries)
        }
    }

    @Test func `an instance is found by its id and by the token of its address`() async throws {
        try await run { registry, entries in
            entries.forEach(registry.add)
            for entry in entries {
                #expect(registry.entry(entry.id)?.watched === entry.watched)
                #expect(registry.entry(receiverToken: entry.watched.receiverToken.exposed)?.watched === entry.watched)
            }
            #expect(registry.entry(0) == nil && registry.entry(receiverToken: "") == nil)
        }
    }

    @Test func `all of them come in the order of their ids`() async throws {
        try await run { registry, entries in
            entries.reversed().forEach(registry.add)
            #expect(registry.all.map(\.id) == entries.map(\.id))
        }
    }

    @Test func `one that was removed is found by neither, and its address is nobody's`() async throws {
        try await run { registry, entries in
            entries.forEach(registry.add)
            registry.remove(entries[1].id)
            registry.remove(4711)
            #expect(registry.all.map(\.id) == [entries[0].id, entries[2].id])
            #expect(registry.entry(entries[1].id) == nil)
            #expect(registry.entry(receiverToken: entries[1].watched.receiverToken.exposed) == nil)
        }
    }

    @Test func `a change of settings is seen by whoever holds the entry`() async throws {
        try await run { registry, entries in
            entries.forEach(registry.add)
            var changed = entries[0].instance
            changed.name = "another"
            entries[0].watched.replace(changed)
            #expect(registry.entry(entries[0].id)?.instance.name == "another")
            #expect(registry.entry(receiverToken: changed.receiverToken.exposed)?.instance.name == "another")
        }
    }
}
