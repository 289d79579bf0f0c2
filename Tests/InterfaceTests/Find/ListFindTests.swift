import Domain
import Drawing
import EngineAPI
import Primitives
import TestSupport
import Testing

@testable import Interface

/// Finding within the list: what is typed is looked for at once, among rows that are loaded and those that aren't.
@Suite(.cases)
struct ListFindTests {
    /// One in fifty is called Zoë; the list shows and loads a part of them.
    private static func driver(_ count: Int64 = 3000, _ width: Int = 140, _ height: Int = 40) -> Driver {
        var driver = Driver(width, height, log: (1...count).map { event($0) })
        driver.pass(milliseconds: 600)
        return driver
    }

    /// With the ending that belongs to it.
    private static func recordID(_ sequence: Int64) -> String {
        SalesforceID("003Qy00000A\(1000 + sequence)")?.text ?? "003"
    }

    private static func event(_ sequence: Int64) -> EventSummary {
        let sample = Sample.event(sequence)
        return EventSummary(
            sequence: sequence,
            eventID: sample.eventID,
            instanceID: 1,
            object: sequence % 7 == 0 ? "Invoice__c" : "Account",
            recordID: Self.recordID(sequence),
            recordName: sequence % 500 == 0 ? "Zoë Quux" : "Somebody",
            change: sequence % 3 == 0 ? .updated : .created,
            isUndelete: false,
            source: .polling,
            date: sample.date,
            receivedAt: sample.receivedAt,
            changedFieldNames: sequence % 3 == 0 ? ["Email"] : [],
            delivery: Sample.delivery(sequence, sequence % 400 == 0 ? .dead : .delivered)
        )
    }

    private func find(_ text: String, _ driver: inout Driver) {
        driver.keys("ctrl+f")
        driver.type(text)
        driver.pass(milliseconds: 3000)
    }

    @Test func `each letter goes to the nearest row, however far it is, and says how many there are`() {
        var driver = Self.driver()
        driver.keys("home")
        driver.answer()
        driver.keys("end k k k k")
        driver.answer()
        let before = driver.events.selected
        find("zoe", &driver)
        // None is loaded: 2500 is the nearest older one.
        #expect(before == 2996 && driver.events.selected == 2500)
        #expect(driver.text.contains("6 found"))
        driver.keys("enter N")
        driver.pass(milliseconds: 3000)
        #expect(driver.events.selected == 2000)
        driver.keys("n n")
        driver.pass(milliseconds: 3000)
        #expect(driver.events.selected == 3000)
        #expect(!driver.text.contains("again"))
    }

    @Test func `at either end it begins from the other one, and says so`() {
        var driver = Self.driver()
        find("quux", &driver)
        #expect(driver.events.selected == 3000)
        driver.keys("enter n")
        driver.pass(milliseconds: 3000)
        #expect(driver.events.selected == 500 && driver.text.contains("from the first again"))
        driver.keys("N")
        driver.pass(milliseconds: 3000)
        #expect(driver.events.selected == 3000 && driver.text.contains("from the last again"))
        driver.keys("N")
        driver.pass(milliseconds: 3000)
        #expect(driver.events.selected == 2500 && !driver.text.contains("again"))
    }

    @Test(arguments: [
        ("zo", 6), ("ZOË Q", 6), ("oe", 0), ("inv", 428), ("invoice__c", 428), ("email", 1000), ("dead", 7),
        ("updated", 1000), ("500", 7), ("evt77", 0), ("nobody", 0), ("…", 0), ("\"", 0),
    ])
    func `what a row shows at the beginning of a word is found, and nothing else`(text: String, count: Int) {
        var driver = Self.driver()
        find(text, &driver)
        let words = count == 0 ? "none found" : "\(count.grouped) found"
        #expect(driver.text.contains(words), "\(driver.text)")
    }

    @Test(arguments: ["nobody", "…", "evt77"])
    func `a search without hits says so, and so do the keys that would go on`(text: String) {
        var driver = Self.driver()
        driver.keys("k k")
        find(text, &driver)
        #expect(driver.text.contains("none found"))
        let before = driver.events.selected
        for key in ["enter n", "N"] {
            driver.keys(key)
            driver.pass(milliseconds: 600)
            #expect(driver.messages.entries.last?.text.hasPrefix("No row ") == true, "\(key)")
        }
        #expect(driver.events.selected == before)
    }

    @Test func `a record's id, whole, is found in both of its lengths`() {
        let id = Self.recordID(12)
        for text in [id, String(id.prefix(15))] {
            var driver = Self.driver()
            find(text, &driver)
            #expect(driver.text.contains("1 found"), "\(text)")
        }
    }

    @Test func `Esc while one types goes back to where one was, later it ends the search alone`() {
        var driver = Self.driver()
        driver.keys("k k")
        let before = (driver.events.selected, driver.events.top)
        find("zoe", &driver)
        #expect(driver.events.selected == 2500)
        driver.keys("esc")
        driver.pass(milliseconds: 600)
        #expect(driver.events.selected == before.0 && driver.events.top == before.1)
        #expect(!driver.text.contains("Find zoe") && !driver.text.contains("found"))
        find("zoe", &driver)
        driver.keys("enter esc")
        driver.pass(milliseconds: 600)
        #expect(driver.events.selected == 2500 && !driver.text.contains("found"))
        driver.keys("n")
        #expect(driver.text.contains("Nothing is looked for"))
    }

    @Test func `typing never waits for what is being looked for`() {
        var driver = Self.driver()
        driver.keys("k ctrl+f")
        driver.type("zoe quux")
        #expect(driver.dashboard[EventsPane.self]?.finding?.line.query?.text == "zoe quux")
        driver.keys("backspace backspace")
        driver.pass(milliseconds: 3000)
        #expect(driver.events.selected == 2500)
        // The answer to a former text moves nothing.
        driver.keys("ctrl+u")
        driver.forget()
        driver.type("z")
        let asked = driver.commands.compactMap { command in
            if case .loadPage(let token, _) = command { token } else { nil }
        }
        driver.type("zzz")
        for token in asked { driver.send(.page(token: token, .success([Self.event(500)]))) }
        #expect(driver.events.selected == 2500)
    }

    /// Rows of the screen in which the scrollbar of the list has a mark.
    private static func marks(_ driver: Driver) -> Int {
        let mark = Character(Glyphs.unicode.scrollMark.string)
        return driver.text.split(separator: "\n").count { $0.suffix(2).contains(mark) }
    }

    @Test func `found words are marked in their rows alone while they are in view, and else in the scrollbar`() {
        var driver = Self.driver(600)
        let before = Self.marks(driver)
        find("zoe", &driver)
        driver.keys("enter")
        let canvas = driver.dashboard.frame().canvas
        let roles = canvas.roles.split(separator: "\n", omittingEmptySubsequences: false)
        let rows = canvas.text.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(rows.indices.count { rows[$0].contains("Zoë") && roles[$0].contains("mmm") } == 1)
        #expect(Self.marks(driver) == before)
        driver.keys("home")
        driver.answer()
        #expect(Self.marks(driver) == before + 1, "\(driver.text)")
    }

    @Test func `a filter and a search work together`() {
        var driver = Self.driver()
        driver.keys("/")
        driver.type("state:dead")
        driver.pass(milliseconds: 600)
        driver.keys("enter")
        find("zoe", &driver)
        #expect(driver.text.contains("1 found") && driver.events.selected == 2000)
        driver.keys("enter")
        driver.keys("esc")
        #expect(driver.context.eventFilter == "state:dead")
        driver.keys("esc")
        #expect(driver.context.eventFilter.isEmpty)
    }

    @Test func `letters do nothing else while they are typed`() {
        var driver = Self.driver()
        driver.forget()
        driver.keys("ctrl+f")
        driver.type("rRqc/")
        #expect(driver.dashboard[EventsPane.self]?.finding?.line.query?.text == "rRqc/")
        #expect(!driver.commands.contains { if case .replay = $0 { true } else { false } })
        driver.paste("pasted")
        #expect(driver.dashboard[EventsPane.self]?.finding?.line.query?.text == "rRqc/pasted")
    }

    @Test func `another instance begins without a search`() {
        var pane = EventsPane()
        pane.finding = ListFind(over: pane.window, after: 0)
        pane.show(Sample.overview(), Self.driver(3).context)
        #expect(pane.finding == nil)
    }
}
