import Domain
import Primitives
import TestSupport
import Testing

@testable import Store

/// What of a batch is an event, and how events become notifications.
struct IntakePlanTests {
    private func batch(
        _ observations: [Observation],
        size: Int = 1,
        hasCallback: Bool = true,
        message: String? = nil,
        notifications: [String] = [],
        at seconds: Int64 = 5000
    ) -> IntakeBatch {
        IntakeBatch(
            instanceID: 1,
            instanceName: "one",
            instanceTags: [],
            observations: observations,
            policies: [:],
            source: .polling,
            pollDate: nil,
            receivedAt: Timestamp(seconds: seconds),
            filterNulls: true,
            batchSize: size,
            hasCallback: hasCallback,
            messageID: message,
            notificationIDs: notifications
        )
    }

    @Test(
        arguments: [
            ("each for itself", 1, ["a1", "a2", "b1"], ["a1", "a2", "b1"]),
            ("by object, in their order", 3, ["a1", "b1", "a2", "a3", "b2"], ["a1 a2 a3", "b1 b2"]),
            (
                "a full one is followed by another", 2, ["a1", "a2", "a3", "b1", "a4", "a5"],
                ["a1 a2", "a3 a4", "b1", "a5"]
            ),
            ("case makes no other object", 3, ["a1", "A2"], ["a1 A2"]),
            ("sizes that make no sense", 0, ["a1", "a2"], ["a1", "a2"]),
        ] as [(String, Int, [String], [String])]
    )
    func `events of one object share a notification up to its size`(
        name: String,
        size: Int,
        seen: [String],
        expected: [String]
    ) throws {
        var tables = IntakeTablesInMemory()
        let rows = seen.enumerated().map { index, word in
            Observation.row(
                index + 1,
                object: word.prefix(1) == "b" ? "Lead" : word.prefix(1) == "A" ? "ACCOUNT" : "Account",
                at: 2000
            )
        }
        let plan = try tables.append(batch(rows, size: size))
        let words = Dictionary(uniqueKeysWithValues: zip(rows.map(\.recordID), seen))
        let found = plan.notifications.map {
            $0.events.compactMap { words[$0.observation.recordID] }.joined(separator: " ")
        }
        #expect(found == expected, "\(name)")
        // Numbered without a gap, and a notification bears the number of its first event.
        #expect(plan.notifications.flatMap(\.events).map(\.sequence) == Array(1...Int64(seen.count)))
        #expect(plan.notifications.map(\.id) == plan.notifications.compactMap { $0.events.first?.sequence })
        #expect(plan.result.lastSequence == Int64(seen.count))
    }

    @Test func `a record that comes twice in a batch is judged against what came before, and written once`() throws {
        var tables = IntakeTablesInMemory()
        let seen: [Observation] = [
            .row(1, at: 2000), .row(1, at: 2001, name: "B"), .row(1, at: 2001, name: "B"),
            .row(1, at: 2002, name: "B", isDeleted: true), .row(2, at: 2000),
        ]
        let plan = try tables.append(batch(seen))
        #expect(plan.notifications.flatMap(\.events).map(\.change) == [.created, .updated, .deleted, .created])
        #expect(plan.result.repeats == 1)
        #expect(plan.ledger.map(\.recordID) == [recordKey(1), recordKey(2)])
        #expect(plan.ledger[0].entry.revision == 3 && plan.ledger[0].entry.isDeleted && plan.ledger[0].row == nil)
        #expect(plan.ledger[0].fields == plan.ledger[0].entry.fields.json)
        // Their ids differ though stamps may not.
        #expect(Set(plan.notifications.flatMap(\.events).map(\.eventID)).count == 4)
        // The same again brings nothing; a later write keeps its row.
        #expect(try tables.append(batch(seen)).result.events == 0)
        let later = try tables.append(batch([.row(1, at: 2009, name: "C")]))
        #expect(later.ledger.map(\.row) == [1])
        #expect(later.notifications[0].events[0].isUndelete)
    }

    @Test(
        arguments: [
            ("no callback", false, [], [1], [.none]),
            ("free", true, [], [1], [.queued]),
            ("behind another of its record", true, [1], [1], [.waiting]),
            ("behind one of the same batch", true, [], [1, 1], [.queued, .waiting]),
            ("nothing enters a lane without a callback", false, [], [1, 1], [.none, .none]),
        ] as [(String, Bool, [Int], [Int], [DeliveryState])]
    )
    func `where a new delivery stands`(
        name: String,
        hasCallback: Bool,
        busy: [Int],
        seen: [Int],
        expected: [DeliveryState]
    ) throws {
        var tables = IntakeTablesInMemory()
        tables.busy = Set(busy.map { recordKey($0) })
        let rows = seen.enumerated().map { Observation.row($1, at: 2000 + Int64($0), name: "\($0)") }
        let plan = try tables.append(batch(rows, hasCallback: hasCallback))
        #expect(plan.notifications.map(\.state) == expected, "\(name)")
        #expect(plan.notifications.allSatisfy { $0.lanes.isEmpty == ($0.state == .none) })
        #expect(plan.result.ready == plan.notifications.filter { $0.state == .queued }.map(\.id))
    }

    @Test func `a batch of several lanes waits for each of them`() throws {
        var tables = IntakeTablesInMemory()
        tables.busy = [recordKey(2)]
        let plan = try tables.append(
            batch([.row(1, at: 2000), .row(2, at: 2000), .row(1, at: 2001, name: "B")], size: 9)
        )
        #expect(plan.notifications.map(\.state) == [.waiting])
        #expect(plan.notifications.map(\.lanes) == [[recordKey(1), recordKey(2)]])
    }

    @Test(
        arguments: [
            ("a new message", "m2", [], 5000, 2, 0),
            ("a message that was seen", "m1", [], 5000, 0, 2),
            ("one seen days ago", "m1", [], 5000 + 3 * 86_400 + 1, 2, 0),
            ("one that is remembered to the end", "m1", [], 5000 + 3 * 86_400, 0, 2),
            ("one of its notifications was seen", nil, ["n1", "n2"], 5000, 1, 1),
            ("a notification twice in one body", nil, ["n3", "n3"], 5000, 1, 1),
            ("no ids at all", nil, [], 5000, 2, 0),
        ] as [(String, String?, [String], Int64, Int, Int)]
    )
    func `a message counts once for three days`(
        name: String,
        message: String?,
        notifications: [String],
        at: Int64,
        events: Int,
        repeats: Int
    ) throws {
        var tables = IntakeTablesInMemory()
        tables.messages = ["m1": Timestamp(seconds: 5000), "n1": Timestamp(seconds: 5000)]
        let rows: [Observation] = [.row(1, at: 2000), .row(2, at: 2000)]
        let plan = try tables.append(batch(rows, message: message, notifications: notifications, at: at))
        #expect(plan.result.events == events && plan.result.repeats == repeats, "\(name): \(plan.result)")
    }

    @Test func `an entry of the delete log says what the org said, and keeps the name that is known`() throws {
        var tables = IntakeTablesInMemory()
        _ = try tables.append(batch([.row(1, at: 2000, name: "Known")]))
        let gone = Observation(
            kind: .deleteLog,
            object: "Account",
            recordID: recordKey(1),
            stamp: Timestamp(seconds: 2005),
            isDeleted: true,
            fields: RecordFields()
        )
        let event = try #require(try tables.append(batch([gone])).notifications.first?.events.first)
        #expect(event.texts.record == #"{"Id":"\#(recordKey(1))","IsDeleted":true}"#)
        #expect(event.name == "Known")
    }

    @Test func `nulls are filtered from what an event shows and not from what the ledger knows`() throws {
        let seen = Observation.row(1, at: 2000, extra: [.init(name: "Fax", raw: "null")])
        var wanted = batch([seen])
        for filters in [true, false] {
            wanted.filterNulls = filters
            let texts = PreparedBatch(wanted).texts[0]
            #expect(texts.fields.contains("Fax"))
            #expect(texts.record.contains("Fax") == !filters)
            #expect(texts.name == "Acme")
        }
    }

    @Test func `rows that wait for the field list are as if they had not been seen`() throws {
        var tables = IntakeTablesInMemory()
        _ = try tables.append(batch([.row(1, at: 2000)]))
        var later = batch([.row(1, at: 2001), .row(1, at: 2002), .row(2, at: 2000)])
        later.policies["Account"] = ChangeDecision.Policy(baseline: nil, awaitsFields: true)
        let plan = try tables.append(later)
        #expect(plan.result.heldBack == ["Account": [recordKey(1), recordKey(2)]])
        #expect(plan.result.events == 0)
        #expect(plan.ledger.isEmpty)
        later.policies["Account"] = ChangeDecision.Policy(baseline: nil)
        let whole = try tables.append(later)
        #expect(whole.result.heldBack.isEmpty)
        #expect(Set(whole.ledger.map(\.recordID)) == [recordKey(1), recordKey(2)])
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func `counters and times say what the events are`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var tables = IntakeTablesInMemory()
        tables.nextSequence = Int64.random(in: 1...3 * TimeBlocks.width, using: &random)
        for round in 0..<20 as Range<Int64> {
            let rows = (0..<Int.random(in: 0...9, using: &random)).map { index in
                Observation.row(
                    Int.random(in: 1...12, using: &random),
                    object: ["Account", "Lead"].randomElement(using: &random) ?? "",
                    at: 2000 + round,
                    name: "\(round) \(index)",
                    isDeleted: Int.random(in: 0..<5, using: &random) == 0
                )
            }
            let size = Int.random(in: 1...4, using: &random)
            let plan = try tables.append(batch(rows, size: size, at: 5000 + round))
            var counted: [Facet: Int64] = [:]
            var times = TimeBlocks()
            for notification in plan.notifications {
                #expect(!notification.events.isEmpty && notification.events.count <= size)
                for event in notification.events {
                    let facet = Facet(
                        instance: 1,
                        object: event.object,
                        change: event.change,
                        state: notification.state
                    )
                    counted[facet, default: 0] += 1
                    times.add(Timestamp(seconds: 5000 + round), sequence: event.sequence)
                }
            }
            #expect(plan.counters.events == counted, "seed \(seed)")
            #expect(plan.times == times, "seed \(seed)")
            #expect(plan.result.events + plan.result.repeats == rows.count, "seed \(seed)")
        }
    }
}
