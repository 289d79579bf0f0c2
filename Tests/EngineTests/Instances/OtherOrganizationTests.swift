import Domain
import EngineAPI
import Salesforce
import Store
import TestSupport
import Testing

@testable import Engine

/// Credentials that lead to another org than the one whose records the ledger knows.
@Suite(.embeddedAndRemote, .timeLimit(.minutes(20)))
struct OtherOrganizationTests {
    private static let recordID = SalesforceID("001000000000001")?.text ?? ""

    private func run(_ body: (EngineFixture, ScriptedOrg, ManualClock, InstanceID) async throws -> Void) async throws {
        let clock = ManualClock()
        let org = ScriptedOrg(clock: clock)
        try await EngineFixture.run(org, clock: clock) { fixture in
            let id = try await fixture.client.createInstance(.sample()).id
            clock.advance(seconds: 10)
            org.script { $0.pages = [[.row(1, name: "Ada", stamp: clock.now, created: clock.now)]] }
            _ = try await fixture.client.poll(id)
            #expect(try await fixture.store.counts(EventFilter()).total == 1)
            org.script { $0.organization = ("00D000000000002EAA", "Other") }
            try await body(fixture, org, clock, id)
        }
    }

    private func other(_ change: (inout InstanceDraft) -> Void = { _ in }) -> InstanceDraft {
        var draft = InstanceDraft.sample { $0.apiKey = "another" }
        draft.authorizationCode = "c2"
        change(&draft)
        return draft
    }

    @Test func `another org is refused, with both named, and nothing is changed`() async throws {
        try await run { fixture, org, _, id in
            let before = try await fixture.store.instance(id)
            await #expect {
                try await fixture.client.updateInstance(id, other())
            } throws: { error in
                guard let error = error as? ClientError, case .otherOrganization(let found, let watched) = error.kind,
                    found.contains("Other"), watched.contains("Acme")
                else { return false }
                return [
                    "00D000000000001EAA (Acme)", "00D000000000002EAA (Other)", "allowOtherOrganization",
                    "--other-organization",
                ].allSatisfy { error.message.contains($0) }
            }
            #expect(try await fixture.store.instance(id) == before)
            let entry = try await fixture.store.ledgerEntry(id, object: "Account", recordID: Self.recordID)
            #expect(entry != nil)
            _ = try await fixture.client.poll(id)
        }
    }

    @Test func `where it is meant, the ledger begins anew and the events stay`() async throws {
        try await run { fixture, org, _, id in
            await #expect(throws: ClientError.self) { try await fixture.client.updateInstance(id, other()) }
            #expect(org.snapshot.connections == 2)
            // The code that was redeemed for the refused change is not lost.
            let overview = try await fixture.client.updateInstance(id, other { $0.allowsOtherOrganization = true })
            #expect(org.snapshot.connections == 2)
            guard case .live = overview.source else {
                Issue.record("\(overview.source)")
                return
            }
            #expect(overview.organizationName == "Other")
            #expect(org.snapshot.requests.last?.records.isEmpty == true)
            let entry = try await fixture.store.ledgerEntry(id, object: "Account", recordID: Self.recordID)
            #expect(entry == nil)
            #expect(try await fixture.store.counts(EventFilter()).total == 1)
            let records = try await fixture.store.pollerRecords(id)
            #expect(Set(records.map(\.object)) == ["Account", "Contact", Poller.spentName])
        }
    }

    @Test func `the same org with other credentials keeps its ledger`() async throws {
        try await run { fixture, org, _, id in
            // As a token names it: by 15 characters.
            org.script { $0.organization = ("00D000000000001", "Acme") }
            _ = try await fixture.client.updateInstance(id, other())
            let entry = try await fixture.store.ledgerEntry(id, object: "Account", recordID: Self.recordID)
            #expect(entry != nil)
            #expect(org.snapshot.requests.last?.records.isEmpty == false)
        }
    }

    @Test func `what a running poll of the former org still brings does not come into the new ledger`() async throws {
        try await run { fixture, org, clock, id in
            let gate = Gate()
            clock.advance(seconds: 10)
            org.script {
                $0.gate = gate
                $0.pages = [[.row(2, name: "Late", stamp: clock.now, created: clock.now)]]
            }
            let polls = org.snapshot.polls
            async let late = fixture.client.poll(id)
            try await waitUntil("the poll asks the org") { org.snapshot.polls > polls }
            async let change = fixture.client.updateInstance(id, other { $0.allowsOtherOrganization = true })
            let poller = try await fixture.engine.directory.entry(id).sources.poller
            try await waitUntil("polling is suspended") { await poller.isSuspended }
            org.script { $0.gate = nil }
            gate.open()
            _ = try? await late
            _ = try await change
            let former = SalesforceID("001000000000002")?.text ?? ""
            let entry = try await fixture.store.ledgerEntry(id, object: "Account", recordID: former)
            #expect(entry == nil)
        }
    }

    @Test func `an instance without settings names what is missing, and no org is asked`() async throws {
        let clock = ManualClock()
        let org = ScriptedOrg(clock: clock)
        try await EngineFixture.run(org, clock: clock) { fixture in
            await #expect {
                try await fixture.client.createInstance(InstanceDraft(name: "a", configuration: .init()))
            } throws: { error in
                error is ConfigurationRejected && "\(error)".contains("oauth.api.key")
                    && "\(error)".contains("oauth.api.secret")
            }
            let made = try await fixture.client.createInstance(.sample())
            let changed = InstanceDraft.sample {
                $0.grantType = .jwtBearer
                $0.username = "ada@acme.example"
            }
            await #expect {
                try await fixture.client.updateInstance(made.id, changed)
            } throws: { error in
                error is ConfigurationRejected && "\(error)".contains("oauth.jwt.private_key")
            }
            #expect(org.snapshot.connections == 1)
        }
    }
}
