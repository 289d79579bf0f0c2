import Domain
import Primitives
import Store
import TestSupport
import Testing

@Suite(.databases)
struct IntakeTests {
    @Test("A record's life becomes CREATED, UPDATED, DELETED, UPDATED, each once", arguments: StoreKind.allCases)
    func life(kind: StoreKind) async throws {
        try await kind.run { fixture in
            let steps: [Observation] = [
                .row(1, at: 2000), .row(1, at: 2000), .row(1, at: 2001, name: "Acme GmbH"),
                .row(1, at: 2002, name: "Acme GmbH", isDeleted: true), .row(1, at: 2003, name: "Acme GmbH"),
                .row(1, at: 2003, name: "Acme GmbH"),
            ]
            var repeats = 0
            for step in steps { repeats += try await fixture.append(step).repeats }
            #expect(repeats == 2)
            let events = try await fixture.store.events(PageRequest(direction: .oldestFirst))
            #expect(events.map(\.change) == [.created, .updated, .deleted, .updated])
            #expect(events.map(\.isUndelete) == [false, false, false, true])
            #expect(events.map(\.recordName) == ["Acme", "Acme GmbH", "Acme GmbH", "Acme GmbH"])
            #expect(events[1].changedFieldNames == ["Name"])
            #expect(Set(events.map(\.eventID)).count == 4)
            #expect(events.map(\.delivery?.state) == [.queued, .waiting, .waiting, .waiting])
        }
    }

    @Test(
        "A webhook stamped far in the future is news, and hides nothing that comes after it",
        arguments: StoreKind.allCases
    )
    func fromTheFuture(kind: StoreKind) async throws {
        try await kind.run { fixture in
            func webhook(_ stamp: Int64, _ name: String, _ claimed: Change = .updated, undelete: Bool = false)
                -> Observation
            {
                var seen = Observation.row(1, at: stamp, name: name, isDeleted: claimed == .deleted)
                seen.kind = .webhook(claimed: claimed, isUndelete: undelete)
                return seen
            }
            let (now, year): (Int64, Int64) = (1_000_000, 31_536_000)
            // Received at, the sighting, and what comes of it.
            let steps: [(Int64, Observation, Change?)] = [
                (now, webhook(now, "A", .created), .created), (now + 10, webhook(now + year, "B"), .updated),
                // The same once more says nothing new.
                (now + 11, webhook(now + year, "B"), nil), (now + 20, webhook(now + 19, "C"), .updated),
                (now + 30, .row(1, at: now + 29, name: "D"), .updated),
                (now + 40, webhook(now + year, "D", .deleted), .deleted),
                (now + 50, webhook(now + 49, "D", undelete: true), .updated),
                // Within the patience with clocks it is taken at its word, and what is older is.
                (now + 60, webhook(now + 80, "E"), .updated), (now + 61, webhook(now + 79, "F"), nil),
                // This machine's clock was set back by a week: nothing is lost either.
                (now - 604_800, webhook(now + 700, "G"), .updated), (now - 604_700, webhook(now + 701, "H"), .updated),
            ]
            for (index, (received, seen, change)) in steps.enumerated() {
                var batch = fixture.batch([seen], receivedAt: received)
                batch.policies["Account"] = ChangeDecision.Policy(baseline: .distantPast)
                let result = try await fixture.store.append(batch)
                let found: Change? =
                    result.created == 1
                    ? .created : result.updated == 1 ? .updated : result.deleted == 1 ? .deleted : nil
                #expect(found == change, "step \(index)")
            }
            let events = try await fixture.store.events(PageRequest(direction: .oldestFirst))
            #expect(Set(events.map(\.eventID)).count == events.count)
        }
    }

    @Test(
        "A webhook that is posted again after another one of its second changes nothing",
        arguments: StoreKind.allCases
    )
    func repeatsWithinASecond(kind: StoreKind) async throws {
        try await kind.run { fixture in
            func webhook(
                _ claimed: Change,
                _ name: String,
                after previous: String?,
                undelete: Bool = false,
                of record: Int = 1
            ) -> Observation {
                var seen = Observation.row(record, at: 4000, name: name, isDeleted: claimed == .deleted)
                seen.kind = .webhook(claimed: claimed, isUndelete: undelete)
                seen.previous = previous.map { Observation.row(1, at: 3000, name: $0).fields }
                return seen
            }
            let creation = webhook(.created, "A", after: nil)
            let (first, second) = (webhook(.updated, "B", after: "A"), webhook(.updated, "C", after: "B"))
            let (deletion, undelete) = (
                webhook(.deleted, "C", after: nil), webhook(.updated, "C", after: nil, undelete: true)
            )
            // The sighting, and what comes of it.
            let steps: [(Observation, Change?)] = [
                (creation, .created), (first, .updated), (second, .updated), (first, nil), (creation, nil),
                (second, nil),
                // Back to what it was, by a save of its own.
                (webhook(.updated, "B", after: "C"), .updated), (webhook(.updated, "C", after: "A"), .updated),
                (deletion, .deleted), (undelete, .updated), (deletion, nil), (first, nil),
                // What has the bytes of the creation is an undelete all the same.
                (webhook(.updated, "A", after: "C"), .updated), (webhook(.deleted, "A", after: nil), .deleted),
                (webhook(.updated, "A", after: nil, undelete: true), .updated),
                // Where what was before isn't told, an update to what the creation said is none of its repeats either.
                (webhook(.created, "A", after: nil, of: 2), .created),
                (webhook(.updated, "B", after: nil, of: 2), .updated),
                (webhook(.updated, "A", after: nil, of: 2), .updated), (webhook(.updated, "B", after: nil, of: 2), nil),
            ]
            for (index, (seen, change)) in steps.enumerated() {
                var batch = fixture.batch([seen], receivedAt: 5000 + Int64(index))
                (batch.source, batch.pollDate) = (.webhook, nil)
                if case .webhook(let claimed, let isUndelete) = seen.kind {
                    let verb = isUndelete ? "undelete" : claimed.rawValue
                    batch.webhookEnvelope = WebhookEnvelope.make(
                        members: [("operation", JSON.string(verb).text), ("records", "")],
                        recordsName: "records",
                        previousName: nil
                    )
                }
                let result = try await fixture.store.append(batch)
                let found: Change? =
                    result.created == 1
                    ? .created : result.updated == 1 ? .updated : result.deleted == 1 ? .deleted : nil
                #expect(found == change, "step \(index)")
                #expect(result.repeats == (change == nil ? 1 : 0), "step \(index)")
            }
            let entry = try await fixture.store.ledgerEntry(
                fixture.instance.id,
                object: "Account",
                recordID: recordKey(1)
            )
            #expect(entry?.fields["Name"] == "\"A\"" && entry?.isDeleted == false)
        }
    }

    @Test(
        "A row that was asked for before a deletion was received doesn't bring the record back",
        arguments: StoreKind.allCases
    )
    func rowFromBefore(kind: StoreKind) async throws {
        try await kind.run { fixture in
            var deletion = Observation.row(1, at: 2000, isDeleted: true)
            deletion.kind = .webhook(claimed: .deleted, isUndelete: false)
            func row(requestedAt: Int64) -> Observation {
                var seen = Observation.row(1, at: 2000)
                seen.requestedAt = Timestamp(seconds: requestedAt)
                return seen
            }
            let steps: [(received: Int64, seen: Observation)] = [
                (5000, .row(1, at: 2000)), (5010, deletion), (5020, row(requestedAt: 5005)),
                (5030, row(requestedAt: 5025)),
            ]
            for step in steps {
                _ = try await fixture.store.append(fixture.batch([step.seen], receivedAt: step.received))
            }
            let events = try await fixture.store.events(PageRequest(direction: .oldestFirst))
            #expect(events.map(\.change) == [.created, .deleted, .updated])
        }
    }

    @Test(
        "A row that was asked for after a later stamp was told is the record's present state",
        arguments: StoreKind.allCases
    )
    func rowFromAfter(kind: StoreKind) async throws {
        try await kind.run { fixture in
            func row(_ stamp: Int64, _ name: String, requestedAt: Int64) -> Observation {
                var seen = Observation.row(1, at: stamp, name: name)
                seen.requestedAt = Timestamp(seconds: requestedAt)
                return seen
            }
            // Its stamp was ahead of the org's time.
            _ = try await fixture.store.append(fixture.batch([row(9000, "A", requestedAt: 4999)], receivedAt: 5000))
            // Asked for before, or so near to it that the clocks of two nodes may differ by as much; or by a clock that was
            // set back since.
            for asked in [4990, 5030, 8000] as [Int64] {
                let seen = row(4000, "0", requestedAt: asked)
                _ = try await fixture.store.append(fixture.batch([seen], receivedAt: 5040))
            }
            #expect(try await fixture.store.events(PageRequest(direction: .oldestFirst)).count == 1)
            _ = try await fixture.store.append(fixture.batch([row(6000, "B", requestedAt: 12_000)], receivedAt: 12_001))
            _ = try await fixture.store.append(fixture.batch([row(6000, "B", requestedAt: 13_000)], receivedAt: 13_001))
            let events = try await fixture.store.events(PageRequest(direction: .oldestFirst))
            #expect(events.map(\.change) == [.created, .updated])
            #expect(events.last?.date == Timestamp(seconds: 6000))
        }
    }

    @Test("An event comes back with everything that was stored of it", arguments: StoreKind.allCases)
    func detail(kind: StoreKind) async throws {
        try await kind.run { fixture in
            var seen = Observation.row(
                7,
                at: 2000,
                extra: [
                    .init(name: "Amount", raw: "1.50"), .init(name: "Fax", raw: "null"),
                ]
            )
            seen.masterRecordID = recordKey(8)
            let result = try await fixture.append(seen)
            #expect(result.created == 1)
            #expect(result.ready == [1])
            #expect(result.lastSequence == 1)
            let detail = try #require(try await fixture.store.event(sequence: 1))
            #expect(detail.event.record == #"{"Id":"\#(recordKey(7))","Name":"Acme","Amount":1.50}"#)
            #expect(detail.event.masterRecordID == recordKey(8))
            #expect(detail.event.pollDate == Timestamp(seconds: 4999))
            #expect(detail.event.notificationID == 1)
            #expect(detail.delivery?.createdAt == Timestamp(seconds: 5000))
            #expect(try await fixture.store.event(id: detail.event.eventID) == detail)
            let body = try JSON(parsing: detail.body)
            #expect(body["message"]?["instanceName"]?.string == fixture.instance.name)
            #expect(body["message"]?["eventId"]?.string == detail.event.eventID)
            let outgoing = try await fixture.store.outgoing([99, 1])
            #expect(outgoing.map(\.body.bytes) == [detail.body])
            #expect(outgoing.first?.body.instanceTags == ["a", "b,c"])
            #expect(try await fixture.store.event(sequence: 99) == nil)
            #expect(try await fixture.store.event(id: "nothing") == nil)
        }
    }

    @Test("What is written to try the store is nothing that anybody reads", arguments: StoreKind.allCases)
    func probe(kind: StoreKind) async throws {
        try await kind.run { fixture in
            for _ in 0..<2 { try await fixture.store.probeWrite() }
            let before = try await fixture.store.counts(EventFilter()).total
            let result = try await fixture.store.append(fixture.batch([.row(1, at: 2000)]))
            #expect(before == 0 && result.events == 1)
        }
    }

    @Test("A message that its records can't tell from another counts once", arguments: StoreKind.allCases)
    func messages(kind: StoreKind) async throws {
        try await kind.run { fixture in
            func taken(_ message: String?, _ stamp: Int64, isDeleted: Bool) async throws -> IntakeResult {
                var batch = fixture.batch([.row(1, at: stamp, isDeleted: isDeleted)])
                batch.messageID = message
                batch.receivedAt = Timestamp(seconds: stamp)
                return try await fixture.store.append(batch)
            }
            #expect(try await taken("m1", 2000, isDeleted: false).events == 1)
            #expect(try await taken("m2", 2001, isDeleted: true).events == 1)
            let again = try await taken("m1", 2002, isDeleted: false)
            #expect(again.events == 0 && again.repeats == 1)
            #expect(try await taken(nil, 2003, isDeleted: false).events == 1)
            // Days later nobody sends it again: the id was given anew.
            #expect(try await taken("m2", 2001 + 4 * 86_400, isDeleted: true).events == 1)
        }
    }

    @Test("A notification that comes again is a repeat, whatever its stamp", arguments: StoreKind.allCases)
    func notifications(kind: StoreKind) async throws {
        try await kind.run { fixture in
            func taken(_ ids: [String], _ stamp: Int64) async throws -> IntakeResult {
                let rows = ids.indices.map {
                    Observation.row($0 + 1, at: stamp, extra: [.init(name: "Fax", raw: "\(stamp)")])
                }
                var batch = fixture.batch(rows)
                batch.notificationIDs = ids
                batch.receivedAt = Timestamp(seconds: stamp)
                return try await fixture.store.append(batch)
            }
            #expect(try await taken(["n1", "n2"], 2000).events == 2)
            let again = try await taken(["n1", "n3"], 2001)
            #expect(again.events == 1 && again.repeats == 1)
            #expect(try await taken(["n3", "n2"], 2002).events == 0)
            #expect(try await taken([], 2003).events == 0)
        }
    }

    @Test("A cleared field is a change though nulls are filtered from the record", arguments: StoreKind.allCases)
    func clearing(kind: StoreKind) async throws {
        try await kind.run { fixture in
            try await fixture.append(.row(1, at: 2000, extra: [.init(name: "Fax", raw: "\"1\"")]))
            try await fixture.append(.row(1, at: 2001, extra: [.init(name: "Fax", raw: "null")]))
            let detail = try #require(try await fixture.store.event(sequence: 2))
            #expect(detail.event.changedFields == [FieldChange(name: "Fax", old: "\"1\"", new: "null")])
            #expect(!detail.event.record.contains("Fax"))
            let entry = try await fixture.store.ledgerEntry(1, object: "account", recordID: recordKey(1))
            #expect(entry?.fields["Fax"] == "null")
            #expect(entry?.revision == 2)
        }
    }

    @Test("A save that changed no field is told apart from one of an unknown record", arguments: StoreKind.allCases)
    func savedAsItWas(kind: StoreKind) async throws {
        try await kind.run { fixture in
            for (stamp, user) in [(2000, "A"), (2001, "B")] as [(Int64, String)] {
                let modified = RecordFields.Field(name: "LastModifiedById", raw: "\"\(user)\"")
                var batch = fixture.batch([.row(1, at: stamp, extra: [modified])])
                // The record is older than what was read first, and wasn't in it.
                batch.policies["Account"] = .init(baseline: Timestamp(seconds: 1500))
                #expect(try await fixture.store.append(batch).events == 1)
            }
            let unknown = try #require(try await fixture.store.event(sequence: 1)).event
            let unchanged = try #require(try await fixture.store.event(sequence: 2)).event
            #expect(unknown.change == .updated && !unknown.isCompared && unknown.changedFields.isEmpty)
            #expect(unchanged.change == .updated && unchanged.isCompared && unchanged.changedFields.isEmpty)
            let listed = try await fixture.store.events(PageRequest(limit: 10))
            #expect(listed.map(\.isCompared) == [true, false])
            #expect(listed.map(\.changedFieldNames) == [[], []])
        }
    }

    @Test("An entry of the delete log keeps the name that the ledger knows", arguments: StoreKind.allCases)
    func deleteLog(kind: StoreKind) async throws {
        try await kind.run { fixture in
            try await fixture.append(.row(1, at: 2000, name: "Known"))
            let gone = Observation(
                kind: .deleteLog,
                object: "Account",
                recordID: recordKey(1),
                stamp: Timestamp(seconds: 2005),
                isDeleted: true,
                fields: RecordFields()
            )
            #expect(try await fixture.append(gone).deleted == 1)
            #expect(try await fixture.append(gone).repeats == 1)
            let detail = try #require(try await fixture.store.event(sequence: 2))
            #expect(detail.event.record == #"{"Id":"\#(recordKey(1))","IsDeleted":true}"#)
            #expect(detail.event.recordName == "Known")
        }
    }

    @Test("Without a callback nothing waits to be sent", arguments: StoreKind.allCases)
    func noCallback(kind: StoreKind) async throws {
        try await kind.run { fixture in
            let batch = fixture.batch([.row(1, at: 2000), .row(1, at: 2001, name: "B")], hasCallback: false)
            let result = try await fixture.store.append(batch)
            #expect(result.ready.isEmpty)
            #expect(try await fixture.store.counts(.init()).byState[DeliveryState.none] == 2)
            #expect(try await fixture.due(at: 9999).isEmpty)
            #expect(try await fixture.append(.row(1, at: 2002, name: "C")).ready == [3])
        }
    }

    @Test("Batched events of one object share a notification and keep their order", arguments: StoreKind.allCases)
    func batches(kind: StoreKind) async throws {
        try await kind.run { fixture in
            let seen: [Observation] = [
                .row(1, at: 2000), .row(10, object: "Lead", at: 2000), .row(2, at: 2000), .row(1, at: 2001, name: "B"),
                .row(3, at: 2001),
            ]
            let result = try await fixture.store.append(fixture.batch(seen, batchSize: 3))
            #expect(result.created == 4)
            #expect(result.updated == 1)
            let outgoing = try await fixture.store.outgoing([1, 2, 3, 4, 5])
            let records = outgoing.map { $0.body.events.map(\.recordID) }
            #expect(records == [[1, 2, 1], [10], [3]].map { $0.map { recordKey($0) } })
            #expect(result.ready == outgoing.map(\.delivery.notificationID))
        }
    }
}
