import Domain
import Primitives
import SimulatedOrg
import Testing

@testable import Salesforce

/// Orgs that lead from page to page for ever: each page costs a call of the day's allowance.
struct EndlessPageTests {
    enum Manner: String, CaseIterable, Sendable {
        /// The last page names itself.
        case itself
        /// Empty pages follow.
        case empty
        /// All pages come again, in turn.
        case inTurn
    }

    /// Lets what follows the pages of some queries never end.
    private final class Loop: Sendable {
        private struct State {
            var isOn = false
            var isFollowing = false
            var pages: [String] = []
            var calls = 0
        }

        private let manner: Manner
        /// What the addresses of the queries contain.
        private let query: String
        private let state = Locked(State())

        init(_ manner: Manner, after query: String) {
            self.manner = manner
            self.query = query
        }

        func turn(on isOn: Bool) { state.withLock { $0.isOn = isOn } }

        /// Calls for pages that no honest org has.
        var calls: Int { state.withLock { $0.calls } }

        func answer(_ call: HTTPCall, _ honest: HTTPAnswer) -> HTTPAnswer {
            state.withLock { state in
                guard state.isOn else { return honest }
                if let place = call.url.firstRange(of: "/query/endless-") {
                    state.calls += 1
                    let text = page(Int(call.url[place.upperBound...]) ?? 0, after: state.pages)
                    return HTTPAnswer(status: 200, body: Array(text.utf8))
                }
                let isFirst = call.url.contains(query)
                guard honest.isSuccess, isFirst || state.isFollowing && call.url.contains("/query/") else {
                    return honest
                }
                let text = honest.text
                state.pages = isFirst ? [text] : state.pages + [text]
                state.isFollowing = text.contains("\"done\":false")
                guard !state.isFollowing else { return honest }
                return HTTPAnswer(
                    status: 200,
                    headers: honest.headers,
                    body: Array(Self.leading(text, to: 0).utf8)
                )
            }
        }

        private func page(_ number: Int, after pages: [String]) -> String {
            let empty = "{\"totalSize\":9,\"done\":true,\"records\":[]}"
            switch manner {
            case .itself: return Self.leading(pages.last ?? empty, to: number)
            case .empty: return Self.leading(empty, to: number + 1)
            case .inTurn:
                return Self.leading(pages.isEmpty ? empty : pages[number % pages.count], to: number + 1)
            }
        }

        private static func leading(_ page: String, to number: Int) -> String {
            let next = "\"nextRecordsUrl\":\"/services/data/v67.0/query/endless-\(number)\""
            return page.replacing("\"done\":true", with: "\"done\":false,\(next)")
                .replacing(/"nextRecordsUrl":"[^"]*"/, with: next)
        }
    }

    private static func session(_ org: InProcessOrg, _ loop: Loop) async -> any OrgSession {
        await org.org.add(
            FaultRule(.error(status: 404, code: "NOT_FOUND", message: "no"), path: "/composite$", times: nil)
        )
        return await Proxy(org: org) { loop.answer($0, $1) }.session()
    }

    private func fail(
        _ session: any OrgSession,
        _ ledger: MemoryLedger,
        _ loop: Loop
    ) async throws {
        loop.turn(on: true)
        let error = await #expect(throws: SalesforceError.self) {
            try await session.poll(ledger.request(["Account"]), into: ledger)
        }
        loop.turn(on: false)
        #expect(error == PageTrail.endless)
        #expect((1...PageTrail.mostEmpty + 1).contains(loop.calls))
    }

    @Test(arguments: Manner.allCases) func `rows without end fail the poll, and the next one goes on`(
        manner: Manner
    ) async throws {
        let org = InProcessOrg.empty { $0.maximumPageRows = 2 }
        let loop = Loop(manner, after: "SystemModstamp%20ASC")
        let session = await Self.session(org, loop)
        let ledger = MemoryLedger()
        try await session.poll(ledger.request(["Account"]), into: ledger)
        await org.advance(seconds: 60)
        let ids = try await org.org.seed("Account", count: 4)
        try await fail(session, ledger, loop)
        try await session.poll(ledger.request(["Account"]), into: ledger)
        #expect(await ledger.log().sorted() == ids.map { "CREATED \($0)" }.sorted())
        #expect(await ledger.records["Account"]?.problem == nil)
    }

    @Test(arguments: Manner.allCases) func `further fields without end fail the poll, and the next one goes on`(
        manner: Manner
    ) async throws {
        let org = InProcessOrg.empty { $0.maximumQueryFields = 8 }
        let loop = Loop(manner, after: "%20IN%20")
        let session = await Self.session(org, loop)
        let ledger = MemoryLedger()
        try await org.org.create("Account", ["Name": "first"])
        try await session.poll(ledger.request(["Account"]), into: ledger)
        await org.advance(seconds: 60)
        let ids = try await org.org.seed("Account", count: 4)
        try await fail(session, ledger, loop)
        for _ in 0..<2 { try await session.poll(ledger.request(["Account"]), into: ledger) }
        #expect(await ledger.log().sorted() == ids.map { "CREATED \($0)" }.sorted())
    }

    @Test(arguments: Manner.allCases) func `a sweep that looks up records without end pauses and proves nothing`(
        manner: Manner
    ) async throws {
        let org = InProcessOrg.empty { $0.unreplicated = ["Account"] }
        let loop = Loop(manner, after: "%20IN%20")
        let session = await Self.session(org, loop)
        let ledger = MemoryLedger()
        try await session.poll(ledger.request(["Account"]), into: ledger)
        await org.advance(seconds: 60)
        let ids = try await org.org.seed("Account", count: 5)
        try await session.poll(ledger.request(["Account"]), into: ledger)
        _ = await ledger.takeEvents()
        await org.advance(seconds: 60)
        try await org.org.hardDelete("Account", ids[1])
        loop.turn(on: true)
        let report = try await session.poll(ledger.request(["Account"], reconcile: true), into: ledger)
        loop.turn(on: false)
        #expect(report.problems["Account"]?.contains("again and again") == true)
        #expect((1...PageTrail.mostEmpty + 1).contains(loop.calls))
        #expect(await ledger.log() == [])
        try await session.poll(ledger.request(["Account"]), into: ledger)
        #expect(await ledger.log() == ["DELETED \(ids[1])"])
    }
}
