#if PostgreSQL
import Domain
import EngineTestSupport
import Primitives
import Store
import StorePostgres
import TestSupport
import Testing

/// Several nodes work on one database.
@Suite(
    .enabled(if: PostgresCluster.isUsed, Comment(rawValue: PostgresCluster.missing)),
    .databases,
    .timeLimit(.minutes(20))
)
struct SharedStoreTests {
    private struct Pair {
        let first: PostgresStore
        let second: PostgresStore
        let one: any SharedStore
        let two: any SharedStore
        let place: PostgresDatabase
        /// Of three instances.
        let fixtures: [Fixture]
        let directory: String
    }

    private func run(
        times: NodeTimes = PostgresDatabase.patient,
        second secondTimes: NodeTimes? = nil,
        _ body: (Pair) async throws -> Void
    ) async throws {
        try await withScratchDirectory { directory in
            let place = try await PostgresDatabase.of(directory)
            let first = try await place.opened(times: times, name: "first", isExclusive: false)
            var fixtures: [Fixture] = []
            for _ in 0..<3 {
                let instance = try await first.createInstance { .sample($0) }
                fixtures.append(Fixture(store: first, instance: instance, directory: directory))
            }
            let second = try await place.opened(times: secondTimes ?? times, name: "second", isExclusive: false)
            let (one, two) = (try #require(first.sharing), try #require(second.sharing))
            try await body(
                Pair(
                    first: first,
                    second: second,
                    one: one,
                    two: two,
                    place: place,
                    fixtures: fixtures,
                    directory: directory
                )
            )
            try await first.close()
            try await second.close()
        }
    }

    /// News until they say what is waited for.
    private func news(of shared: any SharedStore, until isThere: (SharedNews) -> Bool) async throws {
        for _ in 0..<200 where try await isThere(shared.next()) { return }
        throw TimedOut(description: "no such news")
    }

    @Test func `the first node gives back what is more than its share, and the second one takes it`() async throws {
        try await run { pair in
            var surplus: [InstanceID] = []
            try await news(of: pair.one) { news in
                surplus += news.surplus
                return !surplus.isEmpty
            }
            #expect(surplus == [pair.fixtures[0].instance.id])
            #expect(pair.one.isHeld(surplus[0]) && !pair.two.isHeld(surplus[0]))
            try await pair.one.release(surplus[0])
            try await news(of: pair.two) { $0.acquired == surplus }
            #expect(!pair.one.isHeld(surplus[0]) && pair.two.isHeld(surplus[0]))
            #expect(pair.two.holder(of: surplus[0])?.name == "second")
            #expect(pair.two.holder(of: pair.fixtures[1].instance.id)?.name == "first")
            #expect(pair.two.nodes.map(\.name) == ["first", "second"])
            let numbers = pair.two.nodes.map(\.number)
            #expect(pair.two.instances(of: numbers[0]) == pair.fixtures.dropFirst().map(\.instance.id))
            #expect(pair.two.instances(of: numbers[1]) == surplus)
            let signs = try await pair.two.signsOfLife()
            #expect(signs.keys.sorted() == numbers && signs.values.allSatisfy { 0..<600_000 ~= $0 })
        }
    }

    @Test func `nodes of one name are told apart while both are there`() async throws {
        try await run { pair in
            let other = try await pair.place.opened(name: "second", isExclusive: false)
            _ = try await pair.two.catchUp()
            let (shared, nodes) = (try #require(other.sharing), pair.two.nodes)
            #expect(nodes.count == 3)
            guard nodes.count == 3 else { return }
            #expect(nodes.map(\.name) == ["first", "second (\(nodes[1].number))", "second (\(nodes[2].number))"])
            #expect(shared.nodes.map(\.name) == nodes.map(\.name))
            try await other.close()
            _ = try await pair.two.catchUp()
            #expect(pair.two.nodes.map(\.name) == ["first", "second"])
        }
    }

    @Test func `what both store is numbered without gaps, and each hears of what it holds`() async throws {
        try await run { pair in
            let (first, second) = (pair.first, pair.second)
            let batches = pair.fixtures.map { fixture in
                (0..<40).map { fixture.posted(.row($0, at: 2000)) }
            }
            try await withThrowingTaskGroup { group in
                for (index, batches) in batches.enumerated() {
                    group.addTask {
                        for (number, batch) in batches.enumerated() {
                            _ = try await ((number + index).isMultiple(of: 2) ? first : second).append(batch)
                        }
                    }
                }
                try await group.waitForAll()
            }
            let page = PageRequest(direction: .oldestFirst, limit: 1000)
            for store in [first, second] {
                #expect(try await store.events(page).map(\.sequence) == Array(1...120))
            }
            // Half of them came by the other node.
            var ready: Set<Int64> = []
            try await news(of: pair.one) { news in
                ready.formUnion(news.ready)
                return ready.count >= 60
            }
            let own = try await second.dueDeliveries(
                for: pair.fixtures[0].owner,
                now: .distantFuture,
                limit: 200,
                excluding: [],
                heldInstances: []
            )
            #expect(own.isEmpty)
        }
    }

    @Test func `what could not be read of another node's events is told when it can be`() async throws {
        try await run { pair in
            let (fixture, shared) = (pair.fixtures[1], pair.one)
            // What there was at the start is known.
            try await news(of: shared) { !$0.acquired.isEmpty }
            let batch = fixture.posted(.row(1, at: 2000))
            _ = try await pair.second.append(batch)
            try await pair.place.ask("ALTER TABLE signalbox.delivery RENAME TO hidden")
            func untilReady() async throws { try await news(of: shared) { !$0.ready.isEmpty } }
            for _ in 0..<2 { await #expect(throws: StoreError.self) { try await untilReady() } }
            try await pair.place.ask("ALTER TABLE signalbox.hidden RENAME TO delivery")
            var told: [Int64] = []
            try await news(of: shared) { news in
                told += news.ready
                return !told.isEmpty
            }
            #expect(told == [1])
        }
    }

    @Test func `work of an instance that another node holds is refused`() async throws {
        try await run { pair in
            let fixture = pair.fixtures[0]
            func kind(_ work: () async throws -> Void) async -> StoreError.Kind? {
                do { try await work() } catch { return (error as? StoreError)?.kind }
                return nil
            }
            let instance = fixture.instance
            let record = PollerRecord(instanceID: instance.id, object: "Account")
            let second = pair.second
            let refused = [
                await kind { _ = try await second.append(fixture.batch([.row(1, at: 2000)])) },
                await kind { try await second.updateInstance(instance) },
                await kind { try await second.savePollerRecords([record]) },
                await kind { try await second.deleteInstance(instance.id) },
                await kind { try await second.saveCallbackHold(CallbackHold(url: "u", reason: "r"), of: instance.id) },
                await kind { try await second.requeueRetrying([1], of: instance.id) },
            ]
            #expect(refused == Array(repeating: .elsewhere, count: 6))
            let allowed = await kind { try await pair.first.updateInstance(instance) }
            #expect(allowed == nil)
        }
    }

    @Test func `what one node changes of an instance the other one knows`() async throws {
        try await run { pair in
            var instance = pair.fixtures[1].instance
            instance.name = "another"
            try await pair.first.updateInstance(instance)
            #expect(try await pair.two.catchUp())
            #expect(try await pair.second.instance(instance.id)?.name == "another")
            #expect(try await !pair.two.catchUp())
            try await pair.one.publish(isCallbackHeld: true, of: instance.id)
            #expect(try await pair.two.catchUp())
            #expect(pair.two.callbacksHeldElsewhere == [instance.id])
            #expect(pair.one.callbacksHeldElsewhere.isEmpty)
        }
    }

    @Test func `the holder of an instance hears of a webhook that another node refused`() async throws {
        try await run { pair in
            let ids = pair.fixtures.map(\.instance.id)
            try await news(of: pair.one) { !$0.surplus.isEmpty }
            try await pair.one.release(ids[0])
            try await news(of: pair.two) { $0.acquired == [ids[0]] }
            let refusal = SharedRefusal(sender: "unsigned", reason: "It bears no signature.")
            try await pair.two.publish(refusal, of: ids[1])
            try await news(of: pair.one) { $0.refused == [ids[1]: refusal] }
            let next = SharedRefusal(sender: "known", reason: "It is no JSON.")
            try await pair.one.publish(next, of: ids[0])
            var heard: [InstanceID: SharedRefusal] = [:]
            try await news(of: pair.two) { news in
                heard.merge(news.refused) { $1 }
                return heard[ids[0]] != nil
            }
            #expect(heard == [ids[0]: next])
        }
    }

    @Test func `what a node that was taken for dead held goes to the other one, and it writes nothing more`()
        async throws
    {
        // It goes by its own signs of life, which have to have come for as long.
        try await run(second: NodeTimes(beat: 100, lasts: 2_000, trusts: 1_200_000)) { pair in
            let all = pair.fixtures.map(\.instance.id)
            try await pair.place.ask("UPDATE signalbox.node SET seen = '2001-01-01' WHERE name = 'first'")
            var acquired: Set<InstanceID> = []
            try await news(of: pair.two) { news in
                acquired.formUnion(news.acquired)
                return acquired.count == 3
            }
            #expect(acquired == Set(all))
            let error = await #expect(throws: StoreError.self) { try await pair.fixtures[0].append(.row(9, at: 2000)) }
            #expect(error?.kind == .held)
            #expect(!pair.first.maySend && pair.second.maySend)
            let refusal = #expect(throws: StoreError.self) { try pair.first.admitWork() }
            #expect(refusal?.kind == .held)
            try pair.second.admitWork()
        }
    }

    @Test func `a node that wants the database alone is refused beside them, and they beside it`() async throws {
        try await run(times: NodeTimes(beat: 100, lasts: 60_000, trusts: 50_000)) { pair in
            let alone = await #expect(throws: StoreError.self) { _ = try await pair.place.opened(name: "alone") }
            #expect(alone?.kind == .held)
            #expect(alone?.message.contains("the node second") == true)
            try await pair.place.ask("UPDATE signalbox.node SET protocol = 7 WHERE name = 'first'")
            let other = await #expect(throws: StoreError.self) {
                _ = try await pair.place.opened(name: "third", isExclusive: false)
            }
            #expect(other?.message.contains("the node first") == true)
            #expect(other?.message.contains("version") == true)
        }
    }

    @Test func `a database of the version that knew one node alone is taken over`() async throws {
        try await withScratchDirectory { directory in
            let place = try await PostgresDatabase.of(directory)
            let before = try await place.opened()
            let instance = try await before.createInstance { .sample($0) }
            try await before.close()
            try await place.ask(
                """
                DROP TABLE signalbox.lease, signalbox.change, signalbox.node_mark;
                ALTER TABLE signalbox.turn DROP COLUMN epoch;
                ALTER TABLE signalbox.node DROP COLUMN exclusive, DROP COLUMN protocol, DROP COLUMN receiver,
                    DROP COLUMN former_key;
                ALTER TABLE signalbox.poller DROP COLUMN calls;
                ALTER TABLE signalbox.delivery DROP COLUMN retry_wait;
                ALTER TABLE signalbox.ledger DROP COLUMN guess;
                ALTER TABLE signalbox.callback_hold DROP COLUMN until;
                ALTER TABLE signalbox.payload DROP COLUMN message;
                DELETE FROM signalbox.migration
                WHERE name IN ('several nodes', 'calls of pollers', 'keys that change', 'payloads by difference',
                    'waits of retries', 'guesses of the ledger', 'refused webhooks',
                    'ends of callback holds', 'webhooks of events')
                """
            )
            let after = try await place.opened(isExclusive: false)
            #expect(try #require(after.sharing).isHeld(instance.id))
            try await Fixture(store: after, instance: instance, directory: directory).append(.row(1, at: 2000))
            try await after.close()
        }
    }

    @Test func `a node hears of each event that another one stored for it to deliver`() async throws {
        try await run { pair in
            var times: [Duration] = []
            var ready: [Int64] = []
            _ = try await pair.one.next()
            for number in 0..<20 {
                let batch = pair.fixtures[0].posted(.row(100 + number, at: 2000))
                let begin = ContinuousClock.now
                let result = try await pair.second.append(batch)
                try await news(of: pair.one) { news in
                    ready += news.ready
                    return ready.last == result.lastSequence
                }
                times.append(ContinuousClock.now - begin)
            }
            #expect(ready == Array(1...20))
            let (middle, most) = (times.sorted()[10], times.max() ?? .zero)
            print("shared store: the holder hears of another node's event after \(middle), at most \(most)")
        }
    }
}

extension Fixture {
    /// What the org reported by itself, which any node takes.
    fileprivate func posted(_ observation: Observation) -> IntakeBatch {
        var batch = batch([observation])
        (batch.source, batch.pollDate) = (.webhook, nil)
        return batch
    }
}
#endif
