import Domain
import Engine
import EngineAPI
import Primitives
import Salesforce
import Store
import TestSupport
import Testing

/// Refresh tokens that are dead once they were shown.
@Suite(.timeLimit(.minutes(20)))
struct RotatedTokenTests {
    private let clock = ManualClock()

    private func sample(_ change: (inout InstanceConfiguration) -> Void = { _ in }) -> InstanceDraft {
        var draft = InstanceDraft.sample {
            $0.grantType = .refreshToken
            $0.refreshToken = "first"
            change(&$0)
        }
        draft.authorizationCode = nil
        return draft
    }

    private func with(
        store wrap: (any EventStore) -> any EventStore = { $0 },
        _ body: (EngineFixture, ScriptedOrg) async throws -> Void
    ) async throws {
        let org = ScriptedOrg(clock: clock)
        org.script { $0.rotates = true }
        try await EngineFixture.run(org, clock: clock, store: wrap) { fixture in try await body(fixture, org) }
    }

    private func stored(_ id: InstanceID, _ fixture: EngineFixture) async throws -> String? {
        try await fixture.store.instance(id)?.connection?.refreshToken?.exposed
    }

    @Test func `a change of the app's secret shows the newest token, not the one of the settings`() async throws {
        try await with { fixture, org in
            let id = try await fixture.client.createInstance(sample()).id
            #expect(org.snapshot.lastConfiguration?.refreshToken == "first")
            _ = try await fixture.client.updateInstance(id, sample { $0.apiSecret = "other" })
            #expect(org.snapshot.lastConfiguration?.refreshToken == "refresh-1")
            #expect(try await stored(id, fixture) == "refresh-2")
            #expect(try await fixture.store.instance(id)?.configuration.refreshToken == "first")
            // One that a person gives counts.
            _ = try await fixture.client.updateInstance(
                id,
                sample {
                    $0.apiSecret = "other"
                    $0.refreshToken = "given"
                }
            )
            #expect(org.snapshot.lastConfiguration?.refreshToken == "given")
        }
    }

    @Test func `the new token is stored although the change is refused`() async throws {
        try await with { fixture, org in
            let id = try await fixture.client.createInstance(sample()).id
            let wrong = sample {
                $0.apiSecret = "other"
                $0.objects = ["Acount"]
            }
            await #expect(throws: ConfigurationRejected.self) {
                try await fixture.client.updateInstance(id, wrong)
            }
            #expect(try await stored(id, fixture) == "refresh-2")
            #expect(try await fixture.store.instance(id)?.configuration.apiSecret == "secret")
            _ = try await fixture.client.updateInstance(id, sample { $0.apiSecret = "other" })
            #expect(org.snapshot.lastConfiguration?.refreshToken == "refresh-2")
            #expect(try await stored(id, fixture) == "refresh-3")
        }
    }

    @Test func `a draft that is refused for another reason keeps what its token brought`() async throws {
        try await with { fixture, org in
            await #expect(throws: ConfigurationRejected.self) {
                try await fixture.client.createInstance(sample { $0.objects = ["Acount"] })
            }
            let id = try await fixture.client.createInstance(sample()).id
            #expect(org.snapshot.connections == 1, "the token was shown once")
            #expect(try await stored(id, fixture) == "refresh-1")
        }
    }

    @Test func `what the org refuses about a connection it refuses at every try`() async throws {
        try await with { fixture, org in
            org.script { $0.identityError = SalesforceError(.authorization, "The API is switched off for this user.") }
            for _ in 0..<2 {
                await #expect {
                    try await fixture.client.createInstance(sample())
                } throws: {
                    ($0 as? ClientError)?.message == "The API is switched off for this user."
                }
            }
            #expect(try await fixture.store.instances().isEmpty)
            org.script { $0.identityError = nil }
            let id = try await fixture.client.createInstance(sample()).id
            #expect(org.snapshot.connections == 1, "the token was shown once")
            #expect(try await stored(id, fixture) == "refresh-1")
        }
    }

    @Test func `so does one that can't be stored`() async throws {
        let isRefused = Locked(true)
        func wrap(_ disk: any EventStore) -> any EventStore {
            let store = DyingStore(disk)
            store.refuse { $0 == "createInstance(_:)" && isRefused.withLock { $0 } }
            return store
        }
        try await with(store: wrap) { fixture, org in
            await #expect(throws: (any Error).self) { try await fixture.client.createInstance(sample()) }
            isRefused.withLock { $0 = false }
            let id = try await fixture.client.createInstance(sample()).id
            #expect(org.snapshot.connections == 1)
            #expect(try await stored(id, fixture) == "refresh-1")
        }
    }

    @Test func `a new token whose write failed is stored later, and so are those after it`() async throws {
        let scratch = try ScratchDirectory()
        defer { scratch.remove() }
        let org = ScriptedOrg(clock: clock)
        let isRefused = Locked(false)
        func wrap(_ disk: any EventStore) -> any EventStore {
            let store = DyingStore(disk)
            store.refuse { $0 == "updateInstance(_:)" && isRefused.withLock { $0 } }
            return store
        }
        let id = try await EngineFixture.run(org, clock: clock, directory: scratch.path, store: wrap) { fixture in
            let id = try await fixture.client.createInstance(sample()).id
            let save = try #require(org.snapshot.saves.last)
            let first = try #require(try await fixture.store.instance(id)?.connection)
            let second = renewed(first, "second")
            isRefused.withLock { $0 = true }
            await #expect(throws: DyingStore.Refused.self) { try await save(second) }
            isRefused.withLock { $0 = false }
            let before = try await stored(id, fixture)
            #expect(before == first.refreshToken?.exposed)
            try await save(second)
            let next = try await stored(id, fixture)
            #expect(next == "refresh second")
            try await save(renewed(second, "third"))
            return id
        }
        try await EngineFixture.run(org, clock: clock, directory: scratch.path) { fixture in
            let kept = try await stored(id, fixture)
            #expect(kept == "refresh third")
        }
    }

    private func renewed(_ connection: OrgConnection, _ name: String) -> OrgConnection {
        var next = connection
        (next.accessToken, next.refreshToken) = (Secret("access \(name)"), Secret("refresh \(name)"))
        return next
    }

    @Test func `a token that does not rotate is shown again`() async throws {
        try await with { fixture, org in
            org.script { $0.rotates = false }
            let draft = sample { $0.refreshToken = "refresh" }
            var wrong = draft
            wrong.configuration.objects = ["Acount"]
            await #expect(throws: ConfigurationRejected.self) {
                try await fixture.client.createInstance(wrong)
            }
            _ = try await fixture.client.createInstance(draft)
            #expect(org.snapshot.connections == 2)
        }
    }
}
