import Domain
import EngineAPI
import Primitives
import TestSupport
import Testing

@testable import Interface

/// A person holds the callback from the screen.
@Suite(.cases)
struct HoldTests {
    private func asked(_ driver: inout Driver) {
        driver.keys("ctrl+p")
        driver.type("hold deliv")
        driver.keys("enter")
    }

    @Test func `holding asks first, says who resumes it, and sends one command`() {
        var driver = Driver(140, 40)
        asked(&driver)
        #expect(driver.text.contains("Hold deliveries?") && driver.text.contains("Nothing more is sent to"))
        driver.forget()
        driver.keys("enter")
        #expect(driver.commands.isEmpty)
        asked(&driver)
        driver.forget()
        driver.keys("y")
        #expect(driver.commands == [.holdCallback(1)])
        driver.send(.held(1, .success(Done())))
        #expect(driver.text.contains("are held; u resumes them."))
    }

    @Test func `a refused hold says why`() {
        var driver = Driver(140, 40)
        driver.send(.held(1, .failure(.failed("The store is full."))))
        #expect(driver.text.contains("The store is full."))
    }

    @Test func `what is held for good, or has no callback, can't be held; what waits for a probe can`() {
        for (callback, refusal) in [
            (CallbackState.held(reason: "gone (410)", until: nil), "The callback is held already; u resumes it."),
            (.none, "This instance has no callback; nothing is sent."),
            (.held(reason: "answered 500", until: Sample.now.advanced(bySeconds: 60)), nil),
        ] as [(CallbackState, String?)] {
            var driver = Driver(140, 40, instances: [Sample.overview(callback: callback)])
            asked(&driver)
            #expect(driver.text.contains(refusal ?? "Hold deliveries?"), "\(driver.text)")
        }
    }
}
