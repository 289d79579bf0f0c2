import Domain
import Drawing
import EngineAPI
import Primitives
import TestSupport
import Testing

@testable import Interface

/// An event that failed says why as soon as it is opened, whichever tab is remembered.
@Suite(.cases)
struct FailureLineTests {
    private static func opened(
        _ event: EventSummary,
        _ detail: EventDetail? = nil,
        width: Int = 140,
        height: Int = 40,
        instances: [InstanceOverview] = [Sample.overview()]
    ) -> Driver {
        var driver = Driver(width, height, instances: instances, log: [event])
        if let detail { driver.details[event.sequence] = detail }
        driver.answer()
        driver.keys("enter")
        driver.answer()
        return driver
    }

    private static func line(_ driver: Driver) -> String? {
        driver.text.split(separator: "\n").map(String.init).first { $0.contains("tells more") }
    }

    @Test(arguments: [1, 2, 3] as [Int64])
    func `a dead one says its attempts and what was answered, on the tab that it opens on`(sequence: Int64) throws {
        for size in [(140, 40), (80, 24), (200, 60)] {
            let driver = Self.opened(Sample.event(sequence, state: .dead), width: size.0, height: size.1)
            let line = try #require(Self.line(driver), "\(driver.text)")
            #expect(line.contains("✗ dead after 10 attempts: 500 {\"error\":\"no such queue\"}"), "\(line)")
            #expect(line.contains("A tells more"))
        }
    }

    @Test func `each way to fail has its words, and what arrived has none`() throws {
        let held = Sample.overview(callback: .held(reason: "answered 410", until: nil))
        let cases: [(state: DeliveryState, replay: AttemptOutcome?, instance: InstanceOverview, words: String?)] = [
            (.retrying, nil, Sample.overview(), "failed 2/10 times: connection refused"),
            (.retrying, nil, held, "held after 2 attempts: connection refused"),
            (
                .dead, .failure("The host refused the connection."), Sample.overview(),
                "dead, and its last replay failed: The"
            ),
            (.delivered, .response(status: 503), Sample.overview(), "its last replay failed: answered 503"),
            (.dead, .response(status: 200), Sample.overview(), nil), (.delivered, nil, Sample.overview(), nil),
            (.queued, nil, Sample.overview(), nil), (.waiting, nil, Sample.overview(), nil),
        ]
        for (state, replay, instance, words) in cases {
            let event = Sample.event(3, state: state, replay: replay)
            let full = Sample.detail(event)
            // Without attempts to look at, the delivery's own words say why.
            let detail = EventDetail(event: full.event, delivery: event.delivery, attempts: [], body: full.body)
            let driver = Self.opened(event, detail, instances: [instance])
            if let words {
                #expect(Self.line(driver)?.contains(words) == true, "\(state) \(driver.text)")
            } else {
                #expect(Self.line(driver) == nil, "\(state) \(driver.text)")
            }
        }
    }

    @Test func `A and a click lead to the attempts, which say it themselves in the same row`() throws {
        var driver = Self.opened(Sample.event(3, state: .dead))
        let lines = driver.text.split(separator: "\n", omittingEmptySubsequences: false)
        let row = try #require(lines.firstIndex { $0.contains("tells more") })
        driver.click(100, row)
        #expect(driver.detail?.tab == .attempts)
        let attempts = driver.text.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(attempts[row].contains("Given up after 10 attempts") && Self.line(driver) == nil, "\(driver.text)")
        driver.keys("left left left")
        #expect(driver.detail?.tab == .changes && Self.line(driver) != nil)
        driver.keys("A")
        #expect(driver.detail?.tab == .attempts)
    }

    @Test func `what a callback answers is only text, and never hides the way on`() throws {
        let event = Sample.event(3, state: .dead)
        var detail = Sample.detail(event)
        let attempt = Attempt(
            notificationID: 3,
            number: 1,
            isReplay: false,
            startedAt: Sample.now,
            milliseconds: 1,
            url: "https://app.example/events",
            outcome: .response(status: 500),
            responseBody: Array(("\u{1B}[2J\u{202E}\r\n東京" + String(repeating: "x", count: 9000)).utf8)
        )
        detail = EventDetail(event: detail.event, delivery: detail.delivery, attempts: [attempt], body: detail.body)
        for width in [60, 80, 140] {
            let driver = Self.opened(event, detail, width: width, height: 30)
            let line = try #require(Self.line(driver), "\(driver.text)")
            #expect(line.contains("500 ") && line.contains("…") && !driver.text.contains("\u{1B}"))
        }
    }

    @Test(arguments: [DeliveryState.dead, .retrying])
    func `above the attempts stands what was answered, not the words that failures are grouped by`(
        state: DeliveryState
    ) {
        let attempt = Attempt(
            notificationID: 3,
            number: 1,
            isReplay: false,
            startedAt: Sample.now,
            milliseconds: 1,
            url: "https://app.example/events",
            outcome: .response(status: 500),
            responseBody: Array("<html>Order 4711 not found".utf8)
        )
        var event = Sample.event(3, state: state)
        var delivery = event.delivery
        delivery?.lastError = attempt.failureReason
        event = event.with(delivery)
        let full = Sample.detail(event)
        let detail = EventDetail(event: full.event, delivery: delivery, attempts: [attempt], body: full.body)
        for instance in [Sample.overview(), Sample.overview(callback: .held(reason: "answered 500", until: nil))] {
            let standing = Driver(140, 40, instances: [instance], log: []).context.standing(detail).text.string
            #expect(standing.contains("answered 500 <html>Order 4711 not found"))
            #expect(!standing.contains("order # not found"))
        }
    }

    @Test func `in a pane of few rows it stands where the record is told about`() {
        let driver = Self.opened(Sample.event(3, state: .dead), width: 60, height: 9)
        #expect(driver.text.contains("dead after") && driver.text.contains("Record"), "\(driver.text)")
    }
}
