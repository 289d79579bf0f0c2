import Domain
import Drawing
import EngineAPI
import TestSupport
import Testing

@testable import Interface

/// The test notification, and what the form keeps of it.
@Suite(.cases)
struct CallbackTestTests {
    @Test func `a test notification uses the draft's address and shows its outcome beside the field`() {
        var driver = Driver()
        driver.keys("c tab tab ctrl+u")
        driver.type("http://127.0.0.1:9/x")
        driver.forget()
        driver.keys("ctrl+t")
        #expect(
            driver.commands
                == [.testCallback(url: "http://127.0.0.1:9/x", signatureKey: Secret(secretMask), instance: 1)]
        )
        #expect(driver.text.contains("testing…"))
        let attempt = Attempt(
            notificationID: 0,
            number: 1,
            isReplay: false,
            startedAt: Sample.now,
            milliseconds: 7,
            url: "http://127.0.0.1:9/x",
            outcome: .response(status: 204)
        )
        driver.send(.tested(url: "http://127.0.0.1:9/x", .success(attempt)))
        #expect(driver.text.contains("✓ 204 7 ms at 18:07:03"))
    }

    @Test func `what the callback says of a test is shown with its status`() {
        var driver = Driver()
        driver.keys("c tab tab ctrl+t")
        let url = Sample.overview().configuration.callbackURL
        let attempt = Attempt(
            notificationID: 0,
            number: 1,
            isReplay: false,
            startedAt: Sample.now,
            milliseconds: 7,
            url: url,
            outcome: .response(status: 401),
            responseBody: Array("It isn't signed.\nSet the key.".utf8)
        )
        driver.send(.tested(url: url, .success(attempt)))
        let said = driver.messages.entries.last?.text ?? ""
        #expect(said.hasSuffix("failed: answered 401 It isn't signed. Set the key."), "\(said)")
        #expect(driver.text.contains("✗ answered 401 7 ms"), "\(driver.text)")
        // The message goes, and the form keeps it.
        driver.keys("esc")
        #expect(driver.messages.shown.isEmpty)
        #expect(driver.text.contains("It isn't signed. Set the key."), "\(driver.text)")
    }

    @Test func `that a test failed goes once the same callback takes one`() {
        var driver = Driver()
        driver.keys("c tab tab ctrl+t")
        let url = Sample.overview().configuration.callbackURL
        for _ in 0..<3 {
            driver.send(.tested(url: url, .failure(.failed("The callback refused the connection."))))
            driver.keys("ctrl+t")
        }
        #expect(driver.messages.shown.count == 1)
        let attempt = Attempt(
            notificationID: 0,
            number: 1,
            isReplay: false,
            startedAt: Sample.now,
            milliseconds: 7,
            url: url,
            outcome: .response(status: 204)
        )
        driver.send(.tested(url: url, .success(attempt)))
        #expect(driver.messages.shown.isEmpty)
        #expect(driver.messages.entries.count == 1, "the log keeps it")
    }

    @Test func `a test of the callback is still there once its instance is`() {
        var driver = Driver(140, 50, instances: [])
        driver.keys("ctrl+s")
        driver.type("3MVG9.key")
        driver.keys("shift+tab right")
        #expect(driver.form.grant == .refreshToken)
        for _ in 0..<40 where driver.form.focus != .setting(.refreshToken) { driver.keys("tab") }
        driver.type("token")
        for _ in 0..<40 where driver.form.focus != .setting(.callbackURL) { driver.keys("shift+tab") }
        driver.type("https://app.example/events")
        driver.keys("ctrl+t")
        driver.send(.tested(url: "https://app.example/events", .failure(.failed("It is not there."))))
        driver.keys("esc ctrl+s")
        driver.instances = [Sample.overview()]
        driver.save(.success(Sample.overview()))
        driver.answer()
        #expect(driver.form.instance == 1 && driver.form.test == .failed("It is not there."))
    }
}
