import Domain
import Primitives
import TestSupport
import Testing

@testable import Store

struct LanesTests {
    @Test func `a delivery begins as none, queued or waiting`() {
        #expect(Lanes.beginning(hasCallback: false, isBusy: true) == .none)
        #expect(Lanes.beginning(hasCallback: true, isBusy: false) == .queued)
        #expect(Lanes.beginning(hasCallback: true, isBusy: true) == .waiting)
    }

    /// Lanes as "record: head …", deliveries as their records; `!` marks the head that is not waiting.
    @Test(
        arguments: [
            ("nothing waits", [:], [:], ["a"], []),
            ("the oldest goes", ["a": (2, true)], [2: ["a"]], ["a"], [2]),
            ("a head that isn't waiting stays", ["a": (2, false)], [2: ["a"]], ["a"], []),
            ("its other lane is busy", ["a": (2, true), "b": (1, false)], [2: ["a", "b"]], ["a"], []),
            (
                "another waits before it in its other lane", ["a": (3, true), "b": (2, true)],
                [2: ["b"], 3: ["a", "b"]], ["a"], []
            ),
            ("it heads both", ["a": (3, true), "b": (3, true)], [3: ["a", "b"]], ["a", "b"], [3]),
            ("its other lane is not among those left", ["a": (3, true), "b": (3, true)], [3: ["a", "b"]], ["a"], [3]),
            ("several go at once", ["a": (4, true), "b": (3, true)], [3: ["b"], 4: ["a"]], ["a", "b"], [4, 3]),
        ] as [(String, [String: (Int64, Bool)], [Int64: [String]], [String], [Int64])]
    )
    func `who may go when others have left`(
        name: String,
        heads: [String: (Int64, Bool)],
        deliveries: [Int64: [String]],
        left: [String],
        expected: [Int64]
    ) throws {
        let freed = Lanes.freed(left) { records in
            records.reduce(into: [:]) { found, record in
                found[record] = heads[record].map { Lanes.Head(id: $0.0, isWaiting: $0.1) }
            }
        } deliveries: { ids in
            ids.map { delivery($0, deliveries[$0] ?? []) }
        }
        #expect(freed.map(\.id) == expected, "\(name)")
    }

    private func delivery(_ id: Int64, _ records: [String]) -> StoredDelivery {
        StoredDelivery(
            id: id,
            instance: 1,
            state: .waiting,
            replay: nil,
            events: records.map { .init(record: $0, object: 1, change: .created) }
        )
    }

    @Test func `a lane of a record that a notification carries twice is one lane`() {
        #expect(delivery(1, ["a", "b", "a"]).records == ["a", "b"])
    }

    @Test(arguments: 1...40 as ClosedRange<UInt64>)
    func `at most one of a lane is out, the oldest first, and all get their turn`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var table = LaneTable()
        var order: [String: [Int64]] = [:]
        for id in 1...60 as ClosedRange<Int64> {
            let records = ["a", "b", "c", "d", "e"].shuffled(using: &random).prefix(
                Int.random(in: 1...3, using: &random)
            )
            table.enter(id, Array(records))
            if Bool.random(using: &random) { table.end(table.out.randomElement(using: &random), &order) }
            try table.check("seed \(seed)")
        }
        while let id = table.out.randomElement(using: &random) {
            table.end(id, &order)
            try table.check("seed \(seed)")
        }
        #expect(table.open.isEmpty, "seed \(seed): lanes block each other")
        for (record, ids) in order { #expect(ids == ids.sorted(), "seed \(seed): \(record)") }
    }
}

/// Lanes in memory, moved by the rules alone.
private struct LaneTable {
    private(set) var open: [Int64: (records: [String], isWaiting: Bool)] = [:]

    var out: [Int64] { open.filter { !$0.value.isWaiting }.keys.sorted() }

    func head(_ record: String) -> Lanes.Head? {
        open.filter { $0.value.records.contains(record) }
            .min { ($0.value.isWaiting ? 1 : 0, $0.key) < ($1.value.isWaiting ? 1 : 0, $1.key) }
            .map { Lanes.Head(id: $0.key, isWaiting: $0.value.isWaiting) }
    }

    mutating func enter(_ id: Int64, _ records: [String]) {
        let isBusy = records.contains { head($0) != nil }
        open[id] = (records, Lanes.beginning(hasCallback: true, isBusy: isBusy) == .waiting)
    }

    mutating func end(_ id: Int64?, _ order: inout [String: [Int64]]) {
        guard let id, let ended = open.removeValue(forKey: id) else { return }
        for record in ended.records { order[record, default: []].append(id) }
        let freed = Lanes.freed(ended.records) { records in
            records.reduce(into: [:]) { $0[$1] = head($1) }
        } deliveries: { ids in
            ids.map { id in
                StoredDelivery(
                    id: id,
                    instance: 1,
                    state: .waiting,
                    replay: nil,
                    events: (open[id]?.records ?? []).map { .init(record: $0, object: 1, change: .created) }
                )
            }
        }
        for delivery in freed { open[delivery.id]?.isWaiting = false }
    }

    func check(_ place: Comment) throws {
        for record in ["a", "b", "c", "d", "e"] {
            let out = open.values.count { !$0.isWaiting && $0.records.contains(record) }
            #expect(out <= 1, place)
        }
        // Whoever waits is behind another in one of its lanes.
        for (id, delivery) in open where delivery.isWaiting {
            #expect(delivery.records.contains { head($0)?.id != id }, place)
        }
    }
}
