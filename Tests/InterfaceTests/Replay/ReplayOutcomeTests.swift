import Domain
import Drawing
import EngineAPI
import Primitives
import TestSupport
import Testing

@testable import Interface

/// What a delivery was and how its last replay ended are two things, and both are seen wherever one is looked for.
@Suite(.cases)
struct ReplayOutcomeTests {
    struct Case: Sendable {
        let state: DeliveryState
        let replay: AttemptOutcome?
        let wide: String
        let narrow: String
        let hasFailed: Bool
    }

    static let cases = [
        Case(state: .delivered, replay: nil, wide: "✓ 200", narrow: "✓ 200", hasFailed: false),
        Case(
            state: .delivered,
            replay: Sample.refused,
            wide: "✓ 200  ⟲ ✗ refused",
            narrow: "✓ 200  ⟲ ✗",
            hasFailed: true
        ),
        Case(
            state: .delivered,
            replay: .response(status: 503),
            wide: "✓ 200  ⟲ ✗ 503",
            narrow: "✓ 200  ⟲ ✗",
            hasFailed: true
        ),
        Case(
            state: .delivered,
            replay: .response(status: 204),
            wide: "✓ 200  ⟲ ✓ 204",
            narrow: "✓ 200  ⟲ ✓",
            hasFailed: false
        ),
        Case(state: .dead, replay: Sample.refused, wide: "✗ dead  ⟲ ✗ refused", narrow: "✗ dead ⟲ ✗", hasFailed: true),
        Case(
            state: .dead,
            replay: .response(status: 200),
            wide: "✗ dead 500  ⟲ ✓ 200",
            narrow: "✗ dead ⟲ ✓",
            hasFailed: false
        ),
        Case(
            state: .retrying,
            replay: .response(status: 200),
            wide: "↻ 2/10  ⟲ ✓ 200",
            narrow: "↻ 2/10 ⟲ ✓",
            hasFailed: true
        ),
        Case(state: .held, replay: Sample.refused, wide: "■ held  ⟲ ✗ refused", narrow: "■ held ⟲ ✗", hasFailed: true),
        Case(state: .none, replay: Sample.refused, wide: "– none  ⟲ ✗ refused", narrow: "– none ⟲ ✗", hasFailed: true),
    ]

    @Test(arguments: cases)
    func `a row shows both, and at narrow widths the marks stay`(example: Case) {
        let event = Sample.event(1, state: example.state, replay: example.replay)
        var driver = Driver(140, 40, log: [event])
        #expect(driver.text.contains(example.wide), "\(driver.text)")
        driver.resize(40, 12)
        driver.keys("2")
        #expect(driver.text.contains(example.narrow), "\(driver.text)")
        #expect(event.hasFailed == example.hasFailed)
        #expect(!driver.text.contains("0 ms"))
    }

    @Test(arguments: [(Int?(7), "↻ 2/7 "), (12, "↻ 2/12 "), (nil, "↻ 2 ")])
    func `attempts are counted against the limit of the engine that sends, which an older node doesn't tell`(
        limit: Int?,
        words: String
    ) {
        var overview = Sample.overview()
        overview.attemptLimit = limit
        let driver = Driver(140, 40, instances: [overview], log: [Sample.event(1, state: .retrying)])
        #expect(driver.text.contains(words), "\(driver.text)")
    }

    @Test func `what an older store wrote over a delivered one is told as a replay's failure`() {
        let driver = Driver(140, 40)
        for (status, words) in [(Int?.none, "✓ delivered  ⟲ ✗"), (503, "✓ delivered  ⟲ ✗")] {
            var delivery = Sample.delivery(1, .delivered)
            (delivery.lastStatus, delivery.lastMilliseconds) = (status, 0)
            delivery.lastError = "The callback's host refused the connection; is it running?"
            let event = Sample.event(1).with(delivery)
            let cell = driver.context.callbackCell(event, ColumnLayout(width: 90)).spans.map(\.text.string)
                .joined()
            #expect(cell.hasPrefix(words) && !cell.contains("ms"), "\(cell)")
            #expect(event.hasFailed)
        }
    }

    @Test(arguments: 10...60)
    func `no cell is wider than its column, and a failed replay is in each`(width: Int) {
        let driver = Driver(140, 40)
        let columns = ColumnLayout(width: width * 2)
        for state in DeliveryState.allCases {
            let cell = driver.context.callbackCell(Sample.event(3, state: state, replay: Sample.refused), columns)
            #expect(cell.width <= columns.callback)
            #expect(cell.spans.map(\.text.string).joined().contains("⟲ ✗"))
        }
    }

    @Test(arguments: [(140, 40), (80, 24), (60, 16), (44, 12)])
    func `the header counts failed replays beside the dead, and keeps them longest`(width: Int, height: Int) {
        var log = (1...20).map { Sample.event($0) }
        log[4] = Sample.event(5, replay: Sample.refused)
        log[5] = Sample.event(6, replay: .response(status: 500))
        log[6] = Sample.event(7, state: .dead)
        var driver = Driver(width, height, log: log)
        driver.keys("2")
        let head = driver.text.split(separator: "\n").first { $0.contains("Events ·") } ?? ""
        #expect(head.contains("⟲ ✗ 2"), "\(head)")
        if width >= 60 { #expect(head.contains("✗ 1 dead"), "\(head)") }
    }

    @Test func `e and E stop at failed replays among the loaded rows`() {
        var log = (1...20).map { Sample.event($0) }
        log[4] = Sample.event(5, replay: Sample.refused)
        log[9] = Sample.event(10, state: .dead, replay: .response(status: 200))
        log[14] = Sample.event(15, state: .dead)
        var driver = Driver(140, 40, log: log)
        driver.keys("E")
        #expect(driver.events.selected == 15)
        driver.keys("E")
        #expect(driver.events.selected == 5, "a dead one that a replay made up for is no failure")
        driver.keys("e")
        #expect(driver.events.selected == 15)
    }

    @Test(arguments: [true, false])
    func `beyond the loaded rows the engine is asked for the nearest of all kinds`(replayIsNearer: Bool) {
        var log = (1...2000).map { Sample.event($0) }
        let (near, far) = (900, 300)
        log[(replayIsNearer ? near : far) - 1] = Sample.event(
            Int64(replayIsNearer ? near : far),
            replay: Sample.refused
        )
        log[(replayIsNearer ? far : near) - 1] = Sample.event(Int64(replayIsNearer ? far : near), state: .dead)
        // More than a page of dead ones that were made up for lies between.
        for sequence in 1000...1400 {
            log[sequence - 1] = Sample.event(Int64(sequence), state: .dead, replay: .response(status: 200))
        }
        var driver = Driver(140, 40, log: log)
        for expected in [near, far, near] {
            driver.keys("E")
            driver.pass(milliseconds: 500)
            #expect(driver.events.selected == Int64(expected))
        }
        #expect(driver.text.contains("That was the first failure; this is the last one."))
        driver.keys("e")
        driver.pass(milliseconds: 500)
        #expect(driver.events.selected == Int64(far))
    }

    @Test(
        arguments: [
            (1, nil, true, "✓ Delivered after 1 attempt."), (2, nil, false, "✓ Delivered after 2 attempts."),
            (2, "answered 503", true, "✓ Delivered by a replay; 2 attempts of its own failed."),
            (1, "answered 503", true, "✓ Delivered by a replay; 1 attempt of its own failed."),
            (0, nil, true, "✓ Delivered by a replay, before an attempt of its own."),
        ] as [(Int, String?, Bool, String)]
    )
    func `what a replay delivered is not said to have been delivered by the attempts that failed`(
        attempts: Int,
        error: String?,
        isReplayed: Bool,
        words: String
    ) {
        var delivery = Sample.delivery(3, .delivered, replay: isReplayed ? .response(status: 200) : nil)
        delivery.attempts = attempts
        delivery.lastError = error
        let full = Sample.detail(Sample.event(3))
        let detail = EventDetail(event: full.event, delivery: delivery, attempts: [], body: full.body)
        let driver = Driver(140, 40)
        #expect(driver.context.standing(detail).text.string == words)
    }

    @Test func `the detail tells the delivery and the replay apart`() {
        var driver = Driver(140, 40, log: [Sample.event(1, replay: Sample.refused)])
        driver.keys("enter right right")
        driver.answer()
        while driver.detail?.tab != .attempts { driver.keys("right") }
        #expect(driver.text.contains("✓ Delivered after 1 attempt."))
        #expect(driver.text.contains("⟲ ✗ The last replay, 2026-11-23 18:07:03, failed:"))
    }

    /// Replays that say nothing of the delivery, after the one that does: edited ones, and ones to another URL.
    @Test(
        arguments: [
            ([], "last replay"), ([true], "last unedited replay"), ([true, true], "last unedited replay"),
            ([false], "last replay to its own callback"), ([true, false], "last replay to its own callback"),
        ] as [([Bool], String)]
    )
    func `a replay is called the last only where no other came after it`(later: [Bool], name: String) {
        let event = Sample.event(1, state: .dead, replay: Sample.refused)
        let more = later.enumerated().map { index, isEdited in
            var attempt = Attempt(
                notificationID: 1,
                number: index + 3,
                isReplay: true,
                startedAt: Sample.now.advanced(bySeconds: Int64(index) + 1),
                milliseconds: 3,
                url: isEdited ? "https://app.example/events" : "https://other.example/",
                outcome: .response(status: 200)
            )
            attempt.isEdited = isEdited
            return attempt
        }
        let sample = Sample.detail(event, replays: 1)
        let detail = EventDetail(
            event: sample.event,
            delivery: sample.delivery,
            attempts: sample.attempts + more,
            body: sample.body
        )
        var driver = Driver(140, 60, log: [event])
        driver.details[1] = detail
        driver.keys("enter")
        driver.answer()
        #expect(driver.text.contains("dead, and its \(name) failed"), "\(driver.text)")
        while driver.detail?.tab != .attempts { driver.keys("right") }
        #expect(driver.text.contains("The \(name), 2026-11-23 18:07:03, failed:"), "\(driver.text)")
        #expect(driver.text.contains("body: an edited one, not kept") == (later.last == true), "\(driver.text)")
    }
}
