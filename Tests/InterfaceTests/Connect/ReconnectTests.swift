import Domain
import Drawing
import EngineAPI
import TestSupport
import Testing

@testable import Interface

/// Connecting an instance that was connected before.
@Suite(.cases)
struct ReconnectTests {
    @Test func `connecting again leaves unsaved changes alone`() {
        var driver = Driver(140, 40, instances: [ConnectTests.dead])
        driver.keys("c space")
        driver.keys("2 C")
        guard case .beginAuthorization(let token, let configuration, 1)? = driver.commands.last else {
            Issue.record("nothing was begun: \(driver.commands)")
            return
        }
        #expect(configuration.eventsEnabled)
        driver.send(.authorizationBegun(token: token, .success(ConnectTests.authorization)))
        driver.send(.authorization(state: ConnectTests.authorization.state, .success(.granted)))
        driver.save(.success(Sample.overview { $0.grantType = .authorizationCode }))
        #expect(driver.text.contains("mySFDCInstance is connected again."))
        #expect(driver.form.isDirty)
    }

    private static let otherOrganization = Failure.otherOrganization(
        found: "00D000000000002EAA (Other)",
        watched: "00D000000000001EAA (Acme)"
    )

    @Test func `another org than before is asked about, and goes over with the access that was granted`() {
        var driver = Driver(140, 40, instances: [ConnectTests.dead])
        driver.keys("2 C")
        guard case .beginAuthorization(let token, _, 1)? = driver.commands.last else {
            Issue.record("nothing was begun: \(driver.commands)")
            return
        }
        driver.send(.authorizationBegun(token: token, .success(ConnectTests.authorization)))
        driver.send(.authorization(state: ConnectTests.authorization.state, .success(.granted)))
        driver.save(.failure(Self.otherOrganization))
        #expect(driver.text.contains("Watch another org?") && driver.text.contains("00D000000000002EAA"))
        driver.forget()
        driver.keys("y")
        guard case .update(_, 1, let draft)? = driver.commands.first else {
            Issue.record("nothing was applied: \(driver.commands)")
            return
        }
        #expect(draft.allowsOtherOrganization && draft.authorizationState == ConnectTests.authorization.state)
        driver.save(.success(Sample.overview { $0.grantType = .authorizationCode }))
        #expect(driver.dashboard.layers.isEmpty)
    }

    @Test func `another org than before is asked about with other grants, and nothing happens without a yes`() {
        var driver = Driver(140, 40)
        driver.keys("C y")
        driver.save(.failure(Self.otherOrganization))
        #expect(driver.text.contains("Watch another org?"))
        driver.forget()
        driver.keys("esc")
        #expect(driver.commands.isEmpty && driver.dashboard.layers.isEmpty)
        driver.keys("C y")
        driver.save(.failure(Self.otherOrganization))
        driver.forget()
        driver.keys("y")
        guard case .update(_, 1, let draft)? = driver.commands.first else {
            Issue.record("nothing was applied: \(driver.commands)")
            return
        }
        #expect(draft.allowsOtherOrganization && draft.connectsAnew)
    }

    @Test func `other grants are asked again without a browser`() {
        var driver = Driver(140, 40)
        driver.forget()
        driver.keys("C y")
        guard case .update(_, 1, let draft)? = driver.commands.first else {
            Issue.record("nothing was asked: \(driver.commands)")
            return
        }
        #expect(draft.connectsAnew)
        driver.save(.failure(.failed("The app has no Run As user.")))
        #expect(driver.text.contains("Not connected: The app has no Run As user."))
    }
}
