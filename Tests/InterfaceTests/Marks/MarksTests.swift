import Domain
import Drawing
import EngineAPI
import Primitives
import TestSupport
import Testing

@testable import Interface

/// Marks on events of the list, and what they are for.
@Suite(.cases)
struct MarksTests {
    private static func driver(_ events: ClosedRange<Int64> = 1...60, dead: Int64 = 0) -> Driver {
        var driver = Driver(140, 40, log: events.map { Sample.event($0, state: $0 <= dead ? .dead : nil) })
        driver.answer()
        return driver
    }

    private static func events(_ ids: Int64...) -> EventFilter {
        var filter = EventFilter()
        filter.expression = .term(.events(Set(ids.map { "evt\($0)" })))
        return filter
    }

    private var marked: (Driver) -> [Int64] { { $0.context.marked.events.keys.sorted() } }

    @Test func `Space marks the row and goes down one, again it takes the mark; the list stops where it is`() {
        var driver = Self.driver()
        driver.keys("k k k space")
        #expect(marked(driver) == [57] && driver.events.selected == 58)
        driver.keys("space")
        #expect(marked(driver) == [57, 58])
        #expect(driver.text.contains("◆ 2 MARKED"))
        driver.keys("k k space")
        #expect(marked(driver) == [58])

        var following = Self.driver()
        following.keys("space")
        #expect(marked(following) == [60] && !following.events.isFollowing)
    }

    @Test func `marks stay on their events while others come, the list scrolls and the filter changes`() {
        var driver = Self.driver()
        driver.keys("k k space")
        driver.store(61...90)
        driver.pass(milliseconds: 600)
        driver.keys("g G")
        driver.answer()
        driver.keys("/")
        driver.type("object:Account")
        driver.pass(milliseconds: 600)
        driver.keys("enter")
        #expect(marked(driver) == [58])
        #expect(driver.text.contains("1 MARKED"))
    }

    @Test func `Esc gives up a range, closes the detail, shows all events and takes the marks, one after another`() {
        var driver = Self.driver(1...60, dead: 40)
        driver.keys("/")
        driver.type("state:dead")
        driver.pass(milliseconds: 600)
        driver.keys("enter k space k k space k k enter 2 V k k")
        driver.answer()
        let marks = marked(driver)
        #expect(marks.count == 2 && driver.context.marked.range != nil && driver.detail != nil)
        driver.keys("esc")
        #expect(driver.context.marked.range == nil && marked(driver) == marks && driver.detail != nil)
        driver.keys("esc")
        #expect(driver.detail == nil && driver.context.eventFilter == "state:dead")
        driver.keys("esc")
        driver.pass(milliseconds: 600)
        #expect(driver.context.eventFilter.isEmpty && marked(driver) == marks)
        driver.keys("esc")
        #expect(driver.context.marked.isEmpty && driver.text.contains("No event is marked any more."))
        driver.forget()
        driver.keys("esc")
        #expect(driver.commands.isEmpty && driver.context.escape == nil)
    }

    @Test(arguments: [true, false])
    func `the sign stands beside that of the selection in both glyph sets`(isASCII: Bool) {
        let glyphs: Glyphs = isASCII ? .ascii : .unicode
        var driver = Driver(100, 30, log: (1...20).map { Sample.event($0) }, glyphs: glyphs)
        driver.keys("k k space k")
        let line = driver.text.split(separator: "\n").first { $0.contains(glyphs.mark.string + glyphs.marker.string) }
        #expect(line != nil, "\(driver.text)")
    }

    @Test func `a range is marked between two rows, however far apart they are loaded`() {
        var driver = Self.driver(1...400)
        driver.keys("k k V")
        #expect(driver.text.contains("RANGE"))
        for _ in 0..<8 {
            driver.keys("pageup")
            driver.answer()
        }
        let first = driver.events.selected ?? 0
        driver.keys("V")
        driver.answer()
        #expect(marked(driver) == Array(first...398))
        #expect(!driver.text.contains("RANGE"))
    }

    @Test func `a range marks what the filter shows, nothing between`() {
        var driver = Self.driver(1...60, dead: 40)
        driver.keys("/")
        driver.type("state:dead object:Account")
        driver.pass(milliseconds: 600)
        driver.keys("enter k V k k V")
        driver.answer()
        let shown = driver.events.rows.map(\.sequence).suffix(4).dropLast()
        #expect(marked(driver) == Array(shown))
    }

    @Test func `more than a list holds is refused whole, and the way is said`() {
        var driver = Self.driver(1...700)
        driver.keys("space k k V g")
        driver.answer()
        driver.keys("V")
        driver.answer()
        #expect(marked(driver) == [700])
        #expect(driver.text.contains("No more than 500 events"))
    }

    @Test func `all that match are the filter itself, with what was taken out`() throws {
        var driver = Self.driver(1...60, dead: 40)
        driver.keys("/")
        driver.type("state:dead")
        driver.pass(milliseconds: 600)
        driver.keys("enter *")
        #expect(driver.text.contains("◆ ALL 40 MARKED"))
        driver.keys("k k space")
        #expect(driver.text.contains("ALL BUT 1 39 MARKED"))
        driver.keys("r")
        #expect(driver.text.contains("Replay 39 marked events?"))
        driver.forget()
        driver.keys("y")
        var filter = try EventFilter(parsing: "state:dead", now: Sample.now)
        filter.expression = .not(.term(.events(["evt38"])))
        #expect(driver.commands.first == .createReplays(request: driver.replaysRequest, 1, filter, rate: 10))
        driver.keys("*")
        #expect(driver.text.contains("◆ ALL 40 MARKED"), "what was taken out is among all")
        driver.keys("*")
        #expect(driver.context.marked.isEmpty && driver.text.contains("No event is marked any more."))
    }

    @Test func `all are marked also where some or a range were, and only then all marks are taken`() {
        for keys in ["k k space k space", "k k V k k"] {
            var driver = Self.driver()
            driver.keys(keys + " *")
            driver.answer()
            #expect(driver.context.marked.isAll && driver.context.marked.range == nil, "\(keys)")
            #expect(driver.text.contains("◆ ALL 60 MARKED"), "\(driver.text)")
            driver.forget()
            driver.keys("r")
            #expect(driver.text.contains("Replay 60 marked events?"), "\(driver.text)")
            driver.keys("esc *")
            #expect(driver.context.marked.isEmpty && driver.text.contains("No event is marked any more."))
        }
    }

    @Test func `a bulk replay begins with the marked events`() throws {
        var driver = Self.driver()
        driver.keys("k k space k k space B")
        driver.answer()
        let dialog = try #require(driver.dashboard.layers.top as? ReplayDialog)
        let filter = try dialog.query(driver.context).get()
        #expect(filter == Self.events(57, 58).normalized(), "\(dialog.filter.text)")
        driver.keys("esc enter")
        driver.answer()
        driver.keys("B")
        #expect((driver.dashboard.layers.top as? ReplayDialog)?.filter.text.hasPrefix("id:") == true)
    }

    @Test func `all ends with its filter, and says so`() {
        var driver = Self.driver(1...60, dead: 40)
        driver.keys("*")
        #expect(driver.context.marked.contains(12))
        driver.keys("/")
        driver.type("state:dead")
        driver.pass(milliseconds: 600)
        #expect(driver.context.marked.isEmpty)
        #expect(driver.messages.entries.contains { $0.text.contains("none of them is marked") })
    }

    @Test func `r sends the marked ones in bulk after a yes, and the open one from the detail`() {
        var driver = Self.driver()
        driver.keys("k k space k k space")
        driver.forget()
        driver.keys("r")
        #expect(driver.text.contains("Replay 2 marked events?") && driver.commands.isEmpty)
        driver.keys("y")
        #expect(
            driver.commands.first == .createReplays(request: driver.replaysRequest, 1, Self.events(57, 58), rate: 10)
        )
        driver.keys("enter")
        driver.answer()
        driver.forget()
        driver.keys("r")
        #expect(driver.commands.first { if case .replay = $0 { true } else { false } } != nil)
    }

    @Test func `marks end with the instance`() {
        let instances = [Sample.overview(), Sample.overview(id: 2, name: "other")]
        var driver = Driver(140, 40, instances: instances, log: (1...9).map { Sample.event($0) })
        driver.keys("space")
        #expect(!driver.context.marked.isEmpty)
        driver.keys("i down enter")
        driver.answer()
        #expect(driver.context.instances.current == 2 && driver.context.marked.isEmpty)
    }

    /// What a bulk replay stores and a node elsewhere is sent.
    @Test func `as many marks as there may be make a filter that is printed and read`() throws {
        var marks = EventMarks()
        let events = (1...Int64(EventMarks.most)).map { number in
            var id = String(number)
            while id.count < 20 { id = "x" + id }
            return Sample.event(number).named(id)
        }
        let fits = marks.mark(events)
        let fitsOneMore = marks.toggle(Sample.event(9999))
        #expect(fits && !fitsOneMore)
        #expect(try EventFilter(stored: marks.filter.json).normalized() == marks.filter)
        #expect(try EventFilter(json: marks.filter.json, now: Sample.now).expression == marks.filter.expression)
    }

    @Test func `a job of many marked events is named in a word`() {
        var driver = Self.driver()
        var filter = EventFilter()
        filter.expression = .term(.events(Set((1...50).map { "evt\($0)" })))
        driver.jobs = [
            ReplayJob(
                id: 1,
                instanceID: 1,
                filter: filter,
                rate: 10,
                total: 50,
                lastSequence: 60,
                createdAt: Sample.now,
                updatedAt: Sample.now
            )
        ]
        driver.send(.notice(.instance(1)))
        driver.pass(milliseconds: 600)
        driver.keys("J")
        driver.answer()
        #expect(driver.text.contains("50 marked events") && !driver.text.contains("evt17"))
    }
}

extension EventSummary {
    fileprivate func named(_ id: String) -> EventSummary {
        EventSummary(
            sequence: sequence,
            eventID: id,
            instanceID: instanceID,
            object: object,
            recordID: recordID,
            recordName: recordName,
            change: change,
            isUndelete: isUndelete,
            source: source,
            date: date,
            receivedAt: receivedAt,
            changedFieldNames: changedFieldNames,
            delivery: delivery
        )
    }
}
