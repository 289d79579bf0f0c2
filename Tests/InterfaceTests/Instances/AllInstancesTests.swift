import Domain
import EngineAPI
import Primitives
import TestSupport
import Testing

@testable import Interface

/// The events of all instances in one list.
@Suite(.cases)
struct AllInstancesTests {
    /// Every fourth event is the second instance's, the newest among them.
    private func driver(_ keys: String = "0") -> Driver {
        let instances = [Sample.overview(), Sample.overview(id: 2, name: "sandbox")]
        let log = (1...20).map { Sample.event($0, in: $0.isMultiple(of: 4) ? 2 : 1) }
        var driver = Driver(140, 40, instances: instances, log: log)
        driver.keys(keys)
        driver.pass(milliseconds: 1000)
        return driver
    }

    private func type(_ text: String, in driver: inout Driver) {
        driver.keys("/")
        driver.type(text)
        driver.pass(milliseconds: 1000)
    }

    @Test func `one key shows the events of all, each beside its instance, and those of the one again`() {
        var driver = driver()
        #expect(driver.events.rows.count == 20 && driver.text.contains("Events of all instances"), "\(driver.text)")
        #expect(driver.text.contains("INSTANCE") && driver.text.contains("sandbox"), "\(driver.text)")
        driver.keys("0")
        driver.pass(milliseconds: 1000)
        #expect(driver.events.rows.count == 15 && !driver.text.contains("INSTANCE"), "\(driver.text)")
    }

    @Test func `the selection stays where it was`() {
        var driver = driver("k k k 0")
        let selected = driver.events.selected
        #expect(selected == 15 && !driver.events.isFollowing)
        driver.keys("0")
        driver.pass(milliseconds: 1000)
        #expect(driver.events.selected == selected)
    }

    @Test func `a filter finds those of an instance among all, and says of one alone why it finds none`() {
        var all = driver()
        type("instance:s", in: &all)
        #expect(all.text.contains("sandbox  ") && !all.text.contains("The list shows"), "\(all.text)")
        all.keys("ctrl+u")
        all.type("instance:2")
        all.pass(milliseconds: 1000)
        #expect(all.events.rows.map(\.sequence) == [4, 8, 12, 16, 20])
        var one = driver("2")
        type("instance:2", in: &one)
        let note = "The list shows mySFDCInstance alone; 0 shows the events of all instances."
        #expect(one.events.rows.isEmpty && one.text.contains(String(note.prefix(60))), "\(one.text)")
    }

    @Test func `replay, detail and story are of the row's own instance`() {
        var driver = driver()
        driver.forget()
        driver.keys("r")
        let replayed = driver.commands.contains {
            if case .replay(let sequence, _, _) = $0 { sequence == 20 } else { false }
        }
        #expect(replayed)
        driver.keys("s")
        let asked = driver.commands.compactMap { command -> Set<InstanceID>? in
            if case .loadPage(let token, let request) = command, token < 0 { request.filter.instanceIDs } else { nil }
        }
        #expect(asked.first == [2])
    }

    @Test(arguments: ["space", "*", "B"])
    func `what is done for one instance is not done while all are shown`(key: String) {
        var driver = driver()
        driver.forget()
        driver.keys(key)
        let why = "The list shows all instances; 0 shows mySFDCInstance alone."
        #expect(driver.messages.entries.last?.text == why && driver.dashboard.layers.isEmpty, "\(driver.text)")
        #expect(driver.context.marked.isEmpty)
    }

    @Test func `the key that resumes is offered of the instance that it is about`() {
        let held = CallbackState.held(reason: "gone (410)", until: nil)
        for (number, keys) in [(0, true), (1, false)] {
            var instances = [Sample.overview(), Sample.overview(id: 2, name: "sandbox")]
            instances[number].callback = held
            let log = (1...4).map { Sample.event($0, state: .retrying, in: 2 - $0 % 2) }
            var driver = Driver(200, 40, instances: instances, log: log)
            driver.keys("0")
            driver.pass(milliseconds: 1000)
            #expect(driver.text.contains("held") && driver.text.contains("held  u resumes") == keys, "\(driver.text)")
        }
    }

    @Test func `marks end where the list shows other events`() {
        let driver = driver("k space 0")
        #expect(driver.context.marked.isEmpty)
    }

    @Test func `an instance that comes is among them, and one that is chosen is shown alone`() {
        var driver = driver()
        driver.instances.append(Sample.overview(id: 3, name: "third"))
        driver.send(.notice(.instancesChanged))
        driver.pass(milliseconds: 1000)
        #expect(driver.events.filter.instanceIDs == [1, 2, 3])
        driver.keys("i down enter")
        driver.pass(milliseconds: 1000)
        #expect(driver.context.instances.current == 2 && driver.events.filter.instanceIDs == [2])
        #expect(!driver.text.contains("Events of all instances"), "\(driver.text)")
    }

    @Test func `choosing the instance that the screen is about ends the list of all`() {
        var driver = driver()
        driver.keys("i enter")
        driver.pass(milliseconds: 1000)
        #expect(driver.context.instances.current == 1 && driver.events.filter.instanceIDs == [1])
    }

    @Test func `a group of failures shows those of its own instance`() {
        var driver = driver()
        driver.failures = FailureListTests.groups
        driver.keys("!")
        driver.answer()
        driver.keys("enter")
        driver.pass(milliseconds: 1000)
        #expect(driver.events.filter.instanceIDs == [1] && !driver.context.eventFilter.isEmpty, "\(driver.text)")
    }

    @Test func `an instance that is left from the list of all has its filter again`() {
        var driver = driver("2")
        type("object:Lead", in: &driver)
        driver.keys("enter 0")
        driver.pass(milliseconds: 1000)
        for step in ["i down enter", "i up enter"] {
            driver.keys(step)
            driver.pass(milliseconds: 1000)
        }
        #expect(driver.context.instances.current == 1 && driver.context.eventFilter == "object:Lead", "\(driver.text)")
    }

    @Test func `where there is one instance, nothing else can be shown`() {
        var driver = Driver(140, 40, log: [Sample.event(1)])
        driver.keys("0")
        #expect(driver.text.contains("There is one instance"), "\(driver.text)")
    }
}
