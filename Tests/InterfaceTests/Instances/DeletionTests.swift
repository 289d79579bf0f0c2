import Domain
import EngineAPI
import Primitives
import TestSupport
import Testing

@testable import Interface

/// An instance is deleted from the screen: what is said of it before, meanwhile and afterwards.
@Suite(.cases)
struct DeletionTests {
    private static func asked(_ type: EventType = .polling) -> Driver {
        var driver = Driver(140, 40, instances: [Sample.overview { $0.eventType = type }])
        ask(&driver)
        return driver
    }

    private static func ask(_ driver: inout Driver) {
        driver.keys("ctrl+p")
        driver.type("delete this instance")
        driver.keys("enter")
    }

    private static func question(_ driver: Driver) -> String {
        (driver.dashboard.layers.top as? Interface.Confirmation)?.text ?? ""
    }

    @Test func `the question says what goes and what stays, and of Apex only where there may be some`() {
        let polling = Self.question(Self.asked())
        #expect(polling.contains("Its configuration and its access to the org go for good"))
        #expect(polling.contains("Its events stay in the store") && !polling.contains("Apex"))
        #expect(Self.question(Self.asked(.webhooks)).contains("is removed from the org, unless"))
    }

    @Test(
        arguments: [
            (0, "what is not delivered yet is given up"), (1, "1 event that is"), (3, "3 events that are"),
        ] as [(Int64, String)]
    )
    func `the question names the instance and what it would give up`(open: Int64, words: String) {
        let instances = [Sample.overview(name: "salesforce"), Sample.overview(id: 2, name: "salesforce")]
        let log = (1...5).map { Sample.event($0, state: $0 <= open ? .retrying : .delivered) }
        var driver = Driver(140, 40, instances: instances, log: log)
        driver.pass(milliseconds: 1000)
        Self.ask(&driver)
        #expect(driver.text.contains("Delete salesforce, instance 1?"), "\(driver.text)")
        #expect(Self.question(driver).contains(words), "\(Self.question(driver))")
    }

    @Test(arguments: [EventType.polling, .webhooks])
    func `until the org has given up its Apex the instance is said to be being deleted`(type: EventType) {
        var driver = Self.asked(type)
        #expect(!driver.text.contains("DELETING"))
        driver.keys("y")
        driver.pass(milliseconds: 30_000)
        #expect(driver.text.contains("DELETING"), "\(driver.text)")
        #expect(driver.text.contains("This instance is being deleted;") == (type == .webhooks))
        Self.ask(&driver)
        #expect(Self.question(driver).isEmpty && driver.text.contains("mySFDCInstance is being deleted."))
        driver.keys("esc")
        driver.send(.deleted(1, .failure(.failed("The store is locked."))))
        #expect(!driver.text.contains("DELETING"), "it was not deleted")
    }

    @Test func `what became of its Apex is said with the deletion`() {
        var driver = Self.asked(.webhooks)
        driver.keys("y")
        driver.instances = []
        driver.send(.deleted(1, .success("Its Apex may stay in the org: no answer.")))
        driver.pass(milliseconds: 5000)
        #expect(
            driver.messages.shown.map(\.text) == [
                "mySFDCInstance was deleted. Its Apex may stay in the org: no answer."
            ]
        )
    }
}
