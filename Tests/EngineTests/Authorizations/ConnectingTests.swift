import Domain
import Engine
import EngineAPI
import Salesforce
import Store
import TestSupport
import Testing

/// Instances that are connected by an authorization from the browser.
@Suite(.embeddedAndRemote)
struct ConnectingTests {
    private let clock = ManualClock()

    private func sample(_ change: (inout InstanceConfiguration) -> Void = { _ in }) -> InstanceDraft {
        var draft = InstanceDraft.sample(change: change)
        draft.authorizationCode = nil
        return draft
    }

    /// Begins an authorization for a draft and lets the browser bring a code.
    private func grant(
        _ fixture: EngineFixture,
        _ draft: InstanceDraft,
        for id: InstanceID? = nil
    ) async throws -> String {
        let begun = try await fixture.client.beginAuthorization(draft.configuration, for: id)
        let redirect = AuthorizationRedirect(state: begun.state, code: "aPrx", error: nil, errorDescription: nil)
        #expect(fixture.engine.acceptRedirect(redirect) == .granted)
        return begun.state
    }

    private func with(
        _ options: EngineOptions = .init(),
        _ body: (EngineFixture, ScriptedOrg) async throws -> Void
    ) async throws {
        let org = ScriptedOrg(clock: clock)
        try await EngineFixture.run(org, clock: clock, options: options) { fixture in
            fixture.engine.acceptRedirects(at: "http://localhost:8181/oauth/callback")
            try await body(fixture, org)
        }
    }

    @Test func `code, verifier and redirect address of the attempt are exchanged, and nothing of it is stored`()
        async throws
    {
        try await with { fixture, org in
            var draft = sample()
            draft.authorizationState = try await grant(fixture, draft)
            let made = try await fixture.client.createInstance(draft)
            let seen = org.snapshot
            #expect(seen.lastCode == "aPrx")
            #expect(seen.lastConfiguration?.oauthCallbackURL == "http://localhost:8181/oauth/callback")
            let verifier = try #require(seen.lastVerifier)
            #expect(PKCE(verifier: verifier).challenge == seen.lastChallenge)
            #expect(made.configuration.oauthCallbackURL.isEmpty)
            #expect(made.isConnected)
            await #expect(throws: ClientError.self, "an authorization is used once") {
                try await fixture.client.createInstance(draft)
            }
        }
    }

    @Test func `an authorization of another app or endpoint is not shown to this one`() async throws {
        try await with { fixture, org in
            var draft = sample()
            draft.authorizationState = try await grant(fixture, draft)
            var other = draft
            other.configuration.baseURL = "https://elsewhere.example"
            await #expect(throws: ClientError.self) { try await fixture.client.createInstance(other) }
            #expect(org.snapshot.lastCode == nil)
            _ = try await fixture.client.createInstance(draft)
        }
    }

    @Test func `a draft that is refused for another reason keeps its authorization`() async throws {
        try await with { fixture, org in
            var draft = sample { $0.objects = ["Acount"] }
            draft.authorizationState = try await grant(fixture, draft)
            await #expect(throws: ConfigurationRejected.self) { try await fixture.client.createInstance(draft) }
            draft.configuration.objects = ["Account"]
            _ = try await fixture.client.createInstance(draft)
            #expect(org.snapshot.connections == 1, "the code was exchanged once")
        }
    }

    @Test func `an org that can't be reached costs no authorization, one that says no does`() async throws {
        try await with { fixture, org in
            var draft = sample()
            draft.authorizationState = try await grant(fixture, draft)
            org.script { $0.connectError = SalesforceError(.unreachable, "No answer.") }
            await #expect(throws: ClientError.self) { try await fixture.client.createInstance(draft) }
            org.script { $0.connectError = SalesforceError(.authorization, "No.") }
            await #expect(throws: ClientError.self) { try await fixture.client.createInstance(draft) }
            org.script { $0.connectError = nil }
            await #expect(throws: ClientError.self) { try await fixture.client.createInstance(draft) }
            #expect(org.snapshot.connections == 0)
        }
    }

    @Test func `nothing is stored before access is granted`() async throws {
        try await with { fixture, org in
            var draft = sample()
            draft.authorizationState = try await fixture.client.beginAuthorization(draft.configuration, for: nil).state
            await #expect(throws: ClientError.self) { try await fixture.client.createInstance(draft) }
            #expect(try await fixture.store.instances().isEmpty)
        }
    }

    @Test func `a pasted code that the org refuses can be given anew, one of the browser can't`() async throws {
        try await with { fixture, org in
            let refusal = SalesforceError(.authorization, "The code is expired, used or mistyped.")
            var draft = sample()
            let state = try await fixture.client.beginAuthorization(draft.configuration, for: nil).state
            draft.authorizationState = state
            _ = try await fixture.client.completeAuthorization(state, reply: "oops")
            org.script { $0.connectError = refusal }
            await #expect(throws: ClientError.self) { try await fixture.client.createInstance(draft) }
            let standing = try await fixture.client.authorization(state, waiting: 0)
            #expect(standing == .waiting)
            _ = try await fixture.client.completeAuthorization(state, reply: "aPrx")
            org.script { $0.connectError = nil }
            _ = try await fixture.client.createInstance(draft)
            #expect(org.snapshot.lastCode == "aPrx")

            draft.authorizationState = try await grant(fixture, draft)
            org.script { $0.connectError = refusal }
            await #expect(throws: ClientError.self) { try await fixture.client.createInstance(draft) }
            let over = try #require(draft.authorizationState)
            let gone = await #expect(throws: ClientError.self) {
                try await fixture.client.authorization(over, waiting: 0)
            }
            #expect(gone?.kind == .notFound)
        }
    }

    @Test func `an instance with a dead grant is connected again, and goes live`() async throws {
        try await with { fixture, org in
            var draft = sample()
            draft.authorizationState = try await grant(fixture, draft)
            let id = try await fixture.client.createInstance(draft).id
            org.script { $0.error = SalesforceError(.authorization, "The refresh token is expired or revoked.") }
            await #expect(throws: ClientError.self) { try await fixture.client.poll(id) }
            let dead = try await fixture.client.instance(id)
            guard case .needsAttention = dead.source else {
                Issue.record("\(dead.source)")
                return
            }
            org.script { $0.error = nil }
            // The screen knows masks only.
            var again = InstanceDraft(name: dead.name, tags: dead.tags, configuration: dead.configuration)
            again.authorizationState = try await grant(fixture, again, for: id)
            let alive = try await fixture.client.updateInstance(id, again)
            guard case .live = alive.source else {
                Issue.record("\(alive.source)")
                return
            }
            #expect(org.snapshot.lastConfiguration?.apiKey == "consumer")
        }
    }

    @Test func `a session that was replaced can't bring its token back`() async throws {
        try await with { fixture, org in
            var draft = sample()
            draft.authorizationState = try await grant(fixture, draft)
            let id = try await fixture.client.createInstance(draft).id
            let old = try #require(org.snapshot.saves.last)
            draft.authorizationState = try await grant(fixture, draft)
            _ = try await fixture.client.updateInstance(id, draft)
            let current = try #require(try await fixture.store.instance(id)?.connection)
            var late = current
            late.accessToken = "of the old session"
            try await old(late)
            #expect(try await fixture.store.instance(id)?.connection == current)
        }
    }

    @Test func `grants that need no person begin no authorization, but can be asked again`() async throws {
        try await with { fixture, org in
            let draft = sample {
                $0.grantType = .clientCredentials
                $0.baseURL = "https://acme.my.salesforce.com"
            }
            await #expect(throws: ClientError.self) {
                try await fixture.client.beginAuthorization(draft.configuration, for: nil)
            }
            let id = try await fixture.client.createInstance(draft).id
            var again = draft
            again.connectsAnew = true
            _ = try await fixture.client.updateInstance(id, again)
            #expect(org.snapshot.connections == 2)
        }
    }

    @Test func `without a consumer key there is nothing to open`() async throws {
        try await with { fixture, _ in
            let draft = sample { $0.apiKey = "" }
            await #expect(throws: ConfigurationRejected.self) {
                try await fixture.client.beginAuthorization(draft.configuration, for: nil)
            }
        }
    }

    @Test func `the password grant works only when it is switched on`() async throws {
        let draft = sample {
            $0.grantType = .password
            $0.username = "ada@acme.example"
            $0.password = "secret"
        }
        try await with { fixture, org in
            await #expect {
                try await fixture.client.createInstance(draft)
            } throws: {
                "\($0)".contains("--allow-password-grant")
            }
            #expect(org.snapshot.connections == 0)
        }
        var options = EngineOptions()
        options.allowsPasswordGrant = true
        try await with(options) { fixture, org in
            _ = try await fixture.client.createInstance(draft)
            #expect(org.snapshot.connections == 1)
        }
    }

    @Test func `a session that was got by password is not used once the grant is off`() async throws {
        let draft = sample {
            $0.grantType = .password
            $0.username = "ada@acme.example"
            $0.password = "secret"
        }
        let scratch = try ScratchDirectory()
        defer { scratch.remove() }
        let directory = scratch.path
        let org = ScriptedOrg(clock: clock)
        var options = EngineOptions()
        options.allowsPasswordGrant = true
        let id = try await EngineFixture.run(org, clock: clock, options: options, directory: directory) {
            try await $0.client.createInstance(draft).id
        }
        try await EngineFixture.run(org, clock: clock, directory: directory) { fixture in
            await #expect(throws: ClientError.self) { try await fixture.client.poll(id) }
            guard case .needsAttention(let reason, _, _) = try await fixture.client.instance(id).source else {
                Issue.record("not told")
                return
            }
            #expect(reason.contains("--allow-password-grant"))
        }
    }
}
