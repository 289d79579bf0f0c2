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
        let place: PostgresPlace

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
            let place = try await PostgresPlace.of(directory)
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
            let place = try await PostgresPlace.of(directory)
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
            #expect(signs.last > known.last && signs.steady == 0)
            var behindGap = SignsOfLife(of: signs.node, signs.times)
            behindGap.wasAnswered(at: signs.last - signs.times.gap * 1000 - 1)
            behindGap.wasAnswered(at: signs.last)
            #expect(try await pair.dead(by: behindGap).isEmpty)
            // The server itself may have been started a moment ago.
            try await waitUntil("the first one to be taken for dead") { try await pair.dead() == ["first"] }
            #expect(try await pair.place.ask("SELECT name FROM signalbox.node") == "second")
        }
    }

    @Test func `a sign of life behind a gap begins the time anew, and others don't`() {
        var signs = SignsOfLife(of: 3, NodeTimes())
        signs.wasAnswered(at: 1_000_000)
        signs.wasAnswered(at: 8_500_000)
        #expect(signs.steady == 0 && signs.last == 8_500_000)
        signs.wasAnswered(at: 16_000_001)
        #expect(signs.steady == 16_000_001)
        signs.wasAnswered(at: 21_000_000)
        #expect(signs.steady == 16_000_001 && signs.last == 21_000_000)
    }
}
#endif
