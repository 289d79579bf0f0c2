import Domain
import Primitives
import SimulatedOrg
import Testing

@testable import Salesforce

/// Sessions that end in the middle of what they were got for.
struct EndedSessionTests {
    @Test func `records that are looked up are asked for until they are there, and never twice for nothing`() throws {
        let entries = (0..<10).map { DeleteLog.Entry(recordID: "00\($0)", date: Timestamp(seconds: 1)) }
        var look = try #require(LookUp(entries))
        let part = QueryPage(totalSize: 10, isDone: false, nextPath: "/services/data/v67.0/query/01g-3", rows: [])
        for number in 0..<3 { look.find("00\(number)") }
        #expect(look.missing(after: part) == nil)
        #expect(look.resume() == true)
        #expect(look.path == nil)
        #expect(look.open.map(\.recordID) == (3..<10).map { "00\($0)" })
        #expect(look.missing(after: part) == nil)
        #expect(look.resume() == false)
        look.find("009")
        #expect(look.resume() == true)
        let end = QueryPage(totalSize: 6, isDone: true, rows: [])
        #expect(look.missing(after: end)?.map(\.recordID) == (3..<9).map { "00\($0)" })
    }

    @Test func `a session that ends between the parts of one call is renewed, and all of it is asked again`()
        async throws
    {
        let org = InProcessOrg.empty()
        let session = await org.session()
        let ledger = MemoryLedger()
        let request = await ledger.request(["Account", "Contact"])
        try await session.poll(request, into: ledger)
        await org.advance(seconds: 60)
        try await org.org.seed("Account", count: 3)
        try await org.org.seed("Contact", count: 3)
        await org.org.add(FaultRule(.sessionExpired, path: "/query", skip: 1, times: 1, aimsAtParts: true))
        await org.org.resetCalls()
        let report = try await session.poll(ledger.request(["Account", "Contact"]), into: ledger)
        #expect(report.problems.isEmpty)
        #expect(await ledger.log().count == 6)
        #expect(await org.org.calls["POST /services/oauth2/token"] == 1)
    }

    @Test func `parts that stay refused are a passing fault`() async throws {
        let org = InProcessOrg.empty()
        let session = await org.session()
        let ledger = MemoryLedger()
        await org.org.add(FaultRule(.sessionExpired, path: "/query", times: nil, aimsAtParts: true))
        await #expect {
            try await session.poll(ledger.request(["Account", "Contact"]), into: ledger)
        } throws: { ($0 as? SalesforceError)?.kind == .transient }
    }

    @Test func `one refused new session is chance, three in a row need a person`() async throws {
        let org = InProcessOrg.empty()
        let session = await org.session()
        await org.org.add(FaultRule(.sessionExpired, path: "/sobjects", times: nil))
        var kinds: [SalesforceError.Kind] = []
        for _ in 0..<3 {
            do { _ = try await session.describeObjects() } catch let error as SalesforceError {
                kinds.append(error.kind)
                #expect(error.providerMessage == "Session expired or invalid")
            }
        }
        #expect(kinds == [.transient, .transient, .authorization])
    }
}
