import Domain
import Primitives
import Store
import TestSupport
import Testing

@Suite(.databases)
struct EventPageTests {
    @Test("Every filter pages to exactly what a look at all events finds", .campaign, arguments: StoreKind.allCases)
    func filters(kind: StoreKind) async throws {
        try await kind.run { fixture in
            let seed: UInt64 = 20_261_123
            var random = SeededGenerator(seed: seed)
            try await fill(fixture, &random)
            let all = try await fixture.store.events(PageRequest(limit: 10_000)).events
            #expect(all.map(\.sequence) == (1...Int64(all.count)).reversed())
            var records: [Int64: String] = [:]
            for event in all {
                records[event.sequence] = try await fixture.store.event(sequence: event.sequence)?.event.record
            }
            let names = Dictionary(
                uniqueKeysWithValues: try await fixture.store.instances().map { ($0.id, $0.name) }
            )
            var expressions = RandomExpressions()
            expressions.records = (1...40).map { recordKey($0) }
            expressions.instances += names.values.map { $0.uppercased() }
            expressions.events = Array(all.prefix(9).map(\.eventID))
            for round in 0..<240 {
                var filter = Self.filter(&random)
                if round % 2 == 0 { filter.expression = expressions.make(&random) }
                let direction: PageRequest.Direction = Bool.random(using: &random) ? .newestFirst : .oldestFirst
                let limit = [1, 7, 50].randomElement(using: &random) ?? 7
                var wanted = all.filter { event in
                    Self.passes(event, filter)
                        && filter.expression.matches(
                            event,
                            record: { records[event.sequence] ?? "" },
                            instanceName: names[event.instanceID]
                        )
                }
                if direction == .oldestFirst { wanted.reverse() }
                var found: [EventSummary] = []
                var page = PageRequest(
                    direction: direction,
                    limit: limit,
                    filter: filter,
                    patience: round % 3 == 0 ? 0 : nil
                )
                while case let next = try await fixture.store.events(page), !next.isEmpty || next.reach != nil {
                    #expect(next.count <= limit)
                    found += next
                    page.after = next.reach?.sequence ?? next.last?.sequence
                    if found.count > all.count { break }
                }
                #expect(found == wanted, "seed \(seed), round \(round): \(filter)")
                let counts = try await fixture.store.counts(filter)
                #expect(counts.total == Int64(wanted.count), "seed \(seed), round \(round): \(filter)")
                let dead = wanted.filter { $0.delivery?.state == .dead }
                #expect(counts.byState[.dead] ?? 0 == Int64(dead.count), "seed \(seed), round \(round)")
                let unsettled = dead.count { $0.delivery?.lastReplay?.verdict != .succeeded }
                #expect(counts.dead == Int64(unsettled), "seed \(seed), round \(round)")
                for verdict in ReplayVerdict.allCases {
                    let replayed = wanted.count { $0.delivery?.lastReplay?.verdict == verdict }
                    #expect(counts.byReplay[verdict] ?? 0 == Int64(replayed), "seed \(seed), round \(round)")
                }
            }
        }
    }

    @Test("Words are found as they are typed, case and accents folded", arguments: StoreKind.allCases)
    func text(kind: StoreKind) async throws {
        try await kind.run { fixture in
            try await fixture.append(.row(1, at: 2000, name: "100%_sûre"), .row(2, at: 2000, name: "1000 sure"))
            let cases: [(String, [Int64])] = [
                ("100", [1]), ("100*", [2, 1]), ("SURE", [2, 1]), ("ure", []), ("", [2, 1]), ("Name", []),
                ("%", [2, 1]),
            ]
            for (text, expected) in cases {
                var filter = EventFilter()
                filter.expression = EventFilter.words(text)
                let found = try await fixture.store.events(PageRequest(filter: filter))
                #expect(found.map(\.sequence) == expected, "\(text)")
            }
        }
    }

    @Test("Who changed a record is told where it is asked for", arguments: StoreKind.allCases)
    func authors(kind: StoreKind) async throws {
        try await kind.run { fixture in
            func by(_ name: String, _ raw: String) -> RecordFields.Field { .init(name: name, raw: raw) }
            let id = "005Qy00000A0001IAB"
            try await fixture.append(
                .row(1, at: 2000),
                .row(2, at: 2000, extra: [by("LastModifiedById", "\"\(id)\"")]),
                .row(
                    3,
                    at: 2000,
                    extra: [
                        by("LastModifiedById", "\"\(id)\""),
                        by("LastModifiedBy", #"{"attributes":{"type":"User"},"Name":"Ada Lovelace"}"#),
                    ]
                ),
                .row(4, at: 2000, extra: [by("LastModifiedById", "null"), by("LastModifiedBy", #"{"Name":7}"#)]),
                .row(
                    5,
                    at: 2000,
                    extra: [
                        by("LastModifiedById", "\"\(id)\""),
                        by("Long__c", "\"\(String(repeating: "x", count: RecordAuthor.longestRecord))\""),
                    ]
                )
            )
            var page = PageRequest(direction: .oldestFirst)
            #expect(try await fixture.store.events(page).allSatisfy { $0.changedBy == nil })
            page.withAuthors = true
            #expect(try await fixture.store.events(page).map(\.changedBy) == [nil, id, "Ada Lovelace", nil, nil])
        }
    }

    @Test("Nothing is found beyond the ends", arguments: StoreKind.allCases)
    func ends(kind: StoreKind) async throws {
        try await kind.run { fixture in
            #expect(try await fixture.store.events(PageRequest()).isEmpty)
            try await fixture.append(.row(1, at: 2000))
            for after in [0, -5, Int64.min] {
                #expect(try await fixture.store.events(PageRequest(after: after)).isEmpty)
                let page = PageRequest(direction: .oldestFirst, after: after)
                #expect(try await fixture.store.events(page).count == 1)
            }
            #expect(try await fixture.store.events(PageRequest(direction: .oldestFirst, after: .max)).isEmpty)
            #expect(try await fixture.store.events(PageRequest(limit: 0)).isEmpty)
        }
    }

    private func fill(_ fixture: Fixture, _ random: inout SeededGenerator) async throws {
        let second = try await fixture.store.createInstance { .sample($0) }
        for round in 0..<60 {
            let seen = (0..<Int.random(in: 1...8, using: &random)).map { index in
                Observation.row(
                    Int.random(in: 1...40, using: &random),
                    object: ["Account", "Lead", "Invoice__c"].randomElement(using: &random) ?? "Account",
                    at: 2000 + Int64(round),
                    name: ["Acme", "Blue", "Ümlaut"].randomElement(using: &random).map { "\($0) \(round) \(index)" }
                        ?? "",
                    isDeleted: Int.random(in: 0..<6, using: &random) == 0
                )
            }
            // The clock jumps back now and then.
            let moment = 5000 + Int64(round) * 10 - (round % 9 == 0 ? 300 : 0)
            var batch = fixture.batch(
                seen,
                receivedAt: moment,
                batchSize: Int.random(in: 1...3, using: &random),
                hasCallback: round % 5 != 0
            )
            if round % 4 == 0 { batch.instanceID = second.id }
            let ready = try await fixture.store.append(batch).ready
            for id in ready where Bool.random(using: &random) {
                try await fixture.attempt(id, Bool.random(using: &random) ? .delivered : .dead)
            }
            for _ in 0..<6 {
                let status = Bool.random(using: &random) ? 200 : 500
                try await fixture.attempt(
                    Int64.random(in: 1...200, using: &random),
                    .delivered,
                    status: status,
                    isReplay: true
                )
            }
        }
    }

    private static func filter(_ random: inout SeededGenerator) -> EventFilter {
        var filter = EventFilter()
        func sometimes() -> Bool { Int.random(in: 0..<4, using: &random) == 0 }
        if sometimes() { filter.instanceIDs = [[1], [2], [1, 2], [3]].randomElement(using: &random) ?? [] }
        if sometimes() {
            filter.objects = [["account"], ["LEAD", "Invoice__c"], ["Nothing"]].randomElement(using: &random) ?? []
        }
        if sometimes() { filter.changes = [[.deleted], [.created, .updated]].randomElement(using: &random) ?? [] }
        if sometimes() { filter.states = [[.dead], [.waiting, .queued], [.none]].randomElement(using: &random) ?? [] }
        if sometimes() {
            filter.replays = [[.failed], [.succeeded], [.failed, .succeeded]].randomElement(using: &random) ?? []
        }
        if sometimes() { filter.excludedReplays = [[.failed], [.succeeded]].randomElement(using: &random) ?? [] }
        if sometimes() { filter.recordID = String(recordKey(Int.random(in: 1...41, using: &random)).prefix(15)) }
        if sometimes() { filter.from = Timestamp(seconds: Int64.random(in: 4900...5700, using: &random)) }
        if sometimes() { filter.to = Timestamp(seconds: Int64.random(in: 4900...5700, using: &random)) }
        if sometimes() { filter.expression = EventFilter.words("no such text") }
        return filter
    }

    private static func passes(_ event: EventSummary, _ filter: EventFilter) -> Bool {
        func among<Value>(_ value: Value, _ set: Set<Value>) -> Bool { set.isEmpty || set.contains(value) }
        guard among(event.instanceID, filter.instanceIDs), among(event.change, filter.changes),
            among(event.object.lowercased(), Set(filter.objects.map { $0.lowercased() })),
            among(event.delivery?.state ?? .none, filter.states)
        else { return false }
        if !filter.replays.isEmpty || !filter.excludedReplays.isEmpty {
            let verdict = event.delivery?.lastReplay?.verdict
            if !filter.replays.isEmpty, verdict.map(filter.replays.contains) != true { return false }
            if verdict.map(filter.excludedReplays.contains) == true { return false }
        }
        if let record = filter.recordID, SalesforceID(record)?.text != event.recordID { return false }
        if let from = filter.from, event.receivedAt < from { return false }
        if let to = filter.to, event.receivedAt >= to { return false }
        return true
    }
}
