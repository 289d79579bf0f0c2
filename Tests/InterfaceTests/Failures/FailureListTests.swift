import Domain
import Drawing
import EngineAPI
import Primitives
import TestSupport
import Testing

@testable import Interface

/// What fails, by reason, and what can be done about a group.
@Suite(.cases)
struct FailureListTests {
    static let groups = [
        FailureGroup(
            status: 500,
            error: #"answered 500 “{"error":"no such queue"}”"#,
            events: 1204,
            objects: ["Account", "Contact"],
            answers: [#"{"error":"no such queue"}"#, #"{"error":"no such queue"}<html>"# + "\u{1B}[31mBad"],
            since: Sample.now.advanced(bySeconds: -86_400),
            last: Sample.now.advanced(bySeconds: -60)
        ),
        FailureGroup(
            status: nil,
            error: "The callback's host refused the connection; is it \"running\"?",
            events: 12,
            objects: ["Lead"],
            answers: [],
            since: Sample.now.advanced(bySeconds: -600),
            last: Sample.now.advanced(bySeconds: -600)
        ),
    ]

    static let replays = FailureGroup(
        status: nil,
        error: "answered 503",
        events: 1,
        objects: ["Contact"],
        answers: [],
        since: Sample.now.advanced(bySeconds: -7200),
        last: Sample.now.advanced(bySeconds: -30),
        isReplay: true
    )

    static func opened(_ width: Int = 140, _ height: Int = 40) -> Driver {
        let log = (1...40).map {
            Sample.event($0, state: $0 % 3 == 0 ? .dead : nil, replay: $0 == 40 ? Sample.refused : nil)
        }
        var driver = Driver(width, height, log: log)
        driver.failures = groups + [replays]
        driver.answer()
        driver.keys("!")
        driver.answer()
        return driver
    }

    private static let sizes = [(140, 40), (100, 30), (80, 24), (60, 16), (40, 8)]

    @Test(arguments: sizes)
    func `what fails, by reason`(width: Int, height: Int) {
        Self.opened(width, height).screen.expectGolden("failures-\(width)x\(height)")
    }

    @Test func `reason, count, objects and times of each group are shown, and what an answer holds is only text`() {
        let text = Self.opened().text
        for words in [
            "1 204", "500 {\"error\":\"no such queue\"}", "Account, Contact", "refused the connection", "Lead",
            "Replays that failed", "answer", "since",
        ] { #expect(text.contains(words), "\(words)\n\(text)") }
        #expect(!text.contains("\u{1B}"))
    }

    @Test func `what was answered is said once, and a reason without an answer as it is`() {
        var driver = Self.opened()
        #expect(!driver.text.contains("reason"), "\(driver.text)")
        driver.keys("down")
        #expect(driver.text.contains("reason") && driver.text.contains("is it \"running\"?"), "\(driver.text)")
    }

    /// The filter of each group is one that the language reads back to the same.
    @Test func `Enter shows the events of the group in the list`() throws {
        for (index, group) in Self.groups.enumerated() {
            var driver = Self.opened()
            driver.keys(index == 0 ? "enter" : "down enter")
            driver.answer()
            #expect(driver.dashboard.layers.isEmpty && driver.dashboard.focus == .events)
            #expect(driver.context.eventFilter == group.expression.description)
            let filter = try EventFilter(parsing: driver.context.eventFilter, now: Sample.now)
            #expect(Set(filter.whole.conjuncts) == Set(group.expression.conjuncts))
        }
        var replays = Self.opened()
        replays.keys("end")
        for words in ["the last answered 503", "2026-11-23 16:07:03, last 2026-11-23 18:06:33", "Contact"] {
            #expect(
                replays.text.split { $0.isWhitespace }.joined(separator: " ").contains(words),
                "\(words)\n\(replays.text)"
            )
        }
        replays.keys("enter")
        replays.answer()
        #expect(replays.context.eventFilter == "replay:failed")
        #expect(replays.events.rows.map(\.sequence) == [40])
    }

    @Test func `r counts the group and asks with its rate before anything is sent`() {
        var driver = Self.opened()
        driver.forget()
        driver.keys("r")
        driver.pass(milliseconds: 600)
        #expect(driver.text.contains("13 events would go to app.example"), "\(driver.text)")
        driver.keys("enter")
        #expect(driver.text.contains("Replay 13 events?"))
        #expect(!driver.commands.contains { if case .createReplays = $0 { true } else { false } })
    }

    @Test func `the list is live, once a second at most, and the selection stays with its group`() {
        var driver = Self.opened()
        driver.keys("down")
        driver.failures = Self.groups.reversed()
        driver.forget()
        for _ in 0..<5 { driver.send(.notice(.deliveries([]))) }
        driver.pass(milliseconds: 1500)
        #expect(driver.commands.filter { if case .loadFailures = $0 { true } else { false } }.count == 1)
        let line = driver.text.split(separator: "\n").first { $0.contains("▸") && $0.contains("12") }
        #expect(line?.contains("refused") == true, "\(driver.text)")
    }

    @Test func `nothing that fails is said, as is what can't be read`() {
        var driver = Driver(140, 40, log: [Sample.event(1)])
        driver.keys("!")
        driver.answer()
        #expect(driver.text.contains("Nothing fails") && !driver.text.contains("replays them"))
        driver.keys("esc !")
        driver.send(.failures(token: lastToken(driver), .failure(.failed("The disk is gone."))))
        #expect(driver.text.contains("The disk is gone."))
    }

    private func lastToken(_ driver: Driver) -> Int {
        driver.commands.reduce(0) { last, command in
            if case .loadFailures(let token, _) = command { token } else { last }
        }
    }

    @Test func `the answer to a window that was closed is not the next one's`() {
        var driver = Driver(140, 40, log: [Sample.event(1)])
        driver.keys("!")
        let former = lastToken(driver)
        driver.keys("esc !")
        #expect(lastToken(driver) != former)
        driver.send(.failures(token: former, .success(Self.groups)))
        #expect(!driver.text.contains("1 204"), "\(driver.text)")
    }
}
