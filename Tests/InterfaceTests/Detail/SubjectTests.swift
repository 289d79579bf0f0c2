import Domain
import Drawing
import EngineAPI
import Primitives
import TestSupport
import Testing

@testable import Interface

/// What a key of the detail is about, where the list has gone on to another event.
@Suite(.cases)
struct SubjectTests {
    private static let shown: Int64 = 28
    private static let newest: Int64 = 31

    /// The detail has the focus and shows an event; the list follows and has selected the newest.
    private static func parted(dead: Set<Int64> = []) -> Driver {
        func event(_ sequence: Int64) -> EventSummary {
            Sample.event(sequence, state: dead.contains(sequence) ? .dead : nil)
        }
        var overview = Sample.overview()
        overview.organizationURL = "https://acme.my.salesforce.com"
        var driver = Driver(140, 40, instances: [overview], log: (1...30).map { event($0) })
        driver.allowOpening()
        driver.allowEditing()
        driver.keys("k k enter")
        driver.answer()
        driver.keys("f")
        driver.store([event(newest)])
        driver.pass(milliseconds: 1000)
        #expect(driver.dashboard.focus == .detail && driver.context.isFollowing)
        #expect(driver.detail?.sequence == shown && driver.context.selection?.sequence == newest)
        driver.forget()
        return driver
    }

    private static func replayed(_ driver: Driver) -> [Int64] {
        driver.commands.compactMap { if case .replay(let sequence, _, _) = $0 { sequence } else { nil } }
    }

    @Test func `r replays the event that is shown, and the list goes on following`() {
        var driver = Self.parted()
        driver.keys("r")
        #expect(Self.replayed(driver) == [Self.shown])
        #expect(driver.context.isFollowing)
    }

    @Test func `in the list r replays the selected event, which stays where it is`() {
        var driver = Self.parted()
        driver.keys("2 r")
        #expect(Self.replayed(driver) == [Self.newest])
        #expect(!driver.context.isFollowing)
    }

    @Test func `y copies from the event that is shown`() {
        var driver = Self.parted()
        driver.keys("y")
        for _ in 0..<20 where !driver.text.contains("▸ Event id") { driver.keys("down") }
        driver.keys("enter")
        let copied = driver.commands.compactMap { if case .copy(let text, _) = $0 { text } else { nil } }
        #expect(copied == ["evt\(Self.shown)"])
    }

    @Test func `O opens its record, v has its body edited, and B offers its record`() {
        let event = Sample.event(Self.shown)
        var driver = Self.parted()
        driver.keys("O")
        #expect(driver.commands.contains(.open("https://acme.my.salesforce.com/" + event.recordID)))
        driver.keys("v")
        let edited = driver.commands.compactMap { if case .edit(let sequence, _) = $0 { sequence } else { nil } }
        #expect(edited == [Self.shown])
        var other = Self.parted()
        other.keys("B")
        #expect(other.text.contains("id:" + event.recordID), "\(other.text)")
    }

    @Test func `U sends the event that is shown to the other URL`() {
        var driver = Self.parted()
        driver.keys("U")
        driver.paste("https://other.example/events")
        driver.keys("enter")
        #expect(Self.replayed(driver) == [Self.shown], "\(driver.text)")
    }

    @Test func `e and E go on from the event that is shown`() {
        var driver = Self.parted(dead: [25, 29])
        driver.keys("e")
        driver.pass(milliseconds: 500)
        #expect(driver.detail?.sequence == 29 && driver.events.selected == 29, "\(driver.text)")
        driver.keys("E")
        driver.pass(milliseconds: 500)
        #expect(driver.detail?.sequence == 25 && driver.events.selected == 25)
        #expect(driver.dashboard.focus == .detail)
        var list = Self.parted(dead: [25, 29])
        list.keys("2 E")
        list.pass(milliseconds: 500)
        #expect(list.events.selected == 29, "in the list they go on from the selection")
    }

    @Test(arguments: ["e", "E"])
    func `the failure that the list stands on already is shown, too`(key: String) {
        // Forward it is among the rows; backward the engine is asked for the last one.
        var driver = Self.parted(dead: [Self.newest])
        driver.keys(key)
        driver.pass(milliseconds: 500)
        #expect(driver.detail?.sequence == Self.newest && driver.events.selected == Self.newest, "\(driver.text)")
    }

    @Test func `without a failure the event that is shown stays`() {
        var driver = Self.parted()
        driver.keys("e")
        driver.pass(milliseconds: 500)
        #expect(driver.text.contains("No delivery or replay has failed."))
        #expect(driver.detail?.sequence == Self.shown)
    }

    @Test func `f stops the list and leaves the event that is shown`() {
        var driver = Self.parted()
        driver.keys("f")
        driver.send(.notice(.deliveries([])))
        driver.pass(milliseconds: 1000)
        #expect(!driver.context.isFollowing && driver.events.selected == Self.newest)
        #expect(driver.detail?.sequence == Self.shown)
        driver.keys("2 k")
        driver.pass(milliseconds: 500)
        #expect(driver.detail?.sequence == 30, "a selection that a person moves is shown")
    }

    @Test func `a detail that was open in the last run is what its keys are about`() {
        var memory = DashboardMemory()
        memory[DetailMemory.self] = {
            var detail = DetailMemory()
            detail.isOpen = true
            return detail
        }()
        var driver = Driver(140, 40, log: (1...30).map { Sample.event($0) }, memory: memory)
        driver.pass(milliseconds: 1000)
        driver.store(31...31)
        driver.pass(milliseconds: 1000)
        #expect(driver.detail?.sequence == 30 && driver.context.selection?.sequence == 31)
        driver.forget()
        driver.keys("3 r")
        #expect(Self.replayed(driver) == [30])
    }

    @Test func `an open event that is not read yet is not replaced by the selected one`() {
        var context = Self.parted().context
        context.openEvent = (sequence: Self.shown, detail: nil)
        #expect(context.subject == nil)
        #expect(context.missingSubject() == "The open event has not been read yet.")
        context.openEvent = (sequence: Self.newest, detail: nil)
        #expect(context.subject?.sequence == Self.newest)
    }
}
