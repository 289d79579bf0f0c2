import Domain
import EngineAPI
import TestSupport
import Testing

@testable import Interface

/// The filter of the list, applied while it is typed.
@Suite(.cases)
struct FilterTests {
    private static func driver(_ count: Int64 = 400) -> Driver {
        var driver = Driver(140, 40, log: (1...count).map { Sample.event($0, state: $0 % 10 == 0 ? .dead : nil) })
        driver.pass(milliseconds: 600)
        return driver
    }

    @Test func `each letter is applied, and the title says so`() {
        var driver = Self.driver()
        driver.keys("/")
        driver.type("state:dead")
        driver.pass(milliseconds: 600)
        #expect(driver.events.rows.allSatisfy { $0.delivery?.state == .dead })
        #expect(driver.events.rows.count == 40)
        #expect(driver.text.contains("40 of 400"))
        driver.keys("enter")
        #expect(driver.text.contains("FILTERED state:dead"))
        #expect(driver.dashboard[EventsPane.self]?.filtering.line == nil)
    }

    @Test func `the title cuts no filter that it has room for, and drops no count for one`() {
        let filter = "state:dead,retrying object:Account since:2h"
        for (width, isWhole) in [(100, true), (80, false)] {
            var driver = Driver(width, 30, log: (1...40).map { Sample.event($0, state: .dead) })
            driver.answer()
            driver.keys("/")
            driver.type(filter)
            driver.pass(milliseconds: 600)
            driver.keys("enter")
            driver.pass(milliseconds: 600)
            let title = driver.text.split(separator: "\n").first { $0.contains("FILTERED") } ?? ""
            #expect(title.contains("FILTERED \(filter) ·") == isWhole, "\(title)")
            #expect(title.contains(" of 40 "), "\(title)")
        }
    }

    @Test func `Esc goes back to where one was`() {
        var driver = Self.driver()
        driver.keys("home")
        driver.answer()
        driver.keys("j j j")
        let before = (driver.events.selected, driver.events.top, driver.events.isFollowing)
        driver.keys("/")
        driver.type("object:Lead")
        driver.pass(milliseconds: 600)
        #expect(driver.events.selected != before.0)
        driver.keys("esc")
        driver.pass(milliseconds: 600)
        #expect(driver.events.selected == before.0 && driver.events.top == before.1)
        #expect(driver.events.isFollowing == before.2)
        #expect(driver.context.eventFilter.isEmpty && !driver.text.contains("FILTERED"))
    }

    @Test func `a wrong text keeps the last filter, says where it is wrong, and is not kept`() {
        var driver = Self.driver()
        driver.keys("/")
        driver.type("state:dead")
        driver.pass(milliseconds: 600)
        driver.type(" took:long")
        driver.pass(milliseconds: 600)
        #expect(driver.events.rows.allSatisfy { $0.delivery?.state == .dead } && !driver.events.rows.isEmpty)
        #expect(driver.text.contains("At character 17"))
        driver.keys("enter")
        #expect(driver.dashboard[EventsPane.self]?.filtering.line != nil)
    }

    @Test(arguments: [40, 60, 80, 200])
    func `what is wrong is said to its end at any width`(width: Int) throws {
        var driver = Driver(width, 16, log: (1...20).map { Sample.event($0) })
        driver.keys("/")
        driver.type("took:long")
        driver.pass(milliseconds: 600)
        let fault = try #require(driver.dashboard[EventsPane.self]?.filtering.line?.fault)
        let shown = driver.text.split { " ┃\n".contains($0) }.joined(separator: " ")
        #expect(shown.contains(fault.reason), "\(driver.text)")
        #expect(shown.contains(fault.description) == (width == 200), "\(driver.text)")
    }

    @Test func `an answer to a former filter is dropped`() throws {
        var driver = Self.driver()
        driver.forget()
        driver.keys("/")
        driver.type("state:dead")
        let asked = driver.commands.compactMap { command in
            if case .loadPage(let token, let page) = command { (token, page.filter) } else { nil }
        }
        let first = try #require(asked.first)
        driver.keys("ctrl+u")
        driver.type("object:Lead")
        driver.send(.page(token: first.0, .success([Sample.event(1, state: .dead)])))
        #expect(driver.events.rows.isEmpty)
        driver.pass(milliseconds: 600)
        #expect(driver.events.rows.allSatisfy { $0.object == "Lead" } && !driver.events.rows.isEmpty)
    }

    @Test func `a search that takes long says how far it came, goes on by itself, and then says what it found`() throws
    {
        var driver = Self.driver(30)
        driver.keys("/")
        driver.forget()
        driver.type("replay:failed")
        driver.wait(milliseconds: 600)
        func asked() -> [(token: Int, page: PageRequest)] {
            driver.commands.compactMap { command in
                if case .loadPage(let token, let page) = command { (token, page) } else { nil }
            }
        }
        for (number, sequence) in [20, 10].enumerated() {
            let last = try #require(asked().last)
            #expect(last.page.patience != nil && last.page.after == (number == 0 ? nil : 20))
            let reach = EventPage.Reach(sequence: Int64(sequence), moment: Sample.event(20).receivedAt, newest: 30)
            driver.send(.page(token: last.token, .success(EventPage([], reach: reach))))
            #expect(driver.text.contains("Searching…") && driver.text.contains("searched back to"))
            #expect(!driver.text.contains("No event matches"))
        }
        let last = try #require(asked().last)
        #expect(last.page.after == 10)
        driver.send(.page(token: last.token, .success([])))
        #expect(driver.text.contains("No event matches") && !driver.text.contains("searched back"))
        // The same from the first letter to the last hit, each page only a few events further.
        driver.lookedAt = 7
        driver.keys("ctrl+u")
        driver.type("event:event-3")
        driver.pass(milliseconds: 3000)
        #expect(!driver.text.contains("searched back"), "\(driver.text)")
    }

    @Test func `new events that don't match don't show, and the list goes on following`() {
        var driver = Self.driver(30)
        driver.keys("/")
        driver.type("state:dead")
        driver.pass(milliseconds: 600)
        driver.keys("enter")
        driver.store((31...49).map { Sample.event($0) } + [Sample.event(50, state: .dead)])
        driver.pass(milliseconds: 1000)
        #expect(driver.events.isFollowing)
        #expect(driver.events.rows.map(\.sequence) == [10, 20, 30, 50])
        #expect(driver.text.contains("4 of 50"))
    }

    @Test func `Esc on the list shows all events again, with the selection where it was`() {
        var driver = Self.driver()
        driver.keys("/")
        driver.type("state:dead")
        driver.pass(milliseconds: 600)
        driver.keys("enter k k")
        let selected = driver.events.selected
        driver.keys("esc")
        driver.pass(milliseconds: 600)
        #expect(driver.events.selected == selected && selected == 380)
        #expect(driver.events.rows.count > 40)
        #expect(driver.context.eventFilter.isEmpty)
    }

    @Test func `an open event is closed before the filter is taken away`() {
        var driver = Self.driver()
        driver.keys("/")
        driver.type("state:dead")
        driver.pass(milliseconds: 600)
        driver.keys("enter k enter")
        driver.answer()
        driver.keys("2 esc")
        #expect(driver.detail == nil && driver.context.eventFilter == "state:dead")
    }

    @Test func `many are replayed by the filter of the list`() {
        var driver = Self.driver()
        driver.keys("/")
        driver.type("object:Lead state:dead")
        driver.pass(milliseconds: 600)
        driver.keys("enter B")
        #expect(driver.text.contains("object:Lead state:dead"))
    }

    @Test func `another instance begins without a filter`() {
        let driver = Self.driver()
        var pane = EventsPane()
        pane.filtering.open(over: pane.window)
        var effects = Effects()
        pane.paste("state:dead", driver.context, &effects)
        #expect(pane.filtering.isOn)
        pane.show(Sample.overview(), driver.context)
        #expect(pane.filtering.line == nil && !pane.filtering.isOn)
    }

    @Test func `two lines that are pasted are two terms`() {
        var driver = Self.driver()
        driver.keys("/")
        driver.paste("state:dead\nobject:Lead\n")
        driver.keys("enter")
        driver.pass(milliseconds: 600)
        #expect(driver.context.eventFilter == "state:dead object:Lead")
    }

    @Test func `while it is typed, letters do nothing else`() {
        var driver = Self.driver()
        driver.forget()
        driver.keys("/")
        driver.type("rRqc")
        driver.pass(milliseconds: 600)
        #expect(driver.context.eventFilter == "rRqc")
        #expect(!driver.commands.contains { if case .replay = $0 { true } else { false } })
        #expect(!driver.commands.contains(.quit))
    }
}
