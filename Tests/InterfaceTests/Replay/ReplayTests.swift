import Domain
import Drawing
import EngineAPI
import Primitives
import TestSupport
import Testing

@testable import Interface

@Suite(.cases)
struct ReplayTests {
    private func driver(dead: Int = 3, width: Int = 140, height: Int = 40) -> Driver {
        Driver(width, height, log: (1...20).map { Sample.event($0, state: $0 <= dead ? .dead : nil) })
    }

    static func job(
        _ id: Int64 = 1,
        _ state: ReplayJob.State = .running,
        done: Int64 = 40,
        failed: Int64 = 0,
        total: Int64 = 200,
        lastError: String? = nil
    ) -> ReplayJob {
        var filter = EventFilter()
        filter.instanceIDs = [1]
        filter.states = [.dead]
        return ReplayJob(
            id: id,
            instanceID: 1,
            filter: filter,
            state: state,
            rate: 10,
            total: total,
            succeeded: done - failed,
            failed: failed,
            lastSequence: 500,
            lastError: lastError,
            createdAt: Sample.now.advanced(bySeconds: -60),
            updatedAt: Sample.now
        )
    }

    @Test func `what died is offered first, counted, and sent only after a yes that names host and number`() throws {
        var driver = driver()
        driver.keys("B")
        driver.pass(milliseconds: 300)
        #expect(driver.text.contains("state:dead -replay:succeeded"))
        #expect(driver.text.contains("3 events would go to app.example, oldest first: about 1 s."))
        driver.forget()
        driver.keys("enter")
        #expect(driver.commands.isEmpty)
        #expect(driver.text.contains("Replay 3 events?"))
        driver.keys("y")
        var filter = EventFilter()
        filter.states = [.dead]
        filter.excludedReplays = [.succeeded]
        #expect(driver.commands == [.createReplays(request: driver.replaysRequest, 1, filter, rate: 10)])
        driver.jobs = [Self.job(total: 3)]
        driver.send(.replaysCreated(request: driver.replaysRequest, .success(Self.job(total: 3))))
        #expect(driver.dashboard.layers.isEmpty)
        driver.pass(milliseconds: 600)
        #expect(driver.text.contains("replaying"))
    }

    @Test func `cancel is the default of the question`() {
        var driver = driver()
        driver.keys("B")
        driver.pass(milliseconds: 300)
        driver.forget()
        driver.keys("enter enter")
        #expect(driver.commands.isEmpty)
        #expect(driver.text.contains("Replay many events"))
    }

    @Test func `the record that is open is what is meant`() {
        var driver = driver()
        driver.keys("enter")
        driver.answer()
        driver.keys("B")
        #expect(driver.text.contains("id:003Qy00000A1020IAB"))
    }

    @Test(
        arguments: [
            ([], "state:dead -replay:succeeded"), ([.held], "state:held "),
            ([.held, .retrying], "state:held,retrying"),
            ([.held, .dead], "state:dead -replay:succeeded"), ([.queued], "state:dead -replay:succeeded"),
        ] as [([DeliveryState], String)]
    )
    func `what was delivered is never offered to be replayed`(states: [DeliveryState], filter: String) {
        let delivered = (1...20).map { Sample.event($0) }
        let others = states.enumerated().map { Sample.event(Int64(21 + $0), state: $1) }
        var driver = Driver(140, 40, log: delivered + others)
        driver.pass(milliseconds: 600)
        driver.keys("B")
        #expect(driver.text.contains(filter) && !driver.text.contains("since:1h"), "\(driver.text)")
    }

    @Test func `a wrong word is said under the field and nothing is asked of the engine`() {
        var driver = driver()
        driver.keys("B ctrl+u")
        driver.type("colour:red")
        driver.forget()
        driver.pass(milliseconds: 500)
        #expect(driver.text.contains("✗ At character 1 of the filter: “colour:” is not known"))
        driver.keys("enter")
        #expect(driver.commands.isEmpty)
    }

    @Test func `another instance's number is refused`() {
        var driver = driver()
        driver.keys("B ctrl+u")
        driver.type("a instance:2")
        #expect(driver.text.contains("✗ At character 3 of the filter: This replays"))
    }

    @Test func `the count follows what is typed, a moment after the last key`() {
        var driver = driver()
        driver.keys("B")
        driver.pass(milliseconds: 300)
        driver.keys("ctrl+u")
        driver.forget()
        driver.type("state:delivered")
        #expect(driver.commands.isEmpty)
        #expect(driver.text.contains("Counting…"))
        driver.pass(milliseconds: 300)
        #expect(driver.commands.count == 1)
        #expect(driver.text.contains("17 events would go"))
    }

    @Test func `Enter before the count is known asks as soon as it is`() {
        var driver = driver()
        driver.keys("B enter")
        #expect(!driver.text.contains("Replay 3 events?"))
        driver.pass(milliseconds: 300)
        #expect(driver.text.contains("Replay 3 events?"))
    }

    @Test func `nothing that fits starts nothing`() {
        var driver = driver(dead: 0)
        driver.keys("B ctrl+u")
        driver.type("state:dead")
        driver.pass(milliseconds: 300)
        #expect(driver.text.contains("No event of this instance fits"))
        driver.forget()
        driver.keys("enter")
        #expect(driver.commands.isEmpty && driver.dashboard.layers.count == 1)
    }

    @Test func `a refusal of the engine stands in the dialog`() {
        var driver = driver()
        driver.keys("B")
        driver.pass(milliseconds: 300)
        driver.keys("enter y")
        driver.send(
            .replaysCreated(
                request: driver.replaysRequest,
                .failure(.failed("There are 32 open bulk replays; cancel one or wait."))
            )
        )
        #expect(driver.text.contains("✗ There are 32 open bulk replays"))
        driver.keys("esc")
        #expect(driver.dashboard.layers.isEmpty)
    }

    @Test func `without a callback there is nothing to replay to`() {
        var driver = Driver(140, 40, instances: [Sample.overview(callbackURL: "")], log: [Sample.event(1)])
        driver.keys("B")
        #expect(driver.text.contains("no callback URL to replay to"))
    }

    @Test(arguments: [("right", 20), ("left", 5), ("4 0", 40)])
    func `the rate takes steps and digits`(keys: String, rate: Int) {
        var field = RateField(10)
        for name in keys.split(separator: " ") { _ = Key(name: String(name)).map { field.handle($0) } }
        #expect(field.value == rate)
    }

    @Test func `a rate that is none is said`() {
        var driver = driver()
        driver.keys("B tab")
        driver.type("4000")
        #expect(driver.text.contains("4000 is not"))
        driver.forget()
        driver.keys("enter")
        #expect(driver.commands.isEmpty)
    }

    @Test func `the mouse presses what it is on, and a click between keeps the dialog`() throws {
        var driver = driver()
        driver.keys("B")
        driver.pass(milliseconds: 300)
        func place(_ text: String) throws -> (x: Int, y: Int) {
            let rows = driver.text.split(separator: "\n", omittingEmptySubsequences: false)
            let y = try #require(rows.firstIndex { $0.contains(text) })
            let x = try #require(rows[y].firstRange(of: text)).lowerBound
            return (rows[y].distance(from: rows[y].startIndex, to: x), y)
        }
        let help = try place("any other word")
        driver.click(help.x, help.y)
        #expect(driver.dashboard.layers.count == 1)
        let rate = try place("‹ 10 ›")
        driver.click(rate.x, rate.y)
        driver.keys("right")
        #expect(driver.text.contains("‹ 20 ›"))
        let start = try place("[ Start… ]")
        driver.click(start.x + 2, start.y)
        #expect(driver.text.contains("Replay 3 events?"))
        driver.keys("esc")
        driver.click(1, 1)
        #expect(driver.dashboard.layers.isEmpty)
    }

    // MARK: Jobs

    @Test(arguments: [EngineNotice.instance(1), .instancesChanged])
    func `progress stands above the hints, with failures and the time that is left`(_ notice: EngineNotice) {
        var driver = driver()
        driver.jobs = [Self.job(failed: 3)]
        driver.send(.notice(notice))
        driver.pass(milliseconds: 600)
        #expect(driver.text.contains("20 %  40 of 200  3 failed  16 s left  10/s"))
    }

    @Test func `what the callback can't keep up with is measured and said`() {
        var driver = driver()
        for done in [10, 14, 18, 22] as [Int64] {
            driver.jobs = [Self.job(done: done)]
            driver.send(.notice(.instance(1)))
            driver.pass(milliseconds: 2000)
        }
        #expect(driver.text.contains("2 of 10/s"))
        #expect(driver.text.contains("1 min 22 s left"))
    }

    @Test func `a job can be paused, resumed, sped up and cancelled after a question`() {
        var driver = driver()
        driver.jobs = [Self.job()]
        driver.send(.notice(.instance(1)))
        driver.pass(milliseconds: 600)
        driver.keys("J")
        driver.pass(milliseconds: 600)
        driver.forget()
        driver.keys("space")
        #expect(driver.commands == [.changeReplay(1, isPaused: true, rate: nil)])
        driver.jobs = [Self.job(1, .paused)]
        driver.send(.replayChanged(.success(Self.job(1, .paused))))
        #expect(driver.text.contains("Space resumes"))
        driver.forget()
        driver.keys("space")
        driver.type("+-x")
        #expect(
            driver.commands.filter { if case .loadReplays = $0 { false } else { true } } == [
                .changeReplay(1, isPaused: false, rate: nil), .changeReplay(1, isPaused: nil, rate: 20),
                .changeReplay(1, isPaused: nil, rate: 5),
            ]
        )
        #expect(driver.text.contains("40 of 200 events went out so far"))
        driver.forget()
        driver.keys("y")
        #expect(driver.commands.first == .cancelReplay(1))
        driver.send(.replayChanged(.success(Self.job(1, .cancelled))))
        #expect(
            driver.messages.entries.last?.text
                == "Bulk replay 1 was cancelled after 40 of 200 events; what is under way still ends."
        )
    }

    @Test func `a job that was begun elsewhere shows, and how it ended is said once`() {
        var driver = driver()
        driver.jobs = [Self.job(7)]
        driver.send(.notice(.instance(1)))
        driver.pass(milliseconds: 600)
        driver.jobs = [Self.job(7, .completed, done: 200, failed: 2, lastError: "answered 500")]
        driver.send(.notice(.instance(1)))
        driver.pass(milliseconds: 600)
        #expect(driver.messages.entries.last?.text.hasSuffix("2 failed. The last one: answered 500.") == true)
        #expect(!driver.text.contains("J shows"))
        let count = driver.messages.entries.count
        driver.send(.notice(.instance(1)))
        driver.pass(milliseconds: 600)
        #expect(driver.messages.entries.count == count)
    }

    /// Lists are read twice a second at most; three events are sent in less, and either answer may come first.
    @Test(arguments: [true, false])
    func `a job that ends before a list has shown it open is reported all the same, once`(isListedFirst: Bool) {
        var driver = driver()
        driver.keys("B")
        driver.pass(milliseconds: 300)
        driver.keys("enter y")
        let begun = Message.replaysCreated(request: driver.replaysRequest, .success(Self.job(done: 0, total: 3)))
        driver.jobs = [Self.job(1, .completed, done: 3, total: 3)]
        if isListedFirst {
            driver.send(.notice(.instance(1)))
            driver.pass(milliseconds: 600)
            driver.send(begun)
        } else {
            driver.send(begun)
            driver.send(.notice(.instance(1)))
            driver.pass(milliseconds: 600)
        }
        let words = "Replayed 3 events to app.example; all were taken."
        #expect(driver.messages.entries.filter { $0.text == words }.count == 1, "\(driver.text)")
        driver.send(.notice(.instance(1)))
        driver.pass(milliseconds: 600)
        #expect(driver.messages.entries.filter { $0.text == words && $0.count == 1 }.count == 1)
    }

    @Test func `jobs that ended before this start are listed and not announced`() {
        var driver = driver()
        driver.jobs = [Self.job(2, .completed, done: 200), Self.job(1, .cancelled)]
        driver.send(.notice(.instance(1)))
        driver.pass(milliseconds: 600)
        #expect(driver.messages.entries.isEmpty)
        driver.keys("J")
        #expect(driver.text.contains("✓ done"))
        #expect(driver.text.contains("■ cancelled"))
    }

    @Test func `the selection stays with its job while others come`() {
        var driver = driver()
        driver.jobs = [Self.job(2), Self.job(1, .paused)]
        driver.send(.notice(.instance(1)))
        driver.pass(milliseconds: 600)
        driver.keys("J down")
        driver.jobs.insert(Self.job(3), at: 0)
        driver.send(.notice(.instance(1)))
        driver.pass(milliseconds: 600)
        #expect(driver.text.contains("Bulk replay 1"))
    }
}
