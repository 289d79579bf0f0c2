import Domain
import Primitives
import Salesforce
import SimulatedOrg
import Testing

/// Answers that a real org or something before it may give.
struct OddAnswerTests {
    private static func edited(_ answer: HTTPAnswer, _ edit: (String) -> String) -> HTTPAnswer {
        var answer = answer
        answer.body = Array(edit(answer.text).utf8)
        return answer
    }

    /// As a proxy does that makes the bodies anew: every answer, the token's and the list of versions among them.
    @Test(arguments: [["Account"], ["Account", "Lead"]])
    func `A byte order mark before each answer is no part of it`(objects: [String]) async throws {
        let org = InProcessOrg.empty { $0.maximumPageRows = 3 }
        let proxy = Proxy(org: org) { _, answer in Self.edited(answer) { "\u{FEFF}\($0)" } }
        let ledger = MemoryLedger()
        let session = await proxy.session()
        try await session.poll(ledger.request(objects), into: ledger)
        await org.org.expireSessions()
        await org.advance(seconds: 60)
        try await org.org.seed("Account", count: 5)
        let report = try await session.poll(ledger.request(objects), into: ledger)
        #expect(report.problems == [:])
        #expect(await ledger.log().count == 5)
    }

    @Test func `The next page is followed when its address is absolute`() async throws {
        let org = InProcessOrg.empty { $0.maximumPageRows = 3 }
        let proxy = Proxy(org: org) { _, answer in
            Self.edited(answer) {
                $0.replacing("\"nextRecordsUrl\":\"/", with: "\"nextRecordsUrl\":\"https://elsewhere.example/")
            }
        }
        let ledger = MemoryLedger()
        let session = await proxy.session()
        try await session.poll(ledger.request(["Account"]), into: ledger)
        await org.advance(seconds: 60)
        try await org.org.seed("Account", count: 10)
        let report = try await session.poll(ledger.request(["Account"]), into: ledger)
        #expect(await ledger.log().count == 10)
        #expect(report.apiCalls <= 5)
    }

    @Test func `A page that names itself as the next is not followed for ever`() async throws {
        let org = InProcessOrg.empty { $0.maximumPageRows = 3 }
        let isLooping = Locked(true)
        let proxy = Proxy(org: org) { call, answer in
            guard isLooping.withLock({ $0 }), let path = call.url.firstRange(of: "/services/data/v"),
                call.url.contains("/query/")
            else { return answer }
            let own = "\"nextRecordsUrl\":\"\(call.url[path.lowerBound...])\""
            return Self.edited(answer) {
                $0.replacing(/"nextRecordsUrl":"[^"]*"/, with: own).replacing(
                    "\"done\":true",
                    with: "\"done\":false,\(own)"
                )
            }
        }
        let ledger = MemoryLedger()
        let session = await proxy.session()
        try await session.poll(ledger.request(["Account"]), into: ledger)
        await org.advance(seconds: 60)
        try await org.org.seed("Account", count: 10)
        let before = await org.org.callsUsed
        let error = await #expect(throws: SalesforceError.self) {
            try await session.poll(ledger.request(["Account"]), into: ledger)
        }
        #expect(error?.kind == .transient)
        #expect(await ledger.records["Account"]?.problem?.contains("again and again") == true)
        #expect(await org.org.callsUsed - before < 10)
        isLooping.withLock { $0 = false }
        try await session.poll(ledger.request(["Account"]), into: ledger)
        let told = await ledger.log()
        #expect(told.count == 10 && Set(told).count == 10)
    }

    @Test func `An org whose queries run too long is read in parts, poll after poll`() async throws {
        let org = InProcessOrg.empty()
        let proxy = Proxy(org: org) { call, answer in
            if call.url.contains("/composite") { return HTTPAnswer(status: 404, body: Array("[]".utf8)) }
            let total = (try? JSON(parsing: answer.body))?["totalSize"]?.integer ?? 0
            guard call.url.contains("/query"), total > 12 else { return answer }
            return HTTPAnswer(
                status: 400,
                body: Array(
                    #"[{"errorCode":"QUERY_TIMEOUT","message":"Your query request was running for too long."}]"#.utf8
                )
            )
        }
        let ledger = MemoryLedger()
        try await org.org.seed("Account", count: 1)
        try await proxy.session().poll(ledger.request(["Account"]), into: ledger)
        for _ in 0..<100 {
            await org.advance(seconds: 8)
            try await org.org.seed("Account", count: 2)
        }
        var told: [String] = []
        for _ in 0..<6 {
            // As after a restart: only what is stored says how far the read came.
            try await proxy.session().poll(ledger.request(["Account"]), into: ledger)
            told += await ledger.log()
            await org.advance(seconds: 60)
        }
        #expect(told.count == 200)
        #expect(Set(told).count == 200)
        #expect(await ledger.records["Account"]?.problem == nil)
    }

    @Test func `An answer that is cut short without a way on ends in a sentence and no loop`() async throws {
        let org = InProcessOrg.empty()
        let isCut = Locked(false)
        let proxy = Proxy(org: org) { call, answer in
            guard isCut.withLock({ $0 }), call.url.contains("/queryAll") || call.url.contains("/composite") else {
                return answer
            }
            return Self.edited(answer) { $0.replacing("\"done\":true", with: "\"done\":false") }
        }
        let ledger = MemoryLedger()
        let session = await proxy.session()
        try await session.poll(ledger.request(["Account"]), into: ledger)
        await org.advance(seconds: 60)
        let id = try await org.org.create("Account", ["Name": "A"])
        isCut.withLock { $0 = true }
        await #expect(throws: SalesforceError.self) {
            try await session.poll(ledger.request(["Account"]), into: ledger)
        }
        isCut.withLock { $0 = false }
        try await session.poll(ledger.request(["Account"]), into: ledger)
        #expect(await ledger.log() == ["CREATED \(id)"])
    }

    @Test func `Where the address would be too long, the question goes in a body, or names fewer fields`() async throws
    {
        let org = InProcessOrg.empty()
        let proxy = Proxy(org: org) { call, answer in
            call.method == "GET" && call.url.utf8.count > 400 ? HTTPAnswer(status: 414) : answer
        }
        let ledger = MemoryLedger()
        let session = await proxy.session()
        try await session.poll(ledger.request(["Account"]), into: ledger)
        await org.advance(seconds: 60)
        let id = try await org.org.create("Account", ["Name": "A", "Industry": "Energy"])
        await org.org.add(
            FaultRule(.error(status: 404, code: "NOT_FOUND", message: "no"), path: "/composite", times: nil)
        )
        let report = try await session.poll(ledger.request(["Account"]), into: ledger)
        #expect(report.problems == [:])
        #expect(await ledger.entries["Account/" + id]?.fields.string("Industry") == "Energy")
        #expect(await ledger.log() == ["CREATED \(id)"])
        await org.org.removeFaults()
        #expect(try await session.poll(ledger.request(["Account", "Lead"]), into: ledger).problems == [:])
    }

    @Test func `Ids of fifteen characters are those of eighteen`() async throws {
        let org = InProcessOrg.empty()
        let ledger = MemoryLedger()
        try await org.session().poll(ledger.request(["Account"]), into: ledger)
        await org.advance(seconds: 60)
        let id = try await org.org.create("Account", ["Name": "A"])
        try await org.session().poll(ledger.request(["Account"]), into: ledger)
        let proxy = Proxy(org: org) { _, answer in
            Self.edited(answer) { $0.replacing("\"Id\":\"\(id)\"", with: "\"Id\":\"\(id.prefix(15))\"") }
        }
        try await proxy.session().poll(ledger.request(["Account"], reconcile: true), into: ledger)
        #expect(await ledger.log() == ["CREATED \(id)"])
    }

    @Test func `Newest rows without a stamp are not taken for an empty org`() async throws {
        let org = InProcessOrg.empty()
        try await org.org.create("Account", ["Name": "Old"])
        await org.advance(seconds: 60)
        let ledger = MemoryLedger()
        let odd = Proxy(org: org) { call, answer in
            guard call.url.contains("LIMIT+100") || call.url.contains("LIMIT%20100") else { return answer }
            var answer = answer
            answer.body = Array(#"{"records":[{"Id":7}],"done":true,"totalSize":1}"#.utf8)
            return answer
        }
        await #expect(throws: SalesforceError.self) {
            try await odd.session().poll(ledger.request(["Account"]), into: ledger)
        }
        for _ in 0..<2 { try await org.session().poll(ledger.request(["Account"]), into: ledger) }
        #expect(await ledger.takeEvents().isEmpty)
    }
}
