import Domain
import Primitives
import Salesforce
import Testing

/// The org counts each call that reaches it, and so does the budget, though the answer breaks on its way.
struct BrokenAnswerCountTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let fault: any Error
        let wasSent: Bool
    }

    private static let cases = [
        Case(testDescription: "broken off", fault: HTTPFault.interrupted("gone"), wasSent: true),
        Case(testDescription: "too large", fault: HTTPFault.tooLarge(limit: 1), wasSent: true),
        Case(testDescription: "too late", fault: HTTPFault.exceeded(.head), wasSent: true),
        Case(testDescription: "stopped here", fault: CancellationError(), wasSent: true),
        Case(testDescription: "no HTTP", fault: HTTPFault.malformed("no HTTP"), wasSent: true),
        Case(testDescription: "nobody there", fault: HTTPFault.unreachable("no route"), wasSent: false),
        Case(testDescription: "no TLS", fault: HTTPFault.broken("no TLS"), wasSent: false),
    ]

    @Test(arguments: cases)
    func `A call counts once it was sent`(test: Case) async throws {
        let org = InProcessOrg.empty()
        let ledger = MemoryLedger()
        let isBreaking = Locked(false)
        let asked = Locked(0)
        let proxy = Proxy(org: org) { call in
            guard isBreaking.withLock({ $0 }), call.url.contains("/services/data/v") else { return }
            asked.withLock { $0 += 1 }
            throw test.fault
        }
        let session = await proxy.session()
        try await session.poll(ledger.request(["Account"]), into: ledger)
        _ = await session.drainCalls()
        await org.advance(seconds: 60)
        isBreaking.withLock { $0 = true }
        _ = try? await session.poll(ledger.request(["Account"]), into: ledger)
        let (counted, requests) = (await session.drainCalls().total, asked.withLock { $0 })
        #expect(requests > 0)
        #expect(counted == (test.wasSent ? requests : 0))
    }
}
