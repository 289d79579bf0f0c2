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
    private static func parted() -> Driver {
        var overview = Sample.overview()
        overview.organizationURL = "https://acme.my.salesforce.com"
        var driver = Driver(140, 40, instances: [overview], log: (1...30).map { Sample.event($0) })
        driver.allowOpening()
        driver.allowEditing()
        driver.keys("k k enter")
        driver.answer()
        driver.keys("f")
        driver.store(newest...newest)
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
