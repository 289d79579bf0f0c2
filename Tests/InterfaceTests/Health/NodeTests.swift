import Domain
import EngineAPI
import Primitives
import TestSupport
import Testing

@testable import Interface

/// A dashboard on the engine of a node elsewhere.
@Suite(.cases)
struct NodeTests {
    private static let node = "http://127.0.0.1:8181"

    private func driver(_ width: Int, _ height: Int) -> Driver {
        var driver = Driver(width, height)
        driver.attach(to: Self.node)
        driver.send(.tick)
        return driver
    }

    @Test(arguments: [
        (200, 60, "attached to \(node)"), (140, 40, "attached to \(node)"), (100, 30, "at 127.0.0.1:8181"),
    ])
    func `the header says where the engine is`(width: Int, height: Int, words: String) {
        #expect(driver(width, height).text.contains(words))
        #expect(!Driver(width, height).text.contains("attached"))
    }

    @Test(arguments: [140, 100, 95, 90, 80])
    func `where the engine is never takes the place of how the callback is`(width: Int) {
        #expect(driver(width, 30).text.contains("callback ● 200"), "\(driver(width, 30).text)")
    }

    @Test(arguments: [(140, 40), (80, 24), (60, 16)])
    func `a lost node is said, with since when, and nothing is called live until it is back`(width: Int, height: Int) {
        var driver = driver(width, height)
        #expect(driver.text.contains("LIVE"))
        let since = driver.now
        driver.send(.node(.lost(at: Self.node, since: since, reason: "it refused the connection")))
        #expect(driver.text.contains("NODE LOST") && !driver.text.contains("LIVE"))
        #expect(driver.text.contains("The node at \(Self.node) is"))
        #expect(!driver.text.contains("FOLLOWING") && !driver.text.contains("next poll"))
        driver.send(.node(.reached(at: Self.node)))
        driver.pass(milliseconds: 500)
        #expect(driver.text.contains("LIVE") && !driver.text.contains("NODE LOST"))
    }

    @Test func `that a node is back is said, with after how long`() {
        var driver = driver(140, 40)
        driver.send(.node(.reached(at: Self.node)))
        #expect(!driver.text.contains("answers again"), "it was never lost")
        driver.send(.node(.lost(at: Self.node, since: driver.now, reason: "it refused the connection")))
        driver.wait(milliseconds: 42_000)
        driver.send(.node(.lost(at: Self.node, since: Sample.now, reason: "its answer did not come")))
        #expect(!driver.text.contains("answers again"))
        driver.send(.node(.reached(at: Self.node)))
        let words = "The node at \(Self.node) answers again, after 42 s."
        #expect(driver.messages.entries.contains { $0.text.contains(words) }, "\(driver.text)")
    }

    @Test func `rate and usage are not shown beside a lost node`() {
        var driver = driver(200, 60)
        driver.pass(milliseconds: 500)
        #expect(driver.text.contains("/min") && driver.text.contains("API 1.2 %"))
        driver.send(.node(.lost(at: Self.node, since: driver.now, reason: "it refused the connection")))
        #expect(!driver.text.contains("/min") && !driver.text.contains("API 1.2 %"))
    }

    @Test(arguments: [(140, 40), (80, 24), (60, 16)])
    func `a node that gives no answer is not called live, and says for how long`(width: Int, height: Int) {
        var driver = driver(width, height)
        #expect(driver.text.contains("LIVE"))
        driver.send(.node(.slow(at: Self.node, since: driver.now.advanced(bySeconds: -5))))
        #expect(driver.text.contains("no answer for 5 s"), "\(driver.text)")
        #expect(!driver.text.contains("LIVE") && !driver.text.contains("callback ●"))
        driver.pass(milliseconds: 2000)
        #expect(driver.text.contains("no answer for 7 s"), "\(driver.text)")
        driver.send(.node(.reached(at: Self.node)))
        #expect(driver.text.contains("LIVE") && !driver.text.contains("no answer"))
        #expect(driver.messages.entries.isEmpty, "it was never lost")
    }

    @Test func `an event that is being loaded from a node that says nothing says so`() {
        var driver = Driver(140, 40, log: (1...5).map { Sample.event($0) })
        driver.attach(to: Self.node)
        driver.keys("enter")
        #expect(driver.text.contains("Loading…") && !driver.text.contains("gives no answer"))
        driver.send(.node(.slow(at: Self.node, since: driver.now)))
        #expect(driver.text.contains("Loading… The node gives no answer."), "\(driver.text)")
        driver.send(.node(.reached(at: Self.node)))
        driver.answer()
        #expect(!driver.text.contains("Loading…"))
    }

    @Test func `no key is offered against a hold while the node is lost`() {
        let held = CallbackState.held(reason: "gone (410)", until: nil)
        let event = Sample.event(1, state: .queued)
        var driver = Driver(140, 40, instances: [Sample.overview(callback: held)], log: [event])
        driver.attach(to: Self.node)
        driver.keys("enter")
        driver.answer()
        while driver.detail?.tab != .attempts { driver.keys("right") }
        #expect(driver.text.contains("u resumes the callback") && driver.text.contains("■ held  u resumes"))
        driver.send(.node(.lost(at: Self.node, since: driver.now, reason: "it refused the connection")))
        #expect(!driver.text.contains("u resumes"), "\(driver.text)")
        #expect(driver.context.callbackHold(1) == "held")
        #expect(driver.context.standing(Sample.detail(event)).text.string == "■ Held.")
    }

    @Test func `the totals are those of the node as soon as it is back`() {
        var driver = driver(140, 40)
        driver.store(1...5)
        driver.pass(milliseconds: 5000)
        driver.log += (6...9).map { Sample.event($0) }
        driver.send(.notice(.stored(count: 4, lastSequence: 9)))
        // What was asked for is answered by nobody.
        driver.wait(milliseconds: 45_000)
        driver.send(.node(.lost(at: Self.node, since: driver.now, reason: "it did not answer within 30 s")))
        driver.forget()
        driver.send(.node(.reached(at: Self.node)))
        let isCounted = driver.commands.contains { if case .loadCounts = $0 { true } else { false } }
        let isRead = driver.commands.contains { if case .loadPage = $0 { true } else { false } }
        #expect(isCounted && isRead)
    }

    @Test func `a node that comes back at another address is shown there`() {
        var driver = driver(140, 40)
        driver.send(.node(.reached(at: "http://127.0.0.1:9999")))
        #expect(driver.text.contains("attached to http://127.0.0.1:9999"))
    }

    @Test func `the words stay in the log when the node is back`() {
        var driver = driver(140, 40)
        driver.send(.node(.lost(at: Self.node, since: driver.now, reason: "it refused the connection")))
        driver.send(.node(.reached(at: Self.node)))
        driver.pass(milliseconds: 500)
        driver.keys("ctrl+l")
        #expect(driver.text.contains("unreachable since"))
    }
}
