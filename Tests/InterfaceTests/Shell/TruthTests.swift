import Domain
import Drawing
import EngineAPI
import Primitives
import Testing

@testable import Interface

/// Times, rates and messages that are true of the moment at which they are read.
struct TruthTests {
    private static let failing = CallbackState.failing(
        reason: "refused",
        at: Sample.now.advanced(bySeconds: -5),
        retrying: 1
    )
    private static let degraded = SourceState.degraded(reason: "No route.", since: Sample.now, lastSuccess: nil)
    private static let dead = SourceState.needsAttention(reason: "The grant is dead.", since: Sample.now)

    // MARK: Times

    @Test(arguments: [
        (-5, 20, "now"), (0, 20, "now"), (1, 20, "in 1 s"), (40, 20, "in 40 s"), (40, 4, "40 s"), (60, 20, "in 60 s"),
        (61, 20, "at 18:08:04"), (340, 20, "at 18:12:43"), (340, 8, "18:12:43"), (340, 5, "18:12"),
        (7200, 20, "at 20:07"), (90_000, 20, "11-24 19:07"),
    ])
    func `a time near now has seconds or counts down`(seconds: Int64, room: Int, words: String) {
        let driver = Driver(140, 40)
        #expect(driver.context.upcoming(Sample.now.advanced(bySeconds: seconds), room: room).string == words)
    }

    @Test func `a countdown ticks by the second while it is seen, and not before or after`() {
        var event = Sample.event(1, state: .retrying)
        event = event.retried(at: Sample.now.advanced(bySeconds: 63))
        var driver = Driver(140, 40, log: [event])
        #expect(driver.text.contains("↻ 2/10 at 18:08:06"))
        #expect(driver.pass(milliseconds: 2500) <= 1)
        let ticks = driver.pass(milliseconds: 20_000)
        #expect((18...24).contains(ticks), "\(ticks)")
        #expect(driver.text.contains("↻ 2/10 in 41 s"), "\(driver.text)")
        driver.pass(milliseconds: 45_000)
        #expect(driver.text.contains("↻ 2/10 now"))
        driver.keys("c")
    }

    @Test func `list and detail say which time they show`() {
        var driver = Driver(140, 40, log: [Sample.event(1)])
        #expect(driver.text.contains("STORED") && !driver.text.contains(" TIME "))
        driver.keys("enter")
        driver.answer()
        #expect(driver.text.contains("changed 2026-11-23 17:33:50, stored 17:33:50"))
    }

    @Test(arguments: [(20, "held until 18:07:23"), (7200, "held until 20:07")])
    func `a hold ends at a time with seconds where that matters`(seconds: Int64, words: String) {
        let held = CallbackState.held(reason: "it is down", until: Sample.now.advanced(bySeconds: seconds))
        #expect(Driver(140, 40, instances: [Sample.overview(callback: held)]).text.contains(words))
    }

    @Test func `polls beside the schedule are what the header tells`() {
        var demo = Sample.overview()
        demo.tags = ["demo"]
        var driver = Driver(140, 40, instances: [demo])
        #expect(driver.text.contains("next poll 18:10:15"))
        driver.addPolls(of: ["demo"], every: 3)
        #expect(driver.text.contains("polled every 3 s") && !driver.text.contains("next poll"))
        #expect(driver.text.contains("It is polled every 3 s; p polls now."))
        driver.instances[0].source = Self.dead
        driver.send(.notice(.instance(1)))
        driver.pass(milliseconds: 500)
        #expect(!driver.text.contains("polled every"))
    }

    @Test func `a source that will be tried again says when`() {
        let text = Driver(140, 40, instances: [Sample.overview(source: Self.dead)]).text
        #expect(text.contains("ACTION NEEDED") && text.contains("tried again at 18:10:15"))
    }

    // MARK: Live

    @Test func `live means that the last poll ended in time`() {
        var driver = Driver(140, 40)
        #expect(driver.text.contains("● LIVE"))
        driver.pass(milliseconds: 192_000 + 59_000)
        #expect(driver.text.contains("● LIVE"))
        driver.pass(milliseconds: 2000)
        #expect(!driver.text.contains("LIVE") && driver.text.contains("OVERDUE"))
        #expect(driver.text.contains("The poll that was due at 18:10:15 has not ended"))
        driver.instances[0].nextPoll = driver.now.advanced(bySeconds: 300)
        driver.send(.notice(.instance(1)))
        driver.pass(milliseconds: 500)
        #expect(driver.text.contains("● LIVE"))
    }

    @Test(arguments: [(140, 40), (100, 30), (80, 24), (60, 16), (44, 10)])
    func `a poll that hangs is told in the header, with where it hangs and the way out`(size: (Int, Int)) {
        var driver = Driver(size.0, size.1)
        driver.instances[0].source = .overdue(
            reason: "The poller of instance 1 is overdue by 245 s: waiting for GET acme.my.salesforce.com.",
            since: Sample.now.advanced(bySeconds: -245),
            lastSuccess: Sample.now.advanced(bySeconds: -600)
        )
        driver.instances[0].isPolling = true
        driver.send(.notice(.instance(1)))
        driver.pass(milliseconds: 500)
        #expect(driver.text.contains("OVERDUE") && !driver.text.contains("LIVE"))
        if size.0 >= 100 {
            #expect(driver.text.contains("overdue by 245 s: waiting for GET acme.my.salesforce.com."))
            #expect(driver.text.contains("OVERDUE 17:57:03"), "the last success")
        }
        driver.instances[0].source = .live(lastSuccess: driver.now)
        driver.instances[0].isPolling = false
        driver.send(.notice(.instance(1)))
        driver.pass(milliseconds: 500)
        #expect(driver.text.contains("LIVE") && !driver.text.contains("OVERDUE"))
    }

    @Test func `a callback that answered long ago says when`() {
        let at = Sample.now.advanced(bySeconds: -7200)
        let old = CallbackState.healthy(status: 200, milliseconds: 14, at: at)
        #expect(Driver(140, 40, instances: [Sample.overview(callback: old)]).text.contains("callback ● 200 at 16:07"))
    }

    // MARK: Rate

    @Test func `after a restart the rate is that of what is stored`() {
        var driver = Driver(140, 40, instances: [])
        driver.instances = [Sample.overview()]
        let slot = Sample.now.seconds / 10 * 10
        driver.stored = [slot - 10: 120, slot - 20: 30, slot - 300: 5000]
        driver.send(.notice(.instancesChanged))
        #expect(!driver.text.contains(" 0/min"), "nothing is known yet")
        driver.pass(milliseconds: 500)
        #expect(driver.text.contains(" 150/min"))
        #expect(driver.text.contains("█"))
    }

    @Test func `events of another instance do not count`() {
        var driver = Driver(140, 40, instances: [Sample.overview(), Sample.overview(id: 2, name: "other")])
        driver.send(.notice(.stored(count: 500, lastSequence: 500)))
        driver.pass(milliseconds: 5000)
        #expect(driver.text.contains(" 0/min"))
        driver.stored = [Sample.now.seconds / 10 * 10: 7]
        driver.send(.notice(.stored(count: 500, lastSequence: 1000)))
        driver.pass(milliseconds: 5000)
        #expect(driver.text.contains(" 7/min"))
    }

    // MARK: Messages

    @Test(
        arguments: [(200, 60), (140, 40), (100, 30), (80, 24), (60, 16), (44, 10), (40, 8)],
        ["", "k k k", "g", "enter"]
    )
    func `no message covers the row that it speaks of`(size: (Int, Int), keys: String) {
        var driver = Driver(size.0, size.1, log: (1...200).map { Sample.event($0) })
        driver.keys("2")
        driver.keys(keys)
        driver.answer()
        driver.pass(milliseconds: 200)
        let clear = driver.dashboard.paint().keptClear
        #expect(!clear.isEmpty)
        for index in 0..<3 {
            driver.send(.report(.failure, "Message \(index): " + String(repeating: "something went wrong ", count: 14)))
            let painter = driver.dashboard.paint()
            for hit in painter.hits {
                guard hit.isMessage else { continue }
                #expect(painter.keptClear.allSatisfy { $0.intersection(hit.area).isEmpty }, "\(hit.area)")
            }
            #expect(painter.canvas.text.contains("Message \(index)"), "\(painter.canvas.text)")
        }
    }

    @Test func `no message covers a window that is open`() {
        for keys in ["?", ":", "R", "i", "ctrl+l"] {
            var driver = Driver(80, 24, log: [Sample.event(1)])
            driver.keys(keys)
            let before = driver.dashboard.paint().keptClear
            driver.send(.report(.failure, String(repeating: "something went wrong ", count: 9)))
            let toasts = driver.dashboard.paint().hits.filter(\.isMessage)
            #expect(toasts.count == 1)
            #expect(toasts.allSatisfy { toast in before.allSatisfy { $0.intersection(toast.area).isEmpty } })
        }
    }

    @Test func `What can't be told of an object by its nature is said where its standing is explained`() {
        var instance = Sample.overview()
        instance.pollers[0].note = "Account has no creation date: new ones are told as updated."
        var driver = Driver(140, 50, instances: [instance])
        #expect(!driver.text.contains("ones are told"))
        driver.keys("w")
        #expect(driver.text.contains("Account has no creation date: new ones are told as updated."))
    }

    @Test(arguments: [degraded, dead])
    func `nothing good is said of a source beside a banner that says otherwise`(source: SourceState) {
        var driver = Driver(140, 40, instances: [Sample.overview(source: source)])
        driver.send(.polled(1, .success(PollSummary())))
        driver.send(.saved(.success(Sample.overview(source: source))))
        #expect(!driver.text.contains("✓ Polled") && !driver.text.contains("✓ Applied"), "\(driver.text)")
        driver.instances[0].source = .live(lastSuccess: driver.now)
        driver.send(.notice(.instance(1)))
        driver.pass(milliseconds: 300)
        #expect(driver.text.contains("✓ Applied"), "once it is true, it is said")
    }

    @Test func `a poll that could not read an object is no success`() {
        var driver = Driver(140, 40)
        driver.send(.polled(1, .success(PollSummary(problems: ["Lead": "It is not there."]))))
        #expect(!driver.text.contains("✓ Polled") && driver.text.contains("Polled: nothing new"))
    }

    @Test func `a release is a success only once the callback has answered`() {
        let held = CallbackState.held(reason: "gone (410)", until: nil)
        for (after, words, mark) in [
            (
                CallbackState.failing(reason: "refused", at: Sample.now.advanced(bySeconds: 5), retrying: 1),
                "is still down: refused", "▲"
            ),
            (held, "is held again: gone (410)", "▲"),
            (.healthy(status: 200, milliseconds: 3, at: Sample.now.advanced(bySeconds: 5)), "takes what was held", "✓"),
        ] {
            var driver = Driver(140, 40, instances: [Sample.overview(callback: held)])
            driver.keys("u")
            driver.send(.resumed(1, .success(Done())))
            #expect(driver.text.contains("ℹ Released") && !driver.text.contains("✓ Released"))
            driver.instances[0].callback = Self.failing
            driver.pass(milliseconds: 1000)
            driver.instances[0].callback = after
            driver.send(.notice(.instance(1)))
            driver.pass(milliseconds: 1000)
            #expect(driver.text.contains(words) && driver.text.contains(mark), "\(driver.text)")
        }
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
        while driver.detail?.tab != .deliveries { driver.keys("right") }
        #expect(driver.text.contains("■ Held until u resumes the callback"), "\(driver.text)")
    }

    // MARK: The form

    @Test func `what stands in an empty field can not be taken for a value`() {
        for field in FieldID.allCases where !field.placeholder.isEmpty {
            #expect(field.placeholder.hasPrefix("e.g. ") || field.placeholder.hasPrefix("none"), "\(field)")
        }
    }

    @Test func `a first start names all that connecting needs`() {
        let text = Driver(140, 40, instances: []).text
        #expect(text.contains("My Domain address and the consumer key"))
    }
}

extension EventSummary {
    fileprivate func retried(at moment: Timestamp) -> EventSummary {
        guard var delivery else { return self }
        delivery.nextAttempt = moment
        return with(delivery)
    }
}

extension Painter.Hit {
    /// Whether a click here takes a message off the screen.
    fileprivate var isMessage: Bool {
        if case .effect(.post(let event)) = target { event is MessagesDismissed } else { false }
    }
}
