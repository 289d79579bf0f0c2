import Domain
import Primitives
import SimulatedOrg
import Testing

@testable import Salesforce

/// What one query may not ask is asked in narrower ones; no object is given up that a narrower query could follow.
struct NarrowingTests {
    /// Everything that a poll reads, by each of its ways, with a query that names few fields at most.
    @Test(arguments: [6, 7, 9, 16]) func `Too complicated a query is parted by fields and joined by id`(
        most: Int
    ) async throws {
        let org = InProcessOrg.empty {
            $0.maximumQueryFields = most
            $0.maximumPageRows = 3
            $0.hasShortPages = true
        }
        let ledger = MemoryLedger()
        let session = await org.session()
        let old = try await org.org.create("Account", ["Name": "Old", "Industry": "Energy"])
        #expect(try await session.poll(ledger.request(["Account"]), into: ledger).problems == [:])
        await org.advance(seconds: 60)
        var ids: [String] = []
        for number in 0..<8 {
            ids.append(try await org.org.create("Account", ["Name": .string("N\(number)"), "Industry": "Energy"]))
        }
        try await org.org.change("Account", old, ["Industry": "Banking"])
        #expect(try await session.poll(ledger.request(["Account"]), into: ledger).problems == [:])
        #expect(await Set(ledger.log()) == Set(ids.map { "CREATED \($0)" } + ["UPDATED \(old)"]))
        for id in ids {
            let fields = try #require(await ledger.entries["Account/" + id]?.fields)
            #expect(fields.string("Industry") == "Energy")
            #expect(Set(fields.fields.map(\.name)).count == fields.fields.count)
        }
        let whole = InProcessOrg.empty()
        let other = MemoryLedger()
        try await whole.org.create("Account", ["Name": "Old", "Industry": "Energy"])
        try await whole.session().poll(other.request(["Account"]), into: other)
        #expect(
            await ledger.entries.values.first?.fields.fields.map(\.name)
                == other.entries.values.first?.fields.fields.map(\.name)
        )
        // What was learnt is not learnt again: rows and their further fields, and no refusal.
        let before = try await session.poll(ledger.request(["Account"], reconcile: true), into: ledger)
        #expect(before.problems == [:])
        #expect(await ledger.log() == [])
    }

    /// Also where the page waits for the field list, which this session read before.
    @Test(arguments: [false, true])
    func `A record that is written while its fields are read is told as it became, once`(
        isFieldListKept: Bool
    ) async throws {
        let org = InProcessOrg.empty { $0.maximumQueryFields = 8 }
        let ledger = MemoryLedger()
        let isWriting = Locked(false)
        let written = Locked("")
        let writer = Proxy(org: org) { call in
            guard call.url.contains("%20IN%20"), isWriting.withLock({ $0 }) else { return }
            await org.advance(seconds: 1)
            try await org.org.change("Account", written.withLock { $0 }, ["Name": "B", "Industry": "Banking"])
        }
        let session = await writer.session()
        try await org.org.create("Account", ["Name": "first"])
        try await session.poll(ledger.request(["Account"]), into: ledger)
        await org.advance(seconds: 60)
        let other = try await org.org.create("Account", ["Name": "other"])
        let id = try await org.org.create("Account", ["Name": "A", "Industry": "Energy"])
        written.withLock { $0 = id }
        isWriting.withLock { $0 = true }
        try await (isFieldListKept ? session : writer.session()).poll(ledger.request(["Account"]), into: ledger)
        #expect(await ledger.log() == ["CREATED \(other)"])
        isWriting.withLock { $0 = false }
        try await session.poll(ledger.request(["Account"]), into: ledger)
        #expect(await ledger.log() == ["CREATED \(id)"])
        let fields = await ledger.entries["Account/" + id]?.fields
        #expect(fields?.string("Name") == "B")
        #expect(fields?.string("Industry") == "Banking")
    }

    @Test func `A field that the org lists and refuses is left out and named`() async throws {
        let org = InProcessOrg.empty { $0.refusedFields = ["Account.Rating", "Account.Industry"] }
        let ledger = MemoryLedger()
        let session = await org.session()
        try await session.poll(ledger.request(["Account"]), into: ledger)
        await org.advance(seconds: 60)
        let id = try await org.org.create("Account", ["Name": "A"])
        let report = try await session.poll(ledger.request(["Account"]), into: ledger)
        #expect(await ledger.log() == ["CREATED \(id)"])
        #expect(report.problems["Account"]?.contains("Industry, Rating") == true)
    }

    /// Refusals that pass once less is asked for, whatever question they meet.
    @Test(
        arguments: [
            (400, "QUERY_TOO_COMPLICATED", "too complicated"), (400, "OPERATION_TOO_LARGE", "too many rows"),
            (400, "QUERY_TIMEOUT", "too long"), (414, "", ""), (431, "", ""), (413, "", ""),
            (400, "MALFORMED_QUERY", "SOQL statements cannot be longer than 100000 characters"),
            (400, "INVALID_FIELD", "No such column 'Rating' on entity 'Account'"),
            (400, "INVALID_QUERY_LOCATOR", "invalid query locator"),
        ],
        ["/query", "%20IN%20", "/composite/sobjects", "LIMIT"]
    ) func `A refusal that less would avoid costs no record`(
        refusal: (status: Int, code: String, message: String),
        path: String
    ) async throws {
        let org = InProcessOrg.empty { $0.maximumPageRows = 2 }
        let ledger = MemoryLedger()
        let session = await org.session()
        func strike() async {
            for parts in [false, true] {
                let effect = FaultRule.Effect.error(
                    status: refusal.status,
                    code: refusal.code,
                    message: refusal.message
                )
                await org.org.add(FaultRule(effect, path: path, times: 1, aimsAtParts: parts))
            }
        }
        // A lost locator is of no query's making.
        if refusal.code != "INVALID_QUERY_LOCATOR" { await strike() }
        let old = try await org.org.create("Account", ["Name": "Old"])
        try await session.poll(ledger.request(["Account"]), into: ledger)
        await org.advance(seconds: 4000)
        var ids = [old]
        for number in 0..<5 {
            ids.append(try await org.org.create("Account", ["Name": .string("N\(number)")]))
        }
        try await org.org.change("Account", old, ["Industry": "Banking"])
        await org.org.removeFaults()
        if refusal.code == "INVALID_QUERY_LOCATOR" {
            await org.org.add(
                FaultRule(.error(status: 400, code: refusal.code, message: refusal.message), path: "/query/")
            )
        } else {
            await strike()
        }
        _ = try await session.poll(ledger.request(["Account"], reconcile: true), into: ledger)
        #expect(
            await Set(ledger.log()) == Set(ids.map { ($0 == old ? "UPDATED " : "CREATED ") + $0 })
        )
    }

    @Test func `The length of a query with one field costs the record no field`() async throws {
        let org = InProcessOrg.empty { $0.maximumQueryFields = 6 }
        let ledger = MemoryLedger()
        let session = await org.session()
        try await session.poll(ledger.request(["Account"]), into: ledger)
        await org.advance(seconds: 60)
        let new = try await org.org.create("Account", ["Name": "New", "Industry": "Energy"])
        await org.org.add(
            FaultRule(.error(status: 414, code: "URI_TOO_LONG", message: "URI too long"), path: "/query", times: 60)
        )
        try await session.poll(ledger.request(["Account"]), into: ledger)
        await org.org.removeFaults()
        for _ in 0..<2 { try await session.poll(ledger.request(["Account"]), into: ledger) }
        let events = await ledger.takeEvents()
        #expect(events.map(\.recordID) == [new])
        #expect(events.first?.fields.string("Name") == "New")
        #expect(events.first?.fields.string("Industry") == "Energy")
    }

    @Test func `A query that is too complicated by chance is asked again, not for ever less`() async throws {
        let org = InProcessOrg.empty()
        await org.org.add(
            FaultRule(.error(status: 404, code: "NOT_FOUND", message: "no"), path: "/composite$", times: nil)
        )
        let isOn = Locked(false)
        let queries = Locked(0)
        let chance = Proxy(org: org) { call, answer in
            let isQuery = call.url.contains("/queryAll") && !call.url.contains("COUNT")
            guard isQuery, isOn.withLock({ $0 }) else { return answer }
            let number = queries.withLock { count in
                count += 1
                return count
            }
            guard !number.isMultiple(of: 2) else { return answer }
            let words = #"[{"errorCode":"QUERY_TOO_COMPLICATED","message":"too complicated"}]"#
            return HTTPAnswer(status: 400, body: Array(words.utf8))
        }
        let ledger = MemoryLedger()
        let session = await chance.session()
        try await session.poll(ledger.request(["Account"]), into: ledger)
        await org.advance(seconds: 60)
        let id = try await org.org.create("Account", ["Name": "A", "Industry": "Energy"])
        isOn.withLock { $0 = true }
        let before = await org.org.callsUsed
        let report = try await session.poll(ledger.request(["Account"]), into: ledger)
        #expect(report.problems == [:])
        #expect(await org.org.callsUsed - before < 16)
        #expect(await ledger.log() == ["CREATED \(id)"])
        #expect(await ledger.entries["Account/" + id]?.fields.string("Industry") == "Energy")
    }

    @Test func `A page costs so many questions more and no others`() {
        var recovery = Recovery(provenWidth: 10)
        for _ in 0..<3 {
            for _ in 0..<Recovery.mostQuestions {
                let mayAsk = recovery.mayAsk()
                #expect(mayAsk)
            }
            let isEnough = !recovery.mayAsk()
            #expect(isEnough)
            recovery.finishedPage()
        }
        let asked = (0..<4).map { _ in recovery.asksAgain(width: 10) }
        #expect(asked == [true, true, false, true])
        let isWider = recovery.asksAgain(width: 11)
        #expect(!isWider)
    }

    @Test(arguments: [0, -60_000_000, 60_000_000])
    func `A long silence is read in short spans, whatever the server says of the time`(offset: Int) async throws {
        let org = InProcessOrg.empty {
            $0.dateOffset = offset
            $0.queryWindowDays = 2
        }
        try await org.org.create("Account", ["Name": "Old"])
        await org.advance(seconds: 40 * 86_400)
        let ledger = MemoryLedger()
        for _ in 0..<5 { try await org.session().poll(ledger.request(["Account"]), into: ledger) }
        #expect(await ledger.records["Account"]?.problem == nil)
        #expect(await ledger.records["Account"]?.cursor != nil)
    }
}
