import Domain
import Engine
import Primitives
import Testing

struct BreakerTests {
    let now = Timestamp(seconds: 1000)

    private func later(_ seconds: Int64) -> Timestamp { now.advanced(bySeconds: seconds) }

    /// One that these deliveries have opened.
    private func opened(_ ids: ClosedRange<Int64>, schedule: [Int64] = [30_000, 60_000]) -> Breaker {
        var breaker = Breaker(threshold: ids.count, schedule: schedule)
        for id in ids { breaker.failed("answered 500", of: id, at: now, notBefore: nil) }
        return breaker
    }

    @Test func `it opens after the threshold and probes on a growing schedule`() {
        var breaker = Breaker(threshold: 3, schedule: [30_000, 60_000])
        for id in 1...2 { breaker.failed("answered 500", of: Int64(id), at: now, notBefore: nil) }
        #expect(!breaker.isHeld)
        breaker.failed("answered 500", of: 3, at: now, notBefore: nil)
        #expect(breaker.probeAt == later(30))
        breaker.beganProbe()
        #expect(breaker.isHeld && breaker.probeAt == nil)
        breaker.failed("answered 500", of: 1, at: now, notBefore: nil)
        #expect(breaker.probeAt == later(60))
        breaker.beganProbe()
        breaker.failed("answered 503", of: 2, at: now, notBefore: later(500))
        #expect(breaker.probeAt == later(500) && breaker.freshProbeAt == later(500))
        breaker.beganProbe()
        breaker.succeeded()
        #expect(!breaker.isHeld)
    }

    @Test func `a success between failures starts the count again`() {
        var breaker = Breaker(threshold: 2)
        breaker.failed("x", of: 1, at: now, notBefore: nil)
        breaker.succeeded()
        breaker.failed("x", of: 2, at: now, notBefore: nil)
        #expect(!breaker.isHeld)
    }

    @Test func `one delivery that fails again and again opens nothing`() {
        var breaker = Breaker(threshold: 2)
        for _ in 0..<9 { breaker.failed("x", of: 1, at: now, notBefore: nil) }
        #expect(!breaker.isHeld)
    }

    @Test func `gone waits for a person`() {
        var breaker = Breaker()
        breaker.gone("410")
        #expect(breaker.isHeld && breaker.probeAt == nil)
    }

    private func kept(_ reason: String, until: Timestamp? = nil) -> CallbackHold {
        CallbackHold(url: "http://a.example", reason: reason, until: until)
    }

    @Test func `a hold of the schedule's own is not kept, one that was asked for is until its probe has succeeded`() {
        var breaker = opened(1...3)
        #expect(breaker.hold(of: "http://a.example") == nil)
        breaker.beganProbe()
        breaker.failed("answered 503", of: 1, at: now, notBefore: later(500))
        let asked = kept("answered 503", until: later(500))
        #expect(breaker.hold(of: "http://a.example") == asked)
        breaker.beganProbe()
        #expect(breaker.hold(of: "http://a.example") == asked)
        var other = breaker
        breaker.succeeded()
        #expect(!breaker.isHeld && breaker.hold(of: "http://a.example") == nil)
        other.failed("answered 500", of: 2, at: later(500), notBefore: nil)
        #expect(other.isHeld && other.hold(of: "http://a.example") == nil)
    }

    @Test func `a hold that was kept goes on as it was`() {
        let person = Breaker(threshold: 3, schedule: [30_000], hold: kept("410"))
        #expect(person.state == .blocked(reason: "410") && person.hold(of: "http://a.example") == kept("410"))
        var asked = Breaker(threshold: 3, schedule: [30_000, 60_000], hold: kept("503", until: later(500)))
        #expect(asked.hold(of: "http://a.example") == kept("503", until: later(500)))
        #expect(asked.probeAt == later(500) && asked.freshProbeAt == later(500) && asked.until == later(500))
        #expect(!asked.mayProbe(1, isFresh: true, at: now) && asked.mayProbe(1, isFresh: true, at: later(500)))
        asked.beganProbe(isFresh: true)
        asked.failed("answered 500", of: 1, at: later(500), notBefore: nil)
        #expect(asked.probeAt == later(560))
    }

    @Test func `a release ends what was to be kept, whatever comes of it`() {
        for until in [nil, later(500)] {
            var breaker = Breaker(threshold: 1, schedule: [30_000], hold: kept("x", until: until))
            breaker.release()
            #expect(breaker.isReleasing && breaker.hold(of: "http://a.example") == nil && breaker.until == nil)
            breaker.beganProbe()
            breaker.failed("answered 500", of: 1, at: now, notBefore: nil)
            #expect(breaker.isHeld && !breaker.isReleasing && breaker.hold(of: "http://a.example") == nil)
        }
    }

    @Test func `a probe that could not be made leaves the hold as it was, or until later`() {
        var breaker = Breaker(threshold: 1, schedule: [30_000], hold: kept("x", until: later(500)))
        let before = breaker
        breaker.beganProbe()
        breaker.abandonedProbe()
        #expect(breaker == before)
        breaker.beganProbe()
        breaker.abandonedProbe(until: later(900))
        #expect(breaker.hold(of: "http://a.example") == kept("x", until: later(900)))
        // A release waits for no moment.
        breaker.release()
        breaker.beganProbe()
        breaker.abandonedProbe(until: later(900))
        #expect(breaker.isReleasing && breaker.probeAt == .distantPast)
    }

    @Test func `what was never tried is a probe at once, what failed is one by the schedule`() {
        var breaker = opened(1...3)
        #expect(breaker.mayProbe(4, isFresh: true, at: now))
        #expect(!breaker.mayProbe(3, isFresh: true, at: now))
        #expect(!breaker.mayProbe(4, isFresh: false, at: now))
        #expect(breaker.mayProbe(3, isFresh: false, at: later(30)))
        breaker.beganProbe(isFresh: true)
        breaker.failed("answered 500", of: 4, at: now, notBefore: nil)
        #expect(!breaker.mayProbe(5, isFresh: true, at: now) && breaker.mayProbe(5, isFresh: true, at: later(30)))
        // Another one that had failed says nothing of those that were never tried.
        breaker.beganProbe()
        breaker.failed("answered 500", of: 1, at: later(30), notBefore: nil)
        #expect(breaker.mayProbe(5, isFresh: true, at: later(30)))
        #expect(!breaker.mayProbe(2, isFresh: false, at: later(30)))
    }

    @Test func `a callback that is down gets no more probes than the schedule says, but one`() {
        var breaker = opened(1...10, schedule: Breaker.defaultSchedule)
        let end = now.advanced(bySeconds: 86_400)
        var (moment, probes, id) = (now, 0, Int64(10))
        while let next = breaker.freshProbeAt, max(next, moment) < end {
            moment = max(next, moment)
            breaker.beganProbe(isFresh: true)
            (id, probes) = (id + 1, probes + 1)
            breaker.failed("answered 500", of: id, at: moment, notBefore: nil)
        }
        let planned = Breaker.defaultSchedule.map { $0 / 1000 }
        let growing = planned.reduce(0, +)
        #expect(Int64(probes) <= Int64(planned.count) + (86_400 - growing) / 3600 + 2)
    }

    @Test func `probes come from the newest and from all over`() {
        var breaker = opened(1...3)
        let places = (0..<9).map { _ in breaker.nextPlace() }
        #expect(places == [1, 1, 0, 1, 0.5, 1, 0.25, 1, 0.75])
    }

    @Test func `a release tries others until as many have failed as open it`() {
        var breaker = opened(1...2)
        breaker.release()
        #expect(breaker.mayProbe(1, isFresh: false, at: now))
        breaker.beganProbe()
        breaker.failed("answered 500", of: 1, at: now, notBefore: nil)
        #expect(breaker.isReleasing && !breaker.mayProbe(1, isFresh: false, at: now))
        #expect(breaker.mayProbe(2, isFresh: false, at: now))
        breaker.beganProbe()
        breaker.failed("answered 500", of: 2, at: now, notBefore: nil)
        #expect(!breaker.isReleasing && breaker.probeAt == later(30))
    }

    @Test func `a release that gets no answer twice has failed`() {
        var breaker = opened(1...9)
        breaker.release()
        for id in 1...2 {
            #expect(breaker.isReleasing)
            breaker.beganProbe()
            breaker.failed("No answer", of: Int64(id), isAnswered: false, at: now, notBefore: nil)
        }
        #expect(!breaker.isReleasing && breaker.isHeld)
    }

    @Test func `a refused record is no failure of the callback, and ends a hold as a probe`() {
        var breaker = Breaker(threshold: 1)
        breaker.answered()
        breaker.failed("answered 503", of: 1, at: now, notBefore: nil)
        breaker.answered()
        #expect(breaker.isHeld)
        breaker.beganProbe()
        breaker.answered()
        #expect(!breaker.isHeld)
    }
}
