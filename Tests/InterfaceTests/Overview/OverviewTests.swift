import Domain
import Drawing
import EngineAPI
import Primitives
import TestSupport
import Testing

@testable import Interface

@Suite(.cases)
struct OverviewTests {
    /// Three instances: a busy one, one whose callback fails, one that was stopped.
    static func instances() -> [InstanceOverview] {
        let failing = CallbackState.failing(
            reason: "https://app.example/events answered 500",
            at: Sample.now,
            retrying: 31
        )
        var stopped = Sample.overview(
            id: 3,
            name: "a sandbox with a rather long name 東京",
            source: .stopped,
            callback: .idle
        )
        stopped.configuration.eventsEnabled = false
        stopped.nextPoll = nil
        var busy = Sample.overview()
        busy.apiBudget = APIBudget(
            calls: [.rows: 431, .check: 80, .deletes: 12, .reconcile: 48, .describe: 26, .tokens: 12],
            limit: 50_000
        )
        return [busy, Sample.overview(id: 2, name: "production", callback: failing), stopped]
    }

    static func figures() -> EngineStatistics {
        var figures = EngineStatistics()
        func counts(_ total: Int64, dead: Int64 = 0, queued: Int64 = 0) -> EventCounts {
            let delivered = total - dead - queued
            return EventCounts(total: total, byState: [.delivered: delivered, .dead: dead, .queued: queued])
        }
        figures.instances = [
            1: InstanceFigures(counts: counts(1_104_331, dead: 3, queued: 12), perMinute: 1207),
            2: InstanceFigures(counts: counts(4180, dead: 96, queued: 31), perMinute: 4),
        ]
        let samples = (0..<1000).map { number in
            CallbackFigures.Sample(
                milliseconds: number % 97 == 0 ? 1200 + number * 3 : 3 + number % 41 + number % 7,
                isSuccess: number % 97 != 0
            )
        }
        figures.instance = InstanceStatistics(
            id: 1,
            events: EventFigures(
                objects: [
                    .init(object: "Account", counts: counts(1_000_000, dead: 3)),
                    .init(object: "Contact", counts: counts(104_000, queued: 12)),
                    .init(object: "An_Object_With_A_Very_Long_Name_Indeed_And_More__c", counts: counts(331)),
                ],
                callback: CallbackFigures(samples),
                oldestOpen: Sample.now.advanced(bySeconds: -312),
                busiest: BusyListTests.busiest
            ),
            polls: (0..<7).map { number in
                FinishedPoll(
                    at: Sample.now.advanced(bySeconds: -3 - 300 * (6 - number)),
                    milliseconds: 400 + 37 * Int(number),
                    apiCalls: number == 2 ? 0 : 2,
                    events: Int(number) * 3,
                    isFaulty: number == 2
                )
            }
        )
        figures.storeBytes = 2_470_000_000
        figures.freeBytes = 93_000_000_000
        figures.retention = RetentionFigures(
            policy: RetentionPolicy(age: 90 * 86_400_000, bytes: 20 << 30),
            oldest: Sample.now.advanced(bySeconds: -90 * 86_400),
            dueWithinDay: 1204
        )
        return figures
    }

    static func opened(_ width: Int = 140, _ height: Int = 40, glyphs: Glyphs = .unicode) -> Driver {
        var driver = Driver(
            width,
            height,
            instances: instances(),
            log: (1...40).map { Sample.event($0) },
            glyphs: glyphs
        )
        driver.figures = figures()
        driver.keys("o")
        driver.answer()
        return driver
    }

    // MARK: How it looks

    @Test(arguments: GoldenScreenTests.sizes)
    func `a busy instance in figures`(width: Int, height: Int) {
        Self.opened(width, height).screen.expectGolden("overview-busy-\(width)x\(height)")
    }

    @Test(arguments: GoldenScreenTests.sizes)
    func `nodes that share the store, and what each of them works for`(width: Int, height: Int) {
        var driver = Driver(width, height, instances: Self.instances())
        driver.figures = Self.figures()
        driver.figures.nodes = [
            NodeFigures(name: "alpha", version: "1.4.0", isAsked: false, instances: [2], sinceSign: 3100),
            NodeFigures(name: "beta", version: "1.4.0", isAsked: true, instances: [1, 3, 9], sinceSign: 900),
            NodeFigures(name: "gamma", version: "1.4.0", isAsked: false, instances: [], sinceSign: 12_400),
            NodeFigures(name: "delta", version: "1.3.9", isAsked: false, instances: [], sinceSign: nil),
        ]
        driver.keys("o")
        driver.answer()
        driver.keys("end")
        driver.screen.expectGolden("overview-nodes-\(width)x\(height)")
    }

    @Test(arguments: GoldenScreenTests.sizes)
    func `a callback that fails`(width: Int, height: Int) {
        var driver = Self.opened(width, height, glyphs: .ascii)
        driver.keys("down")
        driver.answer()
        driver.screen.expectGolden("overview-failing-\(width)x\(height)")
    }

    @Test(arguments: GoldenScreenTests.sizes)
    func `an instance without events`(width: Int, height: Int) {
        var driver = Driver(width, height)
        var figures = EngineStatistics()
        figures.instance = InstanceStatistics(id: 1, events: EventFigures(), polls: [])
        driver.figures = figures
        driver.keys("o")
        driver.answer()
        driver.screen.expectGolden("overview-empty-\(width)x\(height)")
    }

    @Test(arguments: [(140, 40), (80, 24), (60, 16), (40, 8)])
    func `the menu of instances says how each is`(width: Int, height: Int) {
        var driver = Driver(width, height, instances: Self.instances())
        driver.figures = Self.figures()
        driver.keys("i")
        driver.screen.expectGolden("instances-reading-\(width)x\(height)")
        driver.answer()
        driver.screen.expectGolden("instances-\(width)x\(height)")
    }

    @Test func `polls of before a change of the settings forecast nothing`() {
        var driver = Driver(140, 40, instances: Self.instances())
        driver.figures = Self.figures()
        driver.instances[0].updatedDate = Sample.now.advanced(bySeconds: -1)
        driver.instances[0].configuration.eventType = .webhooks
        driver.send(.notice(.instance(1)))
        driver.pass(milliseconds: 500)
        driver.keys("o")
        driver.answer()
        #expect(driver.text.contains("API calls"))
        #expect(!driver.text.contains("at this pace") && !driver.text.contains("olls  next at"), "\(driver.text)")
        driver.instances[0].updatedDate = Sample.now.advanced(bySeconds: -1000)
        driver.send(.notice(.instance(1)))
        driver.pass(milliseconds: 3000)
        #expect(driver.text.contains("Reconciling polls  next at 18:10:15"), "\(driver.text)")
        #expect(driver.text.contains("Polls at this pace"))
    }

    @Test func `what depends on how many events come says so`() {
        var driver = Self.opened(200, 60)
        #expect(driver.text.contains("if as many come as in the last one"))
        driver = Driver(200, 60, instances: Self.instances())
        driver.figures = Self.figures()
        driver.figures.retention?.policy = RetentionPolicy(age: 90 * 86_400_000)
        driver.keys("o")
        driver.answer()
        #expect(driver.text.contains("1 204 go within a day") && !driver.text.contains("if as many come"))
    }

    // MARK: What it asks

    private func questions(_ driver: Driver) -> [InstanceID?] {
        driver.commands.compactMap { if case .loadStatistics(_, let id) = $0 { .some(id) } else { nil } }
    }

    @Test(arguments: ["o", "i"])
    func `figures are asked for at most once a second while they are shown, and never otherwise`(key: String) {
        var driver = Driver(140, 40, instances: Self.instances())
        driver.figures = Self.figures()
        driver.store(1...5)
        driver.pass(milliseconds: 20_000)
        #expect(questions(driver).isEmpty)
        driver.keys(key)
        driver.answer()
        #expect(questions(driver).count == 1)
        for _ in 1...40 {
            driver.send(.notice(.deliveries([1])))
            driver.pass(milliseconds: 100)
        }
        #expect((4...5).contains(questions(driver).count), "\(questions(driver).count)")
        // Without news seldom, as rates and ages change.
        driver.forget()
        driver.pass(milliseconds: 20_000)
        #expect((3...4).contains(questions(driver).count), "\(questions(driver).count)")
        driver.keys("esc")
        driver.forget()
        driver.store(6...9)
        driver.pass(milliseconds: 20_000)
        #expect(questions(driver).isEmpty)
    }

    @Test func `one that moves on to another instance sees that one's figures, never the former's`() {
        var driver = Self.opened()
        driver.forget()
        driver.keys("down")
        #expect(questions(driver) == [2])
        #expect(driver.text.contains("Reading…") && !driver.text.contains("1,000,000"))
        driver.answer()
        #expect(driver.text.contains("1 000 000") || driver.text.contains("1,000,000"))
    }

    @Test func `why there are no figures is said, and the next answer takes it away`() {
        var driver = Driver(140, 40)
        driver.keys("o")
        guard case .loadStatistics(let token, let id)? = driver.pending.last else {
            Issue.record("nothing was asked")
            return
        }
        driver.send(.statistics(token: token, id, .failure(.failed("The node can't be asked."))))
        #expect(driver.text.contains("The node can't be asked."))
        driver.figures = Self.figures()
        driver.pass(milliseconds: 6000)
        #expect(!driver.text.contains("The node can't be asked.") && driver.text.contains("Account"))
        // An answer that nobody waits for any more.
        driver.send(.statistics(token: token, id, .failure(.failed("late"))))
        #expect(!driver.text.contains("late"))
    }

    // MARK: Going there

    @Test func `Enter goes to the instance under the cursor, and a click on it too`() {
        var driver = Self.opened()
        driver.keys("down enter")
        #expect(driver.dashboard.layers.isEmpty && driver.context.instances.current == 2)
        driver.keys("o")
        driver.answer()
        let row = driver.text.split(separator: "\n", omittingEmptySubsequences: false).firstIndex {
            $0.contains("a sandbox")
        }
        driver.click(30, row ?? 0)
        #expect(driver.dashboard.layers.layers.count == 1)
        driver.click(30, row ?? 0)
        #expect(driver.dashboard.layers.isEmpty && driver.context.instances.current == 3)
    }

    @Test func `what would be lost is asked about before another instance comes`() {
        var driver = Self.opened()
        driver.keys("esc c space o")
        driver.keys("down enter")
        #expect(driver.text.contains("unsaved") && driver.context.instances.current == 1)
    }

    @Test(arguments: [(80, 24), (60, 16), (100, 30), (40, 8)])
    func `all of the figures can be scrolled to, by keys and by the wheel`(width: Int, height: Int) {
        var driver = Self.opened(width, height)
        let last = height < 10 ? "if as many come" : "Oldest event"
        driver.keys("end")
        #expect(driver.text.contains(last))
        let end = driver.text
        driver.keys("home")
        #expect(driver.text != end)
        for _ in 1...40 { driver.send(.input(.mouse(MouseEvent(.wheel(.down), at: Point(x: 20, y: height - 4))))) }
        #expect(driver.text == end)
        driver.keys("pageup pagedown pagedown pagedown pagedown pagedown pagedown pagedown pagedown pagedown")
        #expect(driver.text == end)
        driver.resize(200, 60)
        #expect(driver.text.contains("Account") && driver.text.contains(last))
    }

    @Test func `many instances leave room for the figures, and the chosen one is in view`() {
        let many = (1...60).map { Sample.overview(id: InstanceID($0), name: "instance number \($0)") }
        var driver = Driver(140, 40, instances: many)
        driver.figures = Self.figures()
        driver.keys("o")
        for _ in 1...49 { driver.keys("down") }
        driver.answer()
        #expect(driver.text.contains("instance number 50") && driver.text.contains("Callback"))
        driver.instances.removeLast(20)
        driver.send(.notice(.instancesChanged))
        driver.pass(milliseconds: 2000)
        // It is gone: the first one stands in.
        #expect(driver.text.contains("instance number 1 ") && driver.text.contains("Account"))
    }

    @Test(arguments: [(300, 100), (200, 60), (80, 120)])
    func `where there is room, the longer lists have more of what there is`(width: Int, height: Int) {
        var figures = Self.figures()
        let records = (1...20).map { BusyRecord(newest: Sample.event(Int64($0)), events: 4000 - $0) }
        figures.instance?.events.busiest.records = records
        figures.instance?.events.objects = (1...15).map {
            .init(object: "Thing\($0)__c", counts: EventCounts(total: 100, byState: [:]))
        }
        func text(_ height: Int) -> String {
            var driver = Self.opened(width, height)
            driver.figures = figures
            driver.pass(milliseconds: 6000)
            return driver.text
        }
        let roomy = text(height)
        #expect(roomy.contains("Thing15__c") && !roomy.contains("more with fewer"), "\(roomy)")
        #expect(roomy.contains(3980.grouped), "the last of twenty records\n\(roomy)")
        #expect(roomy.contains("17:37:00"), "the first poll of seven")
        #expect(roomy.contains("Oldest event"), "nothing is pushed out")
        let low = text(30)
        #expect(!low.contains("Thing15__c") && !low.contains(3980.grouped), "\(low)")
    }
}
