#if PostgreSQL
import Domain
import EngineTestSupport
import Foundation
import Primitives
import Store
import StorePostgres
import TestSupport
import Testing

/// Another key for the secrets of a database, while nodes work on it and while none does.
@Suite(
    .enabled(if: PostgresCluster.isUsed, Comment(rawValue: PostgresCluster.missing)),
    .databases,
    .timeLimit(.minutes(20))
)
struct DatabaseKeyRotationTests {
    private static let entry = AuditEntry(
        at: Timestamp(seconds: 8000),
        actor: "terminal ada",
        action: .rotateKey,
        instance: nil
    )
    private static let first = PostgresDatabase.key
    private static let second = Secret(String(repeating: "0b", count: 32))
    private static let third = Secret(String(repeating: "0c", count: 32))

    private func given(_ key: Secret?) -> GivenKey? { key.map { GivenKey($0, source: "SIGNALBOX_NEW_KEY") } }

    private func run(_ body: (PostgresDatabase, PostgresAddress) async throws -> Void) async throws {
        try await withScratchDirectory { directory in
            let place = try await PostgresDatabase.of(directory)
            try await body(place, try #require(PostgresAddress(place.url)))
        }
    }

    private func open(_ place: PostgresDatabase, _ name: String, _ key: Secret) async throws -> PostgresStore {
        try await place.opened(name: name, key: key, isExclusive: false)
    }

    private func refusal(_ body: () async throws -> Void) async -> String? {
        do {
            try await body()
            return nil
        } catch { return (error as? StoreError)?.message }
    }

    /// As the command does it, beside nodes or without any.
    private func rotate(_ address: PostgresAddress, _ old: Secret, _ new: Secret?) async throws -> Int {
        let (new, entry) = (given(new), Self.entry)
        return try await offThread {
            Result { try DatabaseKeyRotation(address, key: GivenKey(old)).run(to: new, entry: entry) }
        }.get()
    }

    /// An instance whose key for signatures is this one.
    private func make(_ store: PostgresStore, _ signatureKey: String) async throws -> Instance {
        try await store.createInstance { id in
            var instance = Instance.sample(id)
            instance.configuration.signatureKey = Secret(signatureKey)
            return instance
        }
    }

    @Test func `without a node all secrets change at once, and the former key opens nothing any more`() async throws {
        try await run { place, address in
            let none = await refusal { _ = try await rotate(address, Self.first, Self.second) }
            #expect(none?.contains("Nothing is encrypted") == true)
            let store = try await open(place, "one", Self.first)
            let made = try await make(store, "signature-key")
            try SharedFiles(address, key: GivenKey(Self.first)).change { _ in ["tokens.json": Array("hush".utf8)] }
            try await store.close()
            let missing = await refusal { _ = try await rotate(address, Self.first, nil) }
            #expect(missing?.contains("SIGNALBOX_NEW_KEY") == true)
            let same = await refusal { _ = try await rotate(address, Self.first, Self.first) }
            #expect(same?.contains("in use already") == true)
            let short = await refusal { _ = try await rotate(address, Self.first, "short") }
            #expect(short?.hasPrefix("SIGNALBOX_NEW_KEY must be 32 bytes") == true)
            let wrong = await refusal { _ = try await rotate(address, Self.third, Self.second) }
            #expect(wrong?.contains("does not open the secrets") == true)
            #expect(try await rotate(address, Self.first, Self.second) == 1)
            let refused = await refusal { _ = try await open(place, "one", Self.first) }
            #expect(refused?.contains("does not open the secrets") == true)
            let again = try await open(place, "one", Self.second)
            #expect(try await again.instances() == [made])
            #expect(try await again.sharedFiles() == ["tokens.json": Array("hush".utf8)])
            #expect(try await again.auditEntries(before: nil, limit: 9).map(\.action) == [.rotateKey])
            try await again.close()
        }
    }

    @Test func `nodes that run go on with the new key, whoever changed it, and what they write has it`() async throws {
        try await run { place, address in
            let one = try await open(place, "one", Self.first)
            let two = try await open(place, "two", Self.first)
            let instances = [try await make(one, "a"), try await make(two, "b")]
            let files = try SharedFiles(address, key: GivenKey(Self.first))
            try files.change { _ in ["tokens.json": Array("hush".utf8)] }
            // By one of them, and by a command beside them, that was given the former key of the former key.
            #expect(try await one.rotateKey(to: given(Self.second), entry: Self.entry) == 2)
            #expect(try await rotate(address, Self.first, Self.third) == 2)
            for (store, var instance) in zip([one, two], instances) {
                instance.configuration.signatureKey = Secret("after-\(instance.id)")
                try await store.updateInstance(instance)
                #expect(try await store.sharedFiles() == ["tokens.json": Array("hush".utf8)])
            }
            #expect(try files.read() == ["tokens.json": Array("hush".utf8)])
            // What the one wrote last the other one reads.
            _ = try await one.sharing?.catchUp()
            _ = try await two.sharing?.catchUp()
            #expect(try await one.instances() == two.instances())
            let keys = try await one.instances().map(\.configuration.signatureKey.exposed)
            #expect(keys == instances.map { "after-\($0.id)" })
            try await two.close()
            // Nobody has the new one yet: the former ones lead to it.
            let former = try await open(place, "two", Self.first)
            #expect(try await former.instances().count == 2)
            try await one.close()
            let fresh = try await open(place, "one", Self.third)
            #expect(try await fresh.instances().count == 2)
            let links = "SELECT count(*) FROM signalbox.meta WHERE name LIKE 'key after %'"
            #expect(try await place.ask(links) == "2")
            try await former.close()
            // Now all that are there were started with the one in force.
            let last = try await open(place, "two", Self.third)
            #expect(try await place.ask(links) == "0")
            try await last.close()
            try await fresh.close()
            for key in [Self.first, Self.second] {
                let refused = await refusal { _ = try await open(place, "one", key) }
                #expect(refused?.contains("does not open the secrets") == true)
            }
        }
    }

    @Test func `keys that change while nodes write leave every secret readable by the last one`() async throws {
        try await run { place, address in
            let stores = [try await open(place, "one", Self.first), try await open(place, "two", Self.first)]
            var made: [(store: PostgresStore, instance: Instance)] = []
            for store in stores { for _ in 0..<2 { made.append((store, try await make(store, "start"))) } }
            let keys = (1...6).map { Secret(String(repeating: "1\($0)", count: 32)) }
            try await withThrowingTaskGroup { group in
                for (store, instance) in made {
                    group.addTask {
                        for number in 0..<30 {
                            var changed = instance
                            changed.configuration.signatureKey = Secret("signature-key-\(number)")
                            try await store.updateInstance(changed)
                        }
                    }
                }
                group.addTask {
                    for (number, key) in keys.enumerated() {
                        let store = stores[number % 2]
                        let count = try await store.rotateKey(to: given(key), entry: Self.entry)
                        #expect(count == 4)
                    }
                }
                try await group.waitForAll()
            }
            for store in stores { try await store.close() }
            let last = try #require(keys.last)
            let revived = try await open(place, "one", last)
            let signatures = try await revived.instances().map(\.configuration.signatureKey.exposed)
            #expect(signatures == Array(repeating: "signature-key-29", count: 4))
            try await revived.close()
        }
    }

    @Test func `beside a node of another version the key stays as it is`() async throws {
        try await run { place, address in
            let store = try await open(place, "one", Self.first)
            _ = try await make(store, "a")
            try await place.ask("UPDATE signalbox.node SET protocol = protocol - 1")
            let refused = await refusal { _ = try await rotate(address, Self.first, Self.second) }
            #expect(refused?.contains("The node one at the database") == true)
            #expect(refused?.contains("of another version") == true)
            try await store.close()
            let again = try await open(place, "one", Self.first)
            try await again.close()
        }
    }
}
#endif
