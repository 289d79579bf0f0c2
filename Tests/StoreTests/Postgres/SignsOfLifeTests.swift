#if PostgreSQL
import Domain
import EngineTestSupport
import Primitives
import Store
import TestSupport
import Testing

@testable import StorePostgres

/// When a node may take others for dead.
@Suite(
    .enabled(if: PostgresCluster.isUsed, Comment(rawValue: PostgresCluster.missing)),
    .databases,
    .timeLimit(.minutes(20))
)
struct SignsOfLifeTests {
    private struct Pair: Sendable {
        let first: PostgresStore
        let second: PostgresStore
        let place: PostgresDatabase

        func age(_ name: String) async throws {
            try await place.ask(
                "UPDATE signalbox.node SET seen = clock_timestamp() - interval '1 hour' WHERE name = '\(name)'"
            )
        }

        /// Whom the second node takes for dead.
        func dead(by signs: SignsOfLife? = nil) async throws -> [String] {
            let lease = second.lease
            return try await second.queue.perform { transaction in
                try transaction.settleLeases(by: signs ?? lease.signs)
            }
        }

        func beat() async {
            let lease = second.lease
            await offThread { lease.beat() }
        }
    }

    /// Nobody gives a sign of life by himself, and none is missed for half an hour.
    private func run(_ body: (Pair) async throws -> Void) async throws {
        try await withScratchDirectory { directory in
            let place = try await PostgresDatabase.of(directory)
            let first = try await place.opened(name: "first", isExclusive: false)
            let second = try await place.opened(name: "second", isExclusive: false)
            try await body(Pair(first: first, second: second, place: place))
            try await first.close()
            try await second.close()
        }
    }

    @Test func `after an outage whoever comes back first takes nobody for dead`() async throws {
        // None of them could give a sign of life for an hour.
        let times = NodeTimes(beat: 600_000, lasts: 600_000, trusts: 1_200_000)
        try await withScratchDirectory { directory in
            let place = try await PostgresDatabase.of(directory)
            let first = try await place.opened(times: times, name: "first", isExclusive: false)
            let second = try await place.opened(times: times, name: "second", isExclusive: false)
            let pair = Pair(first: first, second: second, place: place)
            try await pair.age("first")
            try await pair.age("second")
            #expect(try await pair.dead().isEmpty)
            #expect(try await place.ask("SELECT count(*) FROM signalbox.node") == "2")
            try await first.close()
            try await second.close()
        }
    }

    @Test func `a node goes by its own signs of life, and they have to have come for the whole time`() async throws {
        try await run { pair in
            try await pair.age("first")
            let known = pair.second.lease.signs
            // One that is not answered yet may have come behind a gap.
            await pair.beat()
            #expect(try await pair.dead(by: known).isEmpty)
            let signs = pair.second.lease.signs
            #expect(signs.last > known.last && signs.steady == known.last)
            var behindGap = SignsOfLife(of: signs.node, signs.times)
            behindGap.wasAnswered(at: signs.last - signs.times.gap * 1000 - 1)
            behindGap.wasAnswered(at: signs.last)
            #expect(try await pair.dead(by: behindGap).isEmpty)
            // It has come a moment ago.
            #expect(try await pair.dead(by: signs).isEmpty)
            var steady = SignsOfLife(of: signs.node, signs.times)
            for gaps: Int64 in [2, 1, 0] { steady.wasAnswered(at: signs.last - gaps * signs.times.gap * 1000) }
            // The server itself may have been started a moment ago.
            try await waitUntil("the first one to be taken for dead") { [steady] in
                try await pair.dead(by: steady) == ["first"]
            }
            #expect(try await pair.place.ask("SELECT name FROM signalbox.node") == "second")
        }
    }

    /// As after an outage of the way to the database: the server was there all the time.
    @Test func `a node that starts takes nobody for dead whose sign of life is old`() async throws {
        try await run { pair in
            for name in ["first", "second"] { try await pair.age(name) }
            let grace = "SELECT now() - pg_postmaster_start_time() > interval '11 seconds'"
            try await waitUntil("the server to be there for long") { try await pair.place.ask(grace) == "t" }
            // Without the long time that a server which was just started gives.
            let times = NodeTimes(beat: 600_000, lasts: 600_000, trusts: 1_200_000)
            let third = try await pair.place.opened(times: times, name: "third", isExclusive: false)
            #expect(try await pair.place.ask("SELECT count(*) FROM signalbox.node") == "3")
            await pair.beat()
            #expect(pair.first.maySend && pair.second.maySend)
            try await third.close()
        }
    }

    @Test func `a node that wants the database alone looks for signs of life first, however old the last ones are`()
        async throws
    {
        try await run { pair in
            let grace = "SELECT now() - pg_postmaster_start_time() > interval '11 seconds'"
            try await waitUntil("the server to be there for long") { try await pair.place.ask(grace) == "t" }
            for name in ["first", "second"] { try await pair.age(name) }
            let place = pair.place
            let opening = Task {
                try await place.opened(times: NodeTimes(beat: 30_000, lasts: 60_000, trusts: 50_000), name: "alone")
            }
            let waits =
                "SELECT count(*) > 0 FROM pg_stat_activity WHERE datname = current_database() "
                + "AND application_name = 'signalbox node' AND query = 'ROLLBACK'"
            try await waitUntil("it waits for a sign") { try await place.ask(waits) == "t" }
            // The way to the database is there again for the second one, too.
            await pair.beat()
            let result = await opening.result
            let error = #expect(throws: StoreError.self) { try result.get() }
            #expect(error?.kind == .held)
            #expect(try await place.ask("SELECT count(*) FROM signalbox.node") == "2")
        }
    }

    @Test func `a sign of life behind a gap begins the time anew, and others don't`() {
        var signs = SignsOfLife(of: 3, NodeTimes())
        signs.wasAnswered(at: 1_000_000)
        signs.wasAnswered(at: 8_500_000)
        #expect(signs.steady == 1_000_000 && signs.last == 8_500_000)
        signs.wasAnswered(at: 16_000_001)
        #expect(signs.steady == 16_000_001)
        signs.wasAnswered(at: 21_000_000)
        #expect(signs.steady == 16_000_001 && signs.last == 21_000_000)
    }
}
#endif
