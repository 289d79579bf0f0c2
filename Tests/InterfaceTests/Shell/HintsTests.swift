import Domain
import Drawing
import EngineAPI
import Primitives
import TestSupport
import Testing

@testable import Interface

/// What the footer offers does something.
@Suite(.cases)
struct HintsTests {
    private func footer(_ driver: Driver) -> String {
        driver.text.split(separator: "\n").last.map(String.init) ?? ""
    }

    @Test func `polling is offered only of an instance that is polled`() {
        let log = [Sample.event(1)]
        var disabled = Sample.overview()
        disabled.isDisabled = true
        #expect(footer(Driver(200, 40, log: log)).contains("p poll now"))
        for instance in [ApexTests.webhooks(), disabled, Sample.overview { $0.eventsEnabled = false }] {
            #expect(!footer(Driver(200, 40, instances: [instance], log: log)).contains("poll now"))
        }
        var new = Driver(200, 40, log: log)
        new.keys("I")
        #expect(new.context.instance == nil)
        #expect(new.dashboard[EventsPane.self]?.hints(new.context).contains(.action(.pollNow)) == false)
    }

    @Test func `an empty list offers nothing that needs an event`() {
        var driver = Driver(200, 40)
        for words in ["details", "r replay", "next failure", "copy", "filter"] {
            #expect(!footer(driver).contains(words), "\(footer(driver))")
        }
        driver.store([Sample.event(1)])
        driver.pass(milliseconds: 600)
        #expect(footer(driver).contains("⏎ details  r replay"), "\(footer(driver))")
    }

    @Test func `scrolling is offered where not all fits`() {
        let reason = String(repeating: "The org is busy with something else. ", count: 40)
        let busy = SourceState.degraded(reason: reason, since: Sample.now, lastSuccess: nil)
        var driver = Driver(60, 12, instances: [Sample.overview(source: busy)])
        driver.keys("w")
        #expect(footer(driver).contains("PgDn"), "\(footer(driver))")
        driver = Driver(140, 40)
        for keys in ["w", "esc ctrl+l"] {
            driver.keys(keys)
            #expect(!footer(driver).contains("PgDn") && footer(driver).contains("Esc close"), "\(footer(driver))")
        }
    }

    @Test func `the line of the filter offers to save it and what is saved, and a former one where there is one`() {
        var driver = Driver(140, 40, log: [Sample.event(1)])
        driver.keys("/")
        #expect(footer(driver).contains("^S save  ^O saved") && !footer(driver).contains("former"), "\(footer(driver))")
        driver.type("state:dead")
        driver.answer()
        driver.keys("enter /")
        #expect(footer(driver).contains("former"), "\(footer(driver))")
        driver.keys("up")
        #expect(!footer(driver).contains("former"), "\(footer(driver))")
    }

    @Test func `without a saved filter none can be applied or deleted`() {
        var driver = Driver(140, 40, log: [Sample.event(1)])
        driver.keys("ctrl+o")
        #expect(!driver.text.contains("applies") && !driver.text.contains("deletes"), "\(driver.text)")
        #expect(!footer(driver).contains("apply") && footer(driver).contains("Esc leave"))
    }

    @Test func `URLs of before are offered as far as there are some`() {
        var driver = Driver(140, 40, log: (1...5).map { Sample.event($0) })
        driver.keys("k U")
        #expect(!footer(driver).contains("former") && !footer(driver).contains("later"))
        driver.type("https://one.example")
        driver.keys("enter k U")
        #expect(footer(driver).contains("former") && !footer(driver).contains("later"), "\(footer(driver))")
        driver.keys("up")
        #expect(!footer(driver).contains("former") && footer(driver).contains("later"), "\(footer(driver))")
    }
}
