import Domain
import Drawing
import EngineAPI
import Primitives
import Testing

@testable import Interface

/// The table of actions, and finding one's way about it.
struct HelpTests {
    @Test func `an action that can't be done says why`() {
        var driver = Driver(140, 40)
        driver.keys("r")
        #expect(driver.text.contains("Select an event to replay first."))
        driver.keys("u")
        #expect(driver.text.contains("The callback is not held"))
    }

    @Test func `the palette finds an action by some of its letters and runs it`() {
        var driver = Driver(140, 40)
        driver.keys("ctrl+p")
        driver.type("plnow")
        driver.forget()
        driver.keys("enter")
        #expect(driver.commands == [.pollNow(1)])
        #expect(driver.text.contains("polling…"))
        var summary = PollSummary(apiCalls: 3, milliseconds: 210)
        summary.result.created = 2
        driver.send(.polled(1, .success(summary)))
        #expect(driver.text.contains("Polled: 2 created, 3 API calls, 210 ms."))
    }

    @Test func `hints show keys that work in a text`() {
        var driver = Driver(140, 40)
        driver.keys("c down down")
        let footer = driver.text.split(separator: "\n").last ?? ""
        #expect(!footer.contains("p poll now") && !footer.contains(": commands"))
        #expect(footer.contains("^P commands") && footer.contains("F1 help"))
    }
}
