import Callbacks
import Domain
import EngineAPI
import TestSupport
import Testing

@testable import Engine

/// Callbacks at addresses that `--callback-deny` keeps them from.
@Suite(.embeddedAndRemote, .timeLimit(.minutes(20)))
struct DeniedCallbackTests {
    @Test func `one is refused as soon as it is set, also in the place of another`() async throws {
        let clock = ManualClock()
        let org = ScriptedOrg(clock: clock)
        var options = EngineOptions()
        options.callbackRule = try AddressRule(denying: "10.0.0.0/8")
        try await EngineFixture.run(org, clock: clock, options: options) { fixture in
            let denied = InstanceDraft.sample(callback: "http://10.1.1.1/x")
            let error = await #expect(throws: ConfigurationRejected.self) {
                try await fixture.client.createInstance(denied)
            }
            #expect(error?.issues.map(\.key) == [.callbackURL])
            #expect(error?.description.contains("--callback-deny") == true)
            #expect(org.snapshot.connections == 0)
            let made = try await fixture.client.createInstance(.sample())
            await #expect(throws: ConfigurationRejected.self) {
                try await fixture.client.updateInstance(made.id, denied)
            }
        }
    }
}
