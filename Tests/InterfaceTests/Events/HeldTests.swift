import Domain
import Drawing
import EngineAPI
import Primitives
import TestSupport
import Testing

@testable import Interface

/// Events whose callback is held.
@Suite(.cases)
struct HeldTests {
    private func held(until: Timestamp? = nil, reason: String = "the callback is gone (410)") -> InstanceOverview {
        var overview = Sample.overview()
        overview.callback = .held(reason: reason, until: until)
        return overview
    }

    @Test func `a held callback's event says so`() {
        let events = [Sample.event(1, state: .queued)]
        var driver = Driver(140, 40, instances: [held()], log: events)
        #expect(driver.text.contains("■ held"))
        driver.keys("enter right")
        driver.answer()
        while driver.detail?.tab != .attempts { driver.keys("right") }
        #expect(driver.text.contains("Held until u resumes the callback."))
        #expect(!driver.text.contains("as soon as possible"))
    }

    @Test(arguments: [(1, "The only attempt: "), (2, "The last of 2 attempts: ")])
    func `what went before a hold is a sentence of its own`(attempts: Int, words: String) {
        let sample = Sample.event(1, state: .retrying)
        var delivery = sample.delivery
        delivery?.attempts = attempts
        delivery?.lastError = "answered 500"
        let driver = Driver(140, 40, instances: [held()], log: [])
        let full = Sample.detail(sample)
        let detail = EventDetail(event: full.event, delivery: delivery, attempts: [], body: full.body)
        let words = "■ Held until u resumes the callback. \(words)answered 500."
        #expect(driver.context.standing(detail).text.string == words)
    }

    @Test func `an attempt under way is called sent, with for how long, and the detail says since when`() {
        var event = Sample.event(1, state: .queued)
        var delivery = event.delivery
        delivery?.sendingSince = Sample.now.advanced(bySeconds: -6)
        event = event.with(delivery)
        var driver = Driver(140, 40, log: [event])
        #expect(driver.text.contains("◐ sending 6 s") && !driver.text.contains("queued"), "\(driver.text)")
        driver.pass(milliseconds: 2000)
        #expect(driver.text.contains("◐ sending 8 s"), "\(driver.text)")
        let full = Sample.detail(event)
        let detail = EventDetail(event: full.event, delivery: delivery, attempts: [], body: full.body)
        let words = "◐ Attempt 1 is being sent since 2026-11-23 18:06:57."
        #expect(driver.context.standing(detail).text.string == words)
    }

    @Test func `a held row says how it is released`() {
        let held = CallbackState.held(reason: "gone (410)", until: nil)
        let driver = Driver(140, 40, instances: [Sample.overview(callback: held)], log: [Sample.event(1, state: .held)])
        #expect(driver.text.contains("■ held  u resumes"))
    }

    @Test(arguments: DeliveryState.allCases.filter(\.isOpen))
    func `no open delivery is promised a time while its callback is held`(state: DeliveryState) {
        let held = CallbackState.held(reason: "gone (410)", until: nil)
        var driver = Driver(140, 40, instances: [Sample.overview(callback: held)], log: [Sample.event(1, state: state)])
        #expect(driver.text.contains("■ held  u resumes"))
        driver.keys("enter")
        driver.answer()
        while driver.detail?.tab != .attempts { driver.keys("right") }
        #expect(driver.text.contains("■ Held until u resumes the callback"), "\(driver.text)")
    }
}
