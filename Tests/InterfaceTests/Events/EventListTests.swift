import Domain
import Drawing
import EngineAPI
import Primitives
import TestSupport
import Testing

@testable import Interface

@Suite(.cases)
struct EventListTests {
    private func events(_ range: ClosedRange<Int64>) -> [EventSummary] { range.map { Sample.event($0) } }

    @Test func `while following, new events come into view by themselves`() {
        var driver = Driver(140, 40, log: events(1...100))
        #expect(driver.text.contains("FOLLOWING"))
        driver.store(101...110)
        driver.pass(milliseconds: 600)
        #expect(driver.events.selected == 110)
        #expect(driver.text.contains("110"))
    }

    @Test func `moving up pauses; then nothing on the screen moves however much arrives`() {
        var driver = Driver(140, 40, log: events(1...100))
        driver.keys("k k k")
        let rows = driver.events.visibleRange.map { driver.events.rows[$0].sequence }
        driver.store(101...228)
        driver.pass(milliseconds: 600)
        #expect(driver.events.selected == 97)
        #expect(driver.events.visibleRange.map { driver.events.rows[$0].sequence } == rows)
        #expect(driver.text.contains("PAUSED — 128 new ↓"))
        driver.keys("G")
        driver.pass(milliseconds: 600)
        #expect(driver.text.contains("FOLLOWING"))
        #expect(driver.events.selected == 228)
    }

    @Test func `at the newest row nothing is new, although the list is paused`() {
        var driver = Driver(140, 40, log: events(1...100))
        driver.keys("k")
        driver.store(101...105)
        driver.pass(milliseconds: 600)
        #expect(driver.text.contains("PAUSED — 5 new ↓"))
        driver.keys("j j")
        driver.pass(milliseconds: 600)
        #expect(driver.text.contains("PAUSED — 4 new ↓"))
        driver.keys("j j j j")
        driver.pass(milliseconds: 600)
        #expect(driver.events.selected == 105)
        #expect(driver.text.contains("PAUSED") && !driver.text.contains("new ↓"))
    }

    @Test func `what is new is the rest of the total beside it, whoever else stores events`() {
        var driver = Driver(
            140,
            40,
            instances: [Sample.overview(), Sample.overview(id: 2, name: "other")],
            log: events(1...300)
        )
        driver.keys("k")
        driver.pass(milliseconds: 600)
        driver.store(301...305)
        driver.send(.notice(.stored(count: 70, lastSequence: 375)))
        driver.pass(milliseconds: 3000)
        #expect(driver.text.contains("PAUSED — 5 new ↓"))
        #expect(driver.text.contains("299 of 305"))
        driver.keys("g")
        driver.pass(milliseconds: 600)
        #expect(driver.text.contains("PAUSED — 5 new ↓") && driver.text.contains("1 of 305"))
    }

    @Test func `no number of new events is shown that the total beside it does not hold yet`() {
        var driver = Driver(140, 40, log: events(1...300))
        driver.keys("k")
        driver.pass(milliseconds: 600)
        driver.store(301...375)
        #expect(driver.text.contains("PAUSED — new ↓") && driver.text.contains("299 of 300"))
        driver.pass(milliseconds: 600)
        #expect(driver.text.contains("PAUSED — 75 new ↓") && driver.text.contains("299 of 375"))
    }

    @Test func `paging by keys reaches both ends of a log of any size, never holding more than a window`() {
        var driver = Driver(140, 40, log: events(1...3000))
        driver.keys("g")
        driver.answer()
        #expect(driver.events.selected == 1)
        for _ in 0..<200 {
            driver.keys("pagedown")
            driver.answer()
            driver.pass(milliseconds: 40)
        }
        #expect(driver.events.selected == 3000)
        #expect(driver.events.rows.count < 600)
        for _ in 0..<200 {
            driver.keys("pageup")
            driver.answer()
            driver.pass(milliseconds: 40)
        }
        #expect(driver.events.selected == 1)
    }

    @Test func `5,000 events a second cost at most one page a frame, and one at a time`() {
        var driver = Driver(140, 40, log: events(1...100))
        driver.forget()
        var next: Int64 = 101
        for _ in 0..<100 {
            driver.store(next...(next + 49))
            next += 50
            driver.answer()
            driver.pass(milliseconds: 10)
        }
        let pages = driver.commands.filter { if case .loadPage = $0 { true } else { false } }
        #expect(pages.count <= 1000 / 33 + 1)
        #expect(pages.count >= 20)
        let counts = driver.commands.filter { if case .loadCounts = $0 { true } else { false } }
        #expect(counts.count <= 3)
    }

    @Test func `an idle dashboard asks for no wake-ups`() {
        var driver = Driver(140, 40, log: events(1...100))
        driver.pass(milliseconds: 20_000)
        // A poll that does not come ends being live: one look, then none.
        #expect(driver.dashboard.nextDeadline == Sample.now.advanced(bySeconds: 192 + 60))
        driver.store(101...102)
        driver.pass(milliseconds: 15 * 60_000)
        #expect(driver.dashboard.nextDeadline == nil, "and becomes idle again when the chart is empty")
    }

    @Test func `no deadline lies in the past once it was kept, whatever is open`() {
        var driver = Driver(140, 40, log: events(1...100))
        for script in ["k", "enter", "g", "e", "r", "esc", "c space ctrl+s", "?", "esc", "y", "esc"] {
            driver.keys(script)
            driver.send(.notice(.deliveries([])))
            driver.send(.notice(.stored(count: 1, lastSequence: 101)))
            let wakeUps = driver.pass(milliseconds: 1000)
            #expect(wakeUps < 100, "\(script)")
        }
    }

    @Test func `failures are found beyond what is loaded`() {
        var log = events(1...2000)
        log[99] = Sample.event(100, state: .dead)
        var driver = Driver(140, 40, log: log)
        driver.keys("E")
        driver.answer()
        driver.pass(milliseconds: 100)
        #expect(driver.events.selected == 100)
        #expect(driver.text.contains("✗ dead 500"))
        driver.keys("E")
        driver.pass(milliseconds: 100)
        #expect(driver.text.contains("That was the first failure; this is the last one."))
        #expect(driver.events.selected == 100)
    }

    @Test func `a replay shows that it runs, then its outcome in the toast and in the deliveries`() throws {
        var driver = Driver(140, 40, log: events(1...20))
        driver.keys("k k enter")
        driver.answer()
        while driver.detail?.tab != .attempts { driver.keys("right") }
        driver.forget()
        driver.keys("r")
        #expect(driver.commands == [.replay(sequence: 18, eventID: "evt18", options: ReplayOptions())])
        #expect(driver.text.contains("replaying…"))
        driver.keys("r")
        #expect(driver.text.contains("being replayed already"))
        driver.replays[18] = 1
        let attempt = try #require(Sample.detail(Sample.event(18), replays: 1).attempts.last)
        driver.send(.replayed(sequence: 18, .success(attempt)))
        driver.answer()
        #expect(driver.text.contains("Replayed Acme GmbH: the callback answered 200 in 21 ms."))
        #expect(driver.text.contains("#2  2026-11-23 18:07:03  ✓ 200  21 ms"))
        #expect(driver.text.contains("⟲ replay"))
        #expect(!driver.text.contains("replaying…"))
    }

    @Test func `a failed replay stays on the screen until it is dismissed`() {
        var driver = Driver(140, 40, log: events(1...20))
        driver.keys("r")
        driver.send(.replayed(sequence: 20, .failure(.failed("The callback refused the connection."))))
        driver.pass(milliseconds: 60_000)
        let words = "Replay of Grace Hopper failed: The callback refused the connection."
        #expect(driver.messages.shown.map(\.text) == [words])
        #expect(driver.text.contains("Replay of Grace Hopper failed"))
        driver.keys("esc")
        #expect(!driver.text.contains("Replay of Grace Hopper"))
        driver.keys("ctrl+l")
        #expect(driver.text.contains("Replay of Grace Hopper failed"), "the log keeps it")
    }

    @Test func `that a replay failed goes once the same event was replayed, and that of another stays`() throws {
        var driver = Driver(140, 40, log: events(1...20))
        for sequence: Int64 in [20, 19] {
            driver.keys(sequence == 20 ? "r" : "k r")
            driver.send(.replayed(sequence: sequence, .failure(.failed("The callback refused the connection."))))
        }
        #expect(driver.messages.shown.count == 2)
        driver.pass(milliseconds: 2000)
        driver.keys("r")
        let attempt = try #require(Sample.detail(Sample.event(19), replays: 1).attempts.last)
        driver.send(.replayed(sequence: 19, .success(attempt)))
        let shown = driver.messages.shown.map(\.text)
        #expect(shown.count == 2 && shown[0].hasPrefix("Replay of Grace Hopper failed"), "\(shown)")
        #expect(shown.last == "Replayed Ada Lovelace: the callback answered 200 in 21 ms.", "\(shown)")
    }

    @Test func `the open detail follows the selection, and Tab goes through the panes`() {
        var driver = Driver(140, 40, log: events(1...20))
        driver.keys("enter")
        driver.answer()
        #expect(driver.dashboard.focus == .detail)
        driver.keys("2 k k")
        driver.answer()
        #expect(driver.detail?.sequence == 18)
        driver.keys("tab")
        #expect(driver.dashboard.focus == .detail)
        driver.keys("tab")
        #expect(driver.dashboard.focus == .form)
    }

    @Test func `columns go in a fixed order as the list gets narrow`() {
        var last = (ms: true, fields: true, object: true, time: true)
        for width in stride(from: 160, through: 30, by: -1) {
            let columns = ColumnLayout(width: width)
            let now = (
                ms: columns.showsMilliseconds, fields: columns.showsFields, object: columns[.object] > 0,
                time: columns[.time] > 0
            )
            #expect(!(now.ms && !last.ms) && !(now.fields && !last.fields) && !(now.object && !last.object))
            #expect(now.time || !now.object, "time goes last")
            #expect(now.object || !now.fields)
            #expect(columns[.record] >= 8, "\(width)")
            last = now
        }
    }

    @Test func `a page that can't be read says so and is tried again`() {
        var driver = Driver(140, 40, log: events(1...20))
        driver.store(21...21)
        driver.wait(milliseconds: 40)
        guard
            case .loadPage(let token, _)? = driver.pending.first(where: {
                if case .loadPage = $0 { true } else { false }
            })
        else {
            Issue.record("no page was asked for: \(driver.pending)")
            return
        }
        driver.send(.page(token: token, .failure(.failed("The disk is full."))))
        #expect(driver.text.contains("CAN'T BE READ"))
        #expect(driver.text.contains("The disk is full."))
        driver.pass(milliseconds: 3000)
        #expect(driver.events.selected == 21)
    }
}
