import Domain
import Drawing
import EngineAPI
import TestSupport
import Testing

@testable import Interface

/// Fields that are edited here while somebody else changes them.
@Suite(.cases)
struct OvertakenTests {
    private static func typing() -> Driver {
        var driver = Driver()
        driver.keys("c tab tab ctrl+u")
        driver.type("https://mine.example/x")
        return driver
    }

    @Test func `what was changed elsewhere, too, is shown beside the draft and replaced only after a question`() {
        var driver = Self.typing()
        driver.setElsewhere("https://theirs.example")
        #expect(driver.text.contains("Changed elsewhere; in force now:"), "\(driver.text)")
        #expect(driver.form[text: .setting(.callbackURL)].text == "https://mine.example/x")
        driver.forget()
        driver.keys("ctrl+s")
        #expect(driver.commands.isEmpty && driver.text.contains("Replace what was set elsewhere?"))
        #expect(driver.text.contains("https://theirs.example"))
        // What nobody was shown is not replaced either.
        driver.setElsewhere("https://later.example")
        driver.forget()
        driver.keys("y")
        #expect(driver.commands.isEmpty && driver.text.contains("https://later.example"))
        driver.keys("y")
        guard case .update(_, 1, let draft)? = driver.commands.first else {
            Issue.record("no update was asked for: \(driver.commands)")
            return
        }
        #expect(draft.configuration.callbackURL == "https://mine.example/x")
        #expect(driver.form.overtaken.isEmpty)
    }

    @Test func `what is in force as before, or as it was sent from here, overtakes nobody`() {
        var driver = Self.typing()
        driver.setElsewhere("https://theirs.example")
        driver.setElsewhere(Sample.overview().configuration.callbackURL)
        #expect(driver.form.overtaken.isEmpty)
        driver.keys("ctrl+s")
        driver.type("y")
        driver.setElsewhere("https://mine.example/x")
        #expect(driver.form.overtaken.isEmpty && driver.form.isDirty)
        driver.save(.success(driver.instances[0]))
        driver.pass(milliseconds: 600)
        #expect(driver.form.overtaken.isEmpty && driver.form.isDirty)
        driver.setElsewhere("https://theirs.example")
        driver.keys("esc")
        #expect(driver.form.overtaken.isEmpty && !driver.form.isDirty)
        #expect(!driver.text.contains("Changed elsewhere"))
    }

    /// Both ways into the browser: the form's, with another app, and connecting again.
    @Test(arguments: [true, false])
    func `what is set elsewhere while a person is in the browser stays`(isForm: Bool) {
        func instance(_ minutes: Int) -> InstanceOverview {
            Sample.overview {
                $0.grantType = .authorizationCode
                $0.refreshInterval = minutes
            }
        }
        var driver = Driver(140, 50, instances: [instance(5)])
        if isForm {
            driver.keys("c")
            for _ in 0..<40 where driver.form.focus != .connection { driver.keys("tab") }
            driver.keys("right")
            for _ in 0..<40 where driver.form.focus != .setting(.apiKey) { driver.keys("tab") }
            driver.type("3MVG9.other")
            driver.keys("ctrl+s")
        } else {
            driver.keys("2 C")
        }
        let tokens = driver.commands.compactMap { command -> Int? in
            if case .beginAuthorization(let token, _, 1) = command { token } else { nil }
        }
        guard let token = tokens.last else {
            Issue.record("nothing was begun: \(driver.commands)")
            return
        }
        driver.send(.authorizationBegun(token: token, .success(ConnectTests.authorization)))
        driver.instances = [instance(60)]
        driver.send(.notice(.instance(1)))
        driver.pass(milliseconds: 600)
        driver.forget()
        driver.send(.authorization(state: ConnectTests.authorization.state, .success(.granted)))
        guard case .update(_, 1, let draft)? = driver.commands.first else {
            Issue.record("nothing was applied: \(driver.commands)")
            return
        }
        #expect(draft.configuration.refreshInterval == 60)
        #expect(draft.authorizationState == ConnectTests.authorization.state)
    }
}

extension Driver {
    fileprivate mutating func setElsewhere(_ url: String) {
        instances = [Sample.overview(callbackURL: url)]
        send(.notice(.instance(1)))
        pass(milliseconds: 600)
    }
}
