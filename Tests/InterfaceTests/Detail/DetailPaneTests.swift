import Domain
import Drawing
import EngineAPI
import Primitives
import TestSupport
import Testing

@testable import Interface

@Suite(.cases)
struct DetailPaneTests {
    /// Changes of the samples go with their numbers: 0 updated, 1 created, 2 and 3 updated, 4 deleted.
    private func opened(_ sequence: Int64, width: Int = 140, height: Int = 40) -> Driver {
        var driver = Driver(width, height, log: (1...sequence).map { Sample.event($0) })
        driver.keys("k j enter")
        driver.answer()
        return driver
    }

    private func path(_ driver: Driver) -> String? { driver.context.openField?.path }

    @Test(
        arguments: [(20, .changes), (21, .record), (22, .changes), (24, .record)] as [(Int64, DetailTab)]
    )
    func `an update opens on its changes, everything else on the record`(sequence: Int64, tab: DetailTab) {
        #expect(opened(sequence).detail?.tab == tab)
    }

    @Test func `the tab goes with the event until a person chooses one`() {
        var driver = opened(22)
        driver.keys("2 k")
        driver.answer()
        #expect(driver.detail?.sequence == 21 && driver.detail?.tab == .record)
        driver.keys("k")
        driver.answer()
        #expect(driver.detail?.tab == .changes)
        driver.keys("3 right right 2 k")
        driver.answer()
        #expect(driver.detail?.sequence == 19 && driver.detail?.tab == .envelope)
    }

    /// A later run on the same events.
    private func nextRun(_ driver: Driver) -> Driver {
        Driver(140, 40, instances: driver.instances, log: driver.log, memory: driver.dashboard.settings.memory)
    }

    @Test func `the tab that was chosen last for a kind of event is the first of the next one, also in the next run`() {
        var driver = opened(22)
        driver.keys("right right esc k k enter")
        driver.answer()
        #expect(driver.detail?.sequence == 20 && driver.detail?.tab == .envelope)
        driver.keys("esc k enter")
        driver.answer()
        #expect(driver.detail?.sequence == 19 && driver.detail?.tab == .record, "no tab was chosen for a deletion")
        driver.keys("x esc")
        var next = nextRun(driver)
        for (sequence, tab) in [(22, DetailTab.envelope), (21, .record), (20, .envelope), (19, .raw)] {
            next.keys(next.detail == nil && sequence == 22 ? "enter" : "esc k enter")
            next.answer()
            #expect(next.detail?.sequence == Int64(sequence) && next.detail?.tab == tab, "\(sequence)")
        }
    }

    @Test(
        arguments: [
            (nil, .updated, true, .changes), (nil, .updated, false, .record), (nil, .created, false, .record),
            (.changes, .updated, false, .record), (.changes, .deleted, false, .record), (.raw, .updated, false, .raw),
            (.attempts, .created, false, .attempts),
        ] as [(DetailTab?, Change, Bool, DetailTab)]
    )
    func `no event opens on Changes that has none`(
        chosen: DetailTab?,
        change: Change,
        hasChanges: Bool,
        tab: DetailTab
    ) {
        var memory = DetailMemory()
        if let chosen { memory.choose(chosen, for: change) }
        #expect(memory.tab(of: change, hasChanges: hasChanges) == tab)
    }

    @Test func `a detail that was open is open in the next run and for another instance, until it is closed`() {
        var driver = opened(22)
        driver.instances.append(Sample.overview(id: 2, name: "empty"))
        driver.send(.notice(.instancesChanged))
        driver.pass(milliseconds: 1000)
        var next = nextRun(driver)
        #expect(next.detail?.sequence == 22 && next.detail?.tab == .changes)
        #expect(next.dashboard.focus == .events && next.context.isFollowing, "nobody has asked for it now")
        #expect(next.text.contains("old Email"), "\(next.text)")
        next.keys("i down enter")
        next.pass(milliseconds: 1000)
        #expect(next.context.instances.current == 2 && next.detail == nil)
        next.keys("i up enter")
        next.pass(milliseconds: 1000)
        #expect(next.detail?.sequence == 22)
        next.keys("3 esc")
        #expect(nextRun(next).detail == nil)
        // Where nothing has come yet, it opens with the first event.
        var early = Driver(140, 40, memory: driver.dashboard.settings.memory)
        #expect(early.detail == nil)
        early.store(1...3)
        early.pass(milliseconds: 1000)
        #expect(early.detail?.sequence == 3)
    }

    @Test func `old and new values stand in columns, and audit fields are folded`() {
        var driver = opened(23)
        let lines = driver.text.split(separator: "\n").filter { $0.contains("→ new") }
        #expect(lines.count == 3, "\(driver.text)")
        let columns = lines.map { line in
            line.distance(from: line.startIndex, to: line.firstIndex(of: "→") ?? line.endIndex)
        }
        #expect(Set(columns).count == 1)
        #expect(driver.text.contains("▹ 1 audit field") && !driver.text.contains("2026-11-20T09"))
        driver.keys("G enter")
        #expect(driver.text.contains("2026-11-20T09"))
        driver.keys("space")
        #expect(!driver.text.contains("2026-11-20T09"))
    }

    @Test func `an update that changed no field says so, in the row, the detail and the story`() {
        let words = "no field changed"
        var driver = Driver(140, 40, log: [Sample.update(1, isCompared: false), Sample.update(2, isCompared: true)])
        driver.answer()
        #expect(driver.text.split(separator: "\n").filter { $0.contains(words) }.count == 1)
        driver.keys("s")
        driver.answer()
        #expect(driver.text.split(separator: "\n").filter { $0.contains("    " + words) }.count == 1, "\(driver.text)")
        driver.keys("esc enter")
        driver.answer()
        driver.keys("left")
        #expect(driver.detail?.tab == .changes)
        #expect(driver.text.contains("no field holds anything else"), "\(driver.text)")
        driver.keys("2 k")
        driver.answer()
        #expect(driver.text.contains("The former values aren't known"), "\(driver.text)")
    }

    @Test func `the selection moves on without waiting for the detail, once that was there`() {
        var driver = Driver(140, 40, log: (1...30).map { Sample.event($0) })
        driver.keys("k k enter")
        driver.answer()
        driver.keys("2 k k k")
        #expect(driver.events.selected == 25)
        driver.answer()
        #expect(driver.detail?.sequence == 25 && driver.detail?.detail != nil)
    }

    @Test func `the path under the cursor stands below, and is what is copied`() {
        var driver = opened(22)
        #expect(path(driver) == "Email" && driver.context.openField?.value == "new Email")
        driver.keys("right")
        driver.keys("j")
        #expect(path(driver) == "Email" && driver.context.openField?.value == "ada@new.example")
        driver.keys("right")
        for _ in 0..<40 where path(driver)?.hasSuffix(".Email") != true { driver.keys("j") }
        #expect(path(driver) == "message.raw.Account[0].Email", "\(driver.text)")
        #expect(driver.text.contains("message.raw.Account[0].Email"))
        driver.keys("esc")
        #expect(driver.context.openField == nil)
    }

    @Test func `objects fold, all at once and one by one, and stay so beside another tab`() {
        var driver = opened(22)
        driver.keys("right right -")
        #expect(driver.text.contains("▹ \"message\": {…}"))
        driver.keys("right left")
        #expect(driver.text.contains("▹ \"message\": {…}"))
        driver.send(.notice(.deliveries([22])))
        driver.answer()
        #expect(driver.text.contains("▹ \"message\": {…}"), "an answer with the same body changes nothing")
        for _ in 0..<40 where path(driver) != "message" { driver.keys("j") }
        driver.keys("enter")
        #expect(driver.text.contains("▾ \"message\": {"))
        driver.keys("+ g")
        #expect(driver.text.contains("▾ {"))
    }

    @Test func `attempts fold and unfold, all at once, with the cursor on the same one`() {
        var driver = Driver(140, 90, log: (1...22).map { Sample.event($0) })
        driver.replays[22] = 2
        driver.keys("k j enter")
        driver.answer()
        driver.keys("A")
        #expect(driver.text.contains("▾ #3") && driver.text.contains("▹ #1"), "\(driver.text)")
        driver.keys("+")
        #expect(driver.text.contains("▾ #3") && driver.text.contains("▾ #1"), "\(driver.text)")
        driver.keys("G -")
        #expect(driver.text.contains("▹ #3") && driver.text.contains("▹ #1"), "\(driver.text)")
        #expect(driver.text.contains("▸▹ #1") && !driver.text.contains("Nothing folds"), "\(driver.text)")
    }

    @Test func `folding is offered on lines that fold`() {
        var driver = opened(22)
        driver.keys("A")
        func footer() -> String { driver.text.split(separator: "\n").last.map(String.init) ?? "" }
        #expect(!footer().contains("⏎ fold"), "\(footer())")
        for _ in 0..<9 where driver.detail?.canFold == false { driver.keys("j") }
        #expect(driver.detail?.canFold == true && footer().contains("⏎ fold"), "\(footer())")
    }

    @Test func `Raw shows the bytes, and x their digits`() {
        var driver = opened(22)
        driver.keys("x")
        #expect(driver.detail?.tab == .raw && driver.text.contains("00000000  7b 22"))
        driver.keys("x")
        #expect(!driver.text.contains("00000000  7b 22") && driver.text.contains("{\"severity\":"))
    }

    @Test(arguments: [(200, 60), (140, 40), (80, 24), (60, 16), (40, 8)])
    func `at every size each tab can be read to its end`(width: Int, height: Int) {
        var driver = opened(22, width: width, height: height)
        for _ in DetailTab.allCases {
            driver.keys("g")
            var frames = 0
            while driver.detail.map({ $0.reader.cursor + 1 < $0.rows?.content.source.count ?? 0 }) == true, frames < 500
            {
                driver.keys("pagedown")
                frames += 1
            }
            #expect(frames < 500, "\(driver.text)")
            driver.keys("right")
        }
    }

    // MARK: Attempts

    @Test func `an attempt tells when, its result, its time in parts, and what both sides sent`() {
        var driver = Driver(140, 80, log: [Sample.event(1, state: .dead)])
        driver.replays[1] = 1
        driver.keys("enter")
        driver.answer()
        while driver.detail?.tab != .attempts { driver.keys("right") }
        #expect(driver.text.contains("▾ #2") && driver.text.contains("▹ #1"), "the newest is open\n\(driver.text)")
        #expect(driver.text.contains("after #1"))
        driver.keys("G enter")
        for words in [
            "▾ #1", "POST https://app.example/events",
            "· name 2 ms, ╌ connection 3 ms, ═ TLS 4 ms, ━ waiting 3 ms, ─ answer 2 ms",
            "Sent",
            "Content-Type: application/json; charset=utf-8", "Elements-Webhook-Id: 1", "Signalbox-Attempt: 1",
            "not kept", "Answered", "content-type: application/json", "\"error\": \"no such queue\"",
        ] { #expect(driver.text.contains(words), "\(words)\n\(driver.text)") }
    }

    // MARK: Size

    @Test func `a body of megabytes costs what is in view`() throws {
        let fields = (0..<60_000).map { #""Field\#($0)__c":"value \#($0)""# }.joined(separator: ",")
        let tree = JSONTree(try JSON(parsing: "{" + fields + "}"), .json, glyphs: .unicode)
        var reader = RowReader()
        let page = RowReader.Page(tree, Size(width: 100, height: 30))
        let watch = ContinuousClock()
        let time = watch.measure {
            for motion in [ListMotion.rows(1), .last, .rows(-29), .first, .rows(29), .last] {
                reader.move(motion, on: page)
                reader.settle(on: page)
                for row in reader.visibleRows(page) { _ = page.source.lines(of: row, width: 100) }
            }
        }
        // Some milliseconds; laying all of it out takes seconds in this build.
        #expect(reader.cursor == page.source.count - 1 && time < .seconds(1))
    }
}
