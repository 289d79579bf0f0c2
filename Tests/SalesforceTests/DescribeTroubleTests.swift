import Domain
import Primitives
import Salesforce
import SimulatedOrg
import Testing

/// An org that can't describe one of its objects, asked for that one alone.
struct DescribeTroubleTests {
    private static let objects = ["Account", "Contact"]

    /// Asked for no more than one object at once.
    private static func orgWithoutComposite() async -> InProcessOrg {
        let org = InProcessOrg.empty()
        await org.org.add(
            FaultRule(.error(status: 404, code: "NOT_FOUND", message: "no"), path: "/composite$", times: nil)
        )
        return org
    }

    /// `isKnown`: the object was polled before, and news of it ask for its field list in the middle of a poll.
    @Test(
        arguments: [
            .serverError, .unavailable, .edge, .reset(afterEffect: false), .cut(after: 40),
            .error(status: 400, code: "OPERATION_TOO_LARGE", message: "no"),
        ] as [FaultRule.Effect],
        [false, true]
    )
    func `what can't be described just now costs no other object its poll`(
        effect: FaultRule.Effect,
        isKnown: Bool
    ) async throws {
        let org = await Self.orgWithoutComposite()
        let ledger = MemoryLedger()
        let session = await org.session()
        try await session.poll(ledger.request(isKnown ? Self.objects : ["Account"]), into: ledger)
        await org.advance(seconds: 60)
        await org.org.add(FaultRule(effect, path: "/sobjects/Contact/describe", times: nil))
        let account = try await org.org.create("Account", ["Name": "A"])
        let contact = try await org.org.create("Contact", ["LastName": "A"])
        let report = try await session.poll(ledger.request(Self.objects), into: ledger)
        #expect(report.problems.keys.sorted() == ["Contact"])
        #expect(report.failures.keys.sorted() == ["Contact"])
        #expect(await ledger.log() == ["CREATED \(account)"])
        // Nothing of it is passed over.
        await org.org.removeFaults()
        try await session.poll(ledger.request(Self.objects), into: ledger)
        #expect(await ledger.log() == (isKnown ? ["CREATED \(contact)"] : []))
        #expect(await ledger.records["Contact"]?.problem == nil)
    }

    @Test(
        arguments: [
            (.dailyLimit, .dailyLimit), (.sessionExpired, .transient),
            (.error(status: 403, code: "API_DISABLED_FOR_ORG", message: "no"), .authorization),
            (.answer(status: 302, headers: ["Location": "http://elsewhere.example/"], body: ""), .elsewhere),
        ] as [(FaultRule.Effect, SalesforceError.Kind)]
    )
    func `trouble of the whole org ends the poll all the same`(
        effect: FaultRule.Effect,
        kind: SalesforceError.Kind
    ) async throws {
        let org = await Self.orgWithoutComposite()
        let ledger = MemoryLedger()
        let session = await org.session()
        try await session.poll(ledger.request(["Account"]), into: ledger)
        await org.org.add(FaultRule(effect, path: "/sobjects/Contact/describe", times: nil))
        await #expect {
            try await session.poll(ledger.request(Self.objects), into: ledger)
        } throws: { ($0 as? SalesforceError)?.kind == kind }
    }

    @Test func `a host that can't be reached ends the poll at the first object`() async throws {
        let org = await Self.orgWithoutComposite()
        let ledger = MemoryLedger()
        let proxy = Proxy(org: org) { call in
            if call.url.contains("/describe") { throw HTTPFault.unreachable("no route") }
        }
        let session = await proxy.session()
        await #expect {
            try await session.poll(ledger.request(Self.objects), into: ledger)
        } throws: { ($0 as? SalesforceError)?.kind == .unreachable }
    }

    @Test func `trouble that passes is the whole poll's where all objects have it`() async throws {
        let org = await Self.orgWithoutComposite()
        let ledger = MemoryLedger()
        await org.org.add(FaultRule(.serverError, path: "/describe", times: nil))
        let session = await org.session()
        await #expect {
            try await session.poll(ledger.request(Self.objects), into: ledger)
        } throws: { ($0 as? SalesforceError)?.kind == .transient }
    }
}
