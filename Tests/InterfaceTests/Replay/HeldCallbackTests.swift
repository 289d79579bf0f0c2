import Domain
import Drawing
import EngineAPI
import Primitives
import TestSupport
import Testing

@testable import Interface

/// Bulk replays at a callback that is held: what is promised, and why nothing happens.
@Suite(.cases)
struct HeldCallbackTests {
    private static let wait = "held until 18:17:03, u resumes"

    private static func driver(_ job: ReplayJob? = nil, width: Int = 140, height: Int = 40) -> Driver {
        let until = Sample.now.advanced(bySeconds: 600)
        let held = Sample.overview(callback: .held(reason: "answered 500", until: until))
        let log = (1...20).map { Sample.event($0, state: $0 <= 3 ? .dead : nil) }
        var driver = Driver(width, height, instances: [held], log: log)
        if let job {
            driver.jobs = [job]
            driver.send(.notice(.instance(1)))
            driver.pass(milliseconds: 600)
        }
        return driver
    }

    private static func job(_ state: ReplayJob.State = .paused, waits: Bool = true, error: String? = "answered 500")
        -> ReplayJob
    {
        var job = ReplayTests.job(1, state, done: 0, total: 8, lastError: error)
        job.waitsForCallback = waits
        return job
    }

    /// In one line, as a window wraps it.
    private static func words(_ driver: Driver) -> String {
        driver.text.split { $0.isWhitespace || "│┃".contains($0) }.joined(separator: " ")
    }

    @Test func `the question says that the events wait, in place of a time that is not true`() {
        // The window takes the whole width, so that nothing stands beside its words.
        var driver = Self.driver(width: 80, height: 24)
        driver.keys("B")
        driver.pass(milliseconds: 300)
        #expect(Self.words(driver).contains("and wait for the callback (\(Self.wait))"), "\(driver.text)")
        driver.keys("enter")
        let question = (driver.dashboard.layers.top as? Interface.Confirmation)?.text ?? ""
        #expect(question.contains("They wait for the callback (\(Self.wait)).") && !question.contains("about"))
        driver.keys("y")
        driver.send(.replaysCreated(request: driver.replaysRequest, .success(Self.job(.running, waits: false))))
        #expect(driver.messages.entries.last?.text.contains("they wait for the callback (\(Self.wait))") == true)
    }

    @Test(arguments: [(140, 40), (100, 30), (80, 24), (60, 16)])
    func `the line of progress says what it waits for`(width: Int, height: Int) {
        var driver = Self.driver(Self.job(), width: width, height: height)
        driver.keys("2")
        #expect(driver.text.contains("replay waits") && !driver.text.contains("replay paused"), "\(driver.text)")
        if width >= 100 { #expect(driver.text.contains(Self.wait), "\(driver.text)") }
    }

    @Test func `the list of replays says why, and Space says why it does nothing`() {
        var driver = Self.driver(Self.job())
        driver.keys("J")
        driver.pass(milliseconds: 600)
        #expect(driver.text.contains("waiting") && !driver.text.contains("last failure"), "\(driver.text)")
        #expect(driver.text.contains("waits for the callback (\(Self.wait)): answered 500"), "\(driver.text)")
        #expect(!driver.text.contains("Space resumes"))
        driver.forget()
        driver.keys("space")
        #expect(!driver.commands.contains { if case .changeReplay = $0 { true } else { false } })
        #expect(driver.messages.entries.last?.text.hasPrefix("Bulk replay 1 waits for the callback") == true)
    }

    @Test(arguments: [ReplayJob.State.paused, .cancelled])
    func `what is no failure of an event is not called one`(state: ReplayJob.State) {
        var driver = Self.driver(Self.job(state, waits: false, error: "the instance was deleted"))
        driver.keys("J")
        driver.pass(milliseconds: 600)
        #expect(driver.text.contains("the instance was deleted") && !driver.text.contains("last failure"))
    }
}
