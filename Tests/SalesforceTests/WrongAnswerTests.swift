import Domain
import Primitives
import SimulatedOrg
import Testing

@testable import Salesforce

/// Answers that read well and are not about what was asked: they end a poll at most, and what they say is not told.
struct WrongAnswerTests {
    /// An org with a contact and an account in it, polled once, that gives wrong answers while it is told to.
    private struct Wrong {
        let org: InProcessOrg
        let ledger = MemoryLedger()
        let session: any OrgSession
        private let proxy: Proxy
        private let isOn: Toggle

        private final class Toggle: Sendable {
            let isOn = Locked(false)
        }

        /// `edit` takes the address and the text of each answer.
        init(
            pageRows: Int? = nil,
            _ edit: @escaping @Sendable (_ url: String, _ text: String) -> String
        ) async throws {
            org = InProcessOrg.empty { $0.maximumPageRows = pageRows }
            let isOn = Toggle()
            self.isOn = isOn
            proxy = Proxy(org: org) { call, answer in
                guard isOn.isOn.withLock({ $0 }) else { return answer }
                var answer = answer
                answer.body = Array(edit(call.url, answer.text).utf8)
                return answer
            }
            session = await proxy.session()
            try await org.org.create("Account", ["Name": "A"])
            try await poll()
            await org.advance(seconds: 60)
        }

        func poll(reconcile: Bool = false, restarting: Bool = false) async throws {
            var session = session
            if restarting { session = await proxy.session() }
            try await session.poll(ledger.request(["Contact"], reconcile: reconcile), into: ledger)
        }

        /// Polls while the answers are wrong; why it failed, or what is wrong with the object.
        func pollWrongly(reconcile: Bool = false, restarting: Bool = false) async throws -> String? {
            isOn.isOn.withLock { $0 = true }
            defer { isOn.isOn.withLock { $0 = false } }
            do {
                try await poll(reconcile: reconcile, restarting: restarting)
            } catch let error as SalesforceError { return error.message }
            return await ledger.records["Contact"]?.problem
        }
    }

    // MARK: Descriptions

    @Test(
        arguments: [
            #"{"fields":[]}"#, #"{"name":"Contact","fields":[]}"#, #"{"name":"Account","fields":[]}"#,
            #"{"name":"Contact","fields":[{"name":"SystemModstamp","type":"datetime"},{"name":"Name","type":"string"}]}"#,
            #"{"name":"Contact","fields":[{"name":"Id","type":"id"},{"name":"LastName","type":"string"}]}"#,
            #"{"name":"Account","fields":[{"name":"Id","type":"id"},{"name":"SystemModstamp","type":"datetime"}]}"#,
        ]
    )
    func `A description that is none, or of another object, costs one poll`(description: String) async throws {
        let wrong = try await Wrong { url, text in url.contains("/describe") ? description : text }
        let id = try await wrong.org.org.create("Contact", ["LastName": "C"])
        let why = try await wrong.pollWrongly()
        #expect(why != nil)
        try await wrong.poll()
        #expect(await wrong.ledger.log() == ["CREATED \(id)"])
        #expect(await wrong.ledger.entries["Contact/" + id]?.fields.string("LastName") == "C")
        #expect(await wrong.ledger.records["Contact"]?.problem == nil)
    }

    @Test func `A list of fields is read anew after a query that was refused`() async throws {
        let wrong = try await Wrong { $1 }
        let refusal = FaultRule.Effect.error(status: 400, code: "MALFORMED_QUERY", message: "unexpected token")
        for parts in [false, true] {
            await wrong.org.org.add(FaultRule(refusal, path: "FROM%20Contact", times: nil, aimsAtParts: parts))
        }
        let why = try await wrong.pollWrongly()
        #expect(why != nil)
        await wrong.org.org.removeFaults()
        _ = await wrong.session.drainCalls()
        try await wrong.poll()
        #expect(await wrong.session.drainCalls()[.describe] == 1)
    }

    @Test func `A list of fields that serves is kept while no other can be had`() async throws {
        let wrong = try await Wrong { $1 }
        let refusal = FaultRule.Effect.error(status: 404, code: "NOT_FOUND", message: "no")
        await wrong.org.org.add(FaultRule(refusal, path: "/describe", times: 1))
        // A reconciling poll reads it whatever the rows show.
        let why = try await wrong.pollWrongly(reconcile: true)
        #expect(why != nil)
        _ = await wrong.session.drainCalls()
        try await wrong.poll()
        #expect(await wrong.session.drainCalls()[.describe] == 0)
        #expect(await wrong.ledger.records["Contact"]?.problem == nil)
    }

    @Test func `In an org with a namespace an object goes by its short name as well`() {
        let schema = ObjectSchema(name: "acme__Order__c", fields: ["Id"])
        #expect(schema.describes("acme__order__C") && schema.describes("Order__c"))
        #expect(!schema.describes("Account") && !schema.describes("order"))
    }

    // MARK: Rows and logs

    private static let strangers: [[(String, String)]] = [
        [(#""type":"Contact""#, #""type":"Account""#), (#""Id":"003"#, #""Id":"001"#)],
        // It says that it is a contact, and its address is another record's.
        [(#""Id":"003"#, #""Id":"001"#)],
        [(#""attributes":"#, #""about":"#), (#""Id":"003"#, #""Id":"001"#)],
    ]

    private static func edited(_ text: String, _ edits: [(String, String)]) -> String {
        edits.reduce(text) { $0.replacing($1.0, with: $1.1) }
    }

    @Test(arguments: 0..<3) func `A row of another object is not told`(index: Int) async throws {
        let wrong = try await Wrong { Self.edited($1, Self.strangers[index]) }
        let id = try await wrong.org.org.create("Contact", ["LastName": "C"])
        let why = try await wrong.pollWrongly()
        #expect(why?.contains("another object") == true)
        #expect(await wrong.ledger.log() == [])
        try await wrong.poll()
        #expect(await wrong.ledger.log() == ["CREATED \(id)"])
        #expect(await wrong.ledger.records["Contact"]?.problem == nil)
    }

    @Test(arguments: 0..<3) func `A next page that is another query's is not told`(index: Int) async throws {
        let wrong = try await Wrong(pageRows: 2) { url, text in
            url.contains("/query/") ? Self.edited(text, Self.strangers[index]) : text
        }
        let ids = try await wrong.org.org.seed("Contact", count: 5)
        let why = try await wrong.pollWrongly()
        #expect(why?.contains("another object") == true)
        try await wrong.poll()
        #expect(await wrong.ledger.log().sorted() == ids.map { "CREATED \($0)" }.sorted())
    }

    @Test(
        arguments: [
            // Seen as another object, as parts of a larger one are.
            [(#""type":"Contact""#, #""type":"Person""#)],
            // One of the prefixes that the object has beside the described one.
            [("003Hs0", "0C3Hs0")],
        ]
    )
    func `Rows that are merely unusual are told`(edits: [(String, String)]) async throws {
        let wrong = try await Wrong { Self.edited($1, edits) }
        try await wrong.org.org.create("Contact", ["LastName": "C"])
        let last = try await wrong.pollWrongly()
        #expect(last == nil)
        #expect(await wrong.ledger.log().count == 1)
    }

    /// Each of them by another process, or all by one.
    @Test(arguments: [false, true])
    func `What an org answers in each of many polls is how it answers`(restarts: Bool) async throws {
        let edits = [(#""type":"Contact""#, #""type":"Person""#), ("003Hs0", "0C3Hs0")]
        let wrong = try await Wrong { Self.edited($1, edits) }
        try await wrong.org.org.create("Contact", ["LastName": "C"])
        for _ in 0..<AnswerDoubts.mostInARow {
            let why = try await wrong.pollWrongly(restarting: restarts)
            #expect(why != nil)
            #expect(await wrong.ledger.log() == [])
        }
        let last = try await wrong.pollWrongly(restarting: restarts)
        #expect(last == nil)
        #expect(await wrong.ledger.log().count == 1)
        // One that knows it from the store alone.
        try await wrong.org.org.create("Contact", ["LastName": "D"])
        let later = try await wrong.pollWrongly(restarting: true)
        #expect(later == nil)
        #expect(await wrong.ledger.log().count == 1)
    }

    @Test func `Doubts that do not come in a row are not believed`() {
        var doubts = AnswerDoubts()
        for _ in 0..<3 {
            for _ in 1..<AnswerDoubts.mostInARow { doubts.add(["00Q"], of: "contact", by: "poll") }
            doubts.settle("contact", by: "poll")
        }
        #expect(doubts.believed(of: "contact") == [])
        for _ in 0..<AnswerDoubts.mostInARow {
            doubts.add(["00Q"], of: "contact", by: "backlog")
            doubts.settle("contact", by: "poll")
        }
        #expect(doubts.believed(of: "contact") == ["00Q"])
    }

    @Test func `A log of deletions that names records of another object deletes none`() async throws {
        let wrong = try await Wrong { $1.replacing(#""id":"003"#, with: #""id":"001"#) }
        let id = try await wrong.org.org.create("Contact", ["LastName": "C"])
        try await wrong.poll()
        #expect(await wrong.ledger.log() == ["CREATED \(id)"])
        try await wrong.org.org.hardDelete("Contact", id)
        await wrong.org.advance(seconds: 60)
        let why = try await wrong.pollWrongly()
        #expect(why?.contains("another object") == true)
        // Whoever shows it names the object before it.
        #expect(why?.hasPrefix("The log of deletions") == true)
        #expect(await wrong.ledger.log() == [])
        try await wrong.poll()
        #expect(await wrong.ledger.log() == ["DELETED \(id)"])
        #expect(await wrong.ledger.records["Contact"]?.problem == nil)
    }

    // MARK: Values

    @Test(arguments: ["null", #""x""#, "5"])
    func `Whether a row is deleted is not guessed`(value: String) async throws {
        let wrong = try await Wrong { $1.replacing(#""IsDeleted":true"#, with: #""IsDeleted":\#(value)"#) }
        let id = try await wrong.org.org.create("Contact", ["LastName": "C"])
        try await wrong.poll()
        try await wrong.org.org.delete("Contact", id)
        await wrong.org.advance(seconds: 60)
        try await wrong.poll()
        #expect(await wrong.ledger.log() == ["CREATED \(id)", "DELETED \(id)"])
        let why = try await wrong.pollWrongly()
        #expect(why?.contains("IsDeleted") == true)
        try await wrong.poll()
        #expect(await wrong.ledger.log() == [])
    }

    @Test(arguments: [#""""#, "[]", "1e400"])
    func `An odd creation date is no change of it`(value: String) async throws {
        let wrong = try await Wrong { $1.replacing(/"CreatedDate":"[^"]*"/, with: #""CreatedDate":\#(value)"#) }
        let id = try await wrong.org.org.create("Contact", ["LastName": "C"])
        try await wrong.poll()
        #expect(await wrong.ledger.log() == ["CREATED \(id)"])
        let why = try await wrong.pollWrongly()
        #expect(why?.contains("CreatedDate") == true)
        try await wrong.poll()
        #expect(await wrong.ledger.log() == [])
    }
}
