import Domain
import Primitives
import TestSupport
import Testing

@testable import Interface

/// Filters with names: saved in the line, chosen from a list, kept for the next run.
@Suite(.cases)
struct SavedFilterTests {
    private static let fixed = [SavedFilter(name: "lost", text: "state:dead", isFixed: true)]

    private static func driver(
        _ memory: DashboardMemory = DashboardMemory(),
        filters: [SavedFilter] = fixed
    ) -> Driver {
        var driver = Driver(
            100,
            30,
            log: (1...60).map { Sample.event($0, state: $0 % 10 == 0 ? .dead : nil) },
            memory: memory,
            filters: filters
        )
        driver.pass(milliseconds: 600)
        return driver
    }

    private func saved(_ driver: Driver) -> [SavedFilter] {
        driver.dashboard.settings.memory[FilterMemory.self].saved
    }

    private func save(_ text: String, as name: String, _ driver: inout Driver) {
        driver.keys("/ ctrl+u")
        driver.type(text)
        driver.keys("ctrl+s")
        driver.type(name)
        driver.keys("enter")
    }

    @Test func `what is typed is saved under a name, and comes back in the next run`() {
        var driver = Self.driver()
        save("object:Lead", as: " my leads ", &driver)
        #expect(saved(driver) == [SavedFilter(name: "my leads", text: "object:Lead")])
        #expect(driver.text.contains("Saved as “my leads”"))
        var next = Self.driver(driver.dashboard.settings.memory)
        next.keys("ctrl+o down enter")
        next.pass(milliseconds: 600)
        #expect(next.context.eventFilter == "object:Lead" && next.text.contains("FILTERED object:Lead"))
        #expect(next.events.rows.allSatisfy { $0.object == "Lead" } && !next.events.rows.isEmpty)
    }

    @Test func `the list shows those of the file first, and cannot delete them`() {
        var driver = Self.driver()
        save("object:Lead", as: "a", &driver)
        save("object:Account", as: "b", &driver)
        driver.keys("esc ctrl+o")
        let rows = driver.text.split(separator: "\n").filter { $0.contains("state:dead") || $0.contains("object:") }
        #expect(rows.count >= 3 && rows[0].contains("lost") && rows[0].contains("file"))
        driver.keys("d")
        #expect(driver.text.contains("“lost” stands in the configuration file"))
        driver.keys("down d")
        #expect(saved(driver).map(\.name) == ["a", "b"] && driver.text.contains("“a” finds object:Lead"))
        driver.keys("n d y")
        #expect(saved(driver).map(\.name) == ["b"])
        driver.keys("enter")
        driver.pass(milliseconds: 600)
        #expect(driver.context.eventFilter == "object:Account")
    }

    @Test func `that one was saved is not said beside that it was deleted, and it can be brought back`() {
        var driver = Self.driver()
        save("object:Lead", as: "a", &driver)
        driver.keys("esc ctrl+o down d y")
        #expect(saved(driver).isEmpty)
        let shown = driver.messages.shown.map(\.text)
        #expect(shown == ["Deleted “a”; u in the list of saved filters brings it back."])
        driver.keys("u")
        #expect(saved(driver) == [SavedFilter(name: "a", text: "object:Lead")])
        #expect(driver.messages.shown.map(\.text) == ["Saved as “a”; ^O brings it back."])
        driver.keys("u")
        #expect(driver.messages.shown.last?.text.hasPrefix("No saved filter was deleted") == true)
    }

    @Test func `the arrow down in the line goes to later filters alone, and is offered where there are some`() {
        var driver = Self.driver()
        driver.keys("/ down")
        #expect(driver.dashboard.layers.isEmpty && !driver.text.contains("Saved filters"))
        #expect(!offersLater(driver))
        driver.type("object:Lead")
        driver.keys("enter / up")
        #expect(offersLater(driver))
        driver.keys("down")
        #expect(!offersLater(driver))
    }

    private func offersLater(_ driver: Driver) -> Bool {
        driver.dashboard[EventsPane.self]?.hints(driver.context).contains { $0.action == .laterFilter } ?? false
    }

    @Test func `the list is opened from anywhere`() {
        for keys in ["ctrl+o", "/ ctrl+o"] {
            var driver = Self.driver()
            driver.keys(keys)
            #expect(driver.text.contains("Saved filters"), "\(keys)")
            driver.keys("enter")
            driver.pass(milliseconds: 600)
            #expect(driver.context.eventFilter == "state:dead" && driver.events.rows.count == 6)
            #expect(driver.dashboard[EventsPane.self]?.filtering.line == nil)
        }
    }

    @Test(arguments: [
        ("", "x", "Type a filter first"), ("took:long", "x", "At character 6"), ("state:dead", "", "Give it a name."),
        ("state:dead", "   ", "Give it a name."), ("state:dead", "lost", "stands in the configuration file"),
        ("state:dead", String(repeating: "n", count: 41), "at most 40 characters"),
    ])
    func `what can't be saved is refused with the reason`(text: String, name: String, reason: String) {
        var driver = Self.driver()
        driver.keys("/")
        driver.type(text)
        driver.keys("ctrl+s")
        driver.type(name)
        if driver.dashboard.layers.isEmpty == false { driver.keys("enter") }
        #expect(driver.text.contains(reason), "\(driver.text)")
        #expect(saved(driver).isEmpty)
    }

    @Test func `what is a filter on the screen's clock alone is saved, and kept for the next run`() {
        var driver = Driver(100, 30, log: (1...60).map { Sample.event($0) }, utcOffset: 3600)
        let text = "since:2026-11-23 until:2026-11-22T23:30:00Z"
        save(text, as: "night", &driver)
        #expect(driver.text.contains("Saved as “night”"), "\(driver.text)")
        #expect(saved(driver) == [SavedFilter(name: "night", text: text)])
        #expect(FilterMemory(driver.dashboard.settings.memory[FilterMemory.self].json).saved == saved(driver))
    }

    @Test func `a saved one that can't be read is shown with its fault when it is chosen`() throws {
        var memory = DashboardMemory()
        memory[FilterMemory.self] = FilterMemory(try JSON(parsing: #"{"saved":{"a":"state:no"}}"#))
        var driver = Self.driver(memory, filters: [])
        driver.keys("ctrl+o enter")
        let line = driver.dashboard[EventsPane.self]?.filtering.line
        #expect(line?.text == "state:no" && line?.fault != nil && driver.context.eventFilter.isEmpty)
    }

    @Test func `a name that is taken says whose place it takes`() {
        var driver = Self.driver()
        save("object:Lead", as: "a", &driver)
        driver.keys("ctrl+u")
        driver.type("object:Account")
        driver.keys("ctrl+s")
        driver.type("a")
        #expect(driver.text.contains("Takes the place of object:Lead"))
        driver.keys("enter")
        #expect(saved(driver) == [SavedFilter(name: "a", text: "object:Account")])
    }

    @Test func `no more than a hundred are kept`() {
        var memory = FilterMemory()
        for number in 0..<150 { memory.save(SavedFilter(name: "n\(number)", text: "state:dead")) }
        #expect(memory.saved.count == 100)
        memory.save(SavedFilter(name: "n7", text: "state:queued"))
        #expect(memory.saved.count == 100 && memory.saved.contains { $0.name == "n7" && $0.text == "state:queued" })
        #expect(FilterMemory(memory.json) == memory)
        var kept = DashboardMemory()
        kept[FilterMemory.self] = memory
        var driver = Self.driver(kept)
        save("object:Lead", as: "one more", &driver)
        #expect(driver.text.contains("delete one first"))
    }

    @Test(arguments: [
        (#"{"saved":{"a":"state:dead","b":"state:no","":"state:dead","c":7,"d":""}}"#, ["a", "b"]),
        (#"{"saved":["a"]}"#, []),
        (#"{"saved":{"x\ny":"state:dead","ok":"a\nb"}}"#, []),
        (#"{"saved":{"a":"state:dead","a":"state:queued"}}"#, ["a"]),
    ])
    func `of a file, what has a name and a text is taken`(text: String, names: [String]) throws {
        #expect(FilterMemory(try JSON(parsing: text)).saved.map(\.name) == names)
    }

    @Test func `nothing is there to choose before something is saved`() {
        var driver = Self.driver(filters: [])
        driver.keys("ctrl+o")
        #expect(driver.text.contains("None yet; ^S in the line of the filter saves one."))
        driver.keys("enter")
        #expect(driver.dashboard.layers.isEmpty && driver.context.eventFilter.isEmpty)
    }
}
