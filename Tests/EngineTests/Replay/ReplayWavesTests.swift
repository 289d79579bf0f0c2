import Domain
import EngineTestSupport
import Primitives
import Testing

@testable import Engine

@Suite(.eachStore)
struct ReplayWavesTests {
    private static func sequences(_ waves: [[EventSummary]]) -> [[Int64]] { waves.map { $0.map(\.sequence) } }

    @Test func `events of different records go side by side, those of one record one after another`() {
        let events: [EventSummary] = [
            .sample(1, "a"), .sample(2, "b"), .sample(3, "a"), .sample(4, "c"), .sample(5, "a"),
        ]
        #expect(Self.sequences(ReplayWaves.make(events, records: [:])) == [[1, 2, 4], [3], [5]])
        #expect(ReplayWaves.make([], records: [:]).isEmpty)
    }

    @Test func `a notification waits for every record that it carries, not for its own event's alone`() {
        let events: [EventSummary] = [.sample(1, "a"), .sample(2, "b", notification: 2), .sample(3, "c")]
        let records: [Int64: Set<String>] = [2: ["a", "b", "c"]]
        #expect(Self.sequences(ReplayWaves.make(events, records: records)) == [[1], [2], [3]])
    }

    @Test(arguments: 1...50 as ClosedRange<UInt64>)
    func `no two of a wave share a record, and each record's keep their order`(seed: UInt64) {
        var dice = SeededGenerator(seed: seed)
        let names = ["a", "b", "c", "d", "e"]
        var records: [Int64: Set<String>] = [:]
        let events = (1...40 as ClosedRange<Int64>).map { sequence in
            var own = Set([names[Int.random(in: 0..<5, using: &dice)]])
            while dice.chance(30) { own.insert(names[Int.random(in: 0..<5, using: &dice)]) }
            records[sequence] = own
            return EventSummary.sample(sequence, own.sorted()[0], notification: sequence)
        }
        let waves = Self.sequences(ReplayWaves.make(events, records: records))
        #expect(waves.flatMap(\.self).sorted() == Array(1...40), "seed \(seed)")
        for wave in waves {
            let carried = wave.flatMap { Array(records[$0] ?? []) }
            #expect(Set(carried).count == carried.count, "seed \(seed)")
        }
        for name in names {
            let own = waves.flatMap { $0.filter { records[$0]?.contains(name) == true } }
            #expect(own == own.sorted(by: <), "seed \(seed), record \(name)")
        }
        // None waits without a reason: it shares a record with one of the wave before.
        for (index, wave) in waves.enumerated().dropFirst() {
            let before = Set(waves[index - 1].flatMap { Array(records[$0] ?? []) })
            #expect(wave.allSatisfy { !(records[$0] ?? []).isDisjoint(with: before) }, "seed \(seed)")
        }
    }
}
