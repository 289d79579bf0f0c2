import Domain
import Drawing
import EngineAPI
import Primitives
import TestSupport
import Testing

@testable import Interface

/// How the source and the callback are, said so that nothing of it is lost where room is short.
@Suite(.cases)
struct HealthTests {
    private static let dead = SourceState.needsAttention(reason: "The grant is dead.", since: Sample.now)

    private func held(until: Timestamp? = nil, reason: String = "the callback is gone (410)") -> InstanceOverview {
        var overview = Sample.overview()
        overview.callback = .held(reason: reason, until: until)
        return overview
    }

    @Test(arguments: [(60, 16), (80, 24), (80, 16), (140, 40), (60, 12)])
    func `the banner always shows the next step`(width: Int, height: Int) {
        let reason = "the callback answered 410 Gone, which means that it wants no more of these notifications, ever"
        let driver = Driver(width, height, instances: [held(reason: reason)])
        #expect(driver.text.contains("u resume callback"))
        #expect(driver.text.contains("Callback held: the"))
    }

    @Test func `a reason ends with a full stop and stays in the log`() {
        var driver = Driver(140, 40, instances: [held()])
        #expect(driver.text.contains("Callback held: the callback is gone (410)."))
        driver.instances = [Sample.overview()]
        driver.send(.notice(.instance(1)))
        driver.pass(milliseconds: 600)
        driver.keys("ctrl+l")
        #expect(driver.text.contains("Callback held: the callback is gone (410)."))
    }

    @Test(arguments: [40, 42, 45, 50, 60])
    func `the name of the instance makes room for its state`(width: Int) {
        var overview = Sample.overview(name: "a very long name of an instance")
        overview.source = .needsAttention(reason: "The session is dead.", since: Sample.now)
        let driver = Driver(width, 16, instances: [overview])
        #expect(driver.text.contains("ACTION NEEDED"))
        if width >= 50 { #expect(driver.text.contains("p tries now")) }
    }

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
            #expect(driver.text.contains("OVERDUE   last heard 17:57:03"))
        }
        // As the banner says: what hangs is given up for it.
        driver.forget()
        driver.keys("p")
        #expect(driver.commands.contains(.pollNow(1)))
        driver.instances[0].source = .live(lastSuccess: driver.now)
        driver.instances[0].isPolling = false
        driver.send(.notice(.instance(1)))
        driver.pass(milliseconds: 500)
        #expect(driver.text.contains("LIVE") && !driver.text.contains("OVERDUE"))
    }

    @Test func `a poll that is asked for while another runs by itself follows that, and is asked for once`() {
        var driver = Driver(140, 40)
        driver.instances[0].isPolling = true
        driver.send(.notice(.instance(1)))
        driver.pass(milliseconds: 500)
        driver.forget()
        driver.keys("p")
        #expect(driver.commands.contains(.pollNow(1)))
        driver.forget()
        driver.keys("p")
        #expect(!driver.commands.contains(.pollNow(1)) && driver.text.contains("A poll is running already."))
    }

    @Test func `what is wrong with many objects is one sentence, in the banner as well as in full`() {
        let names = (1...10).map { "Part\($0)__c" }
        var instance = Sample.overview { $0.objects = names }
        for index in instance.pollers.indices { instance.pollers[index].problem = "The org is busy." }
        var driver = Driver(140, 40, instances: [instance])
        #expect(driver.text.contains("DEGRADED"))
        let sentence = "Part10__c, Part1__c, Part2__c and 7 more: The org is busy."
        #expect(driver.text.contains(sentence), "\(driver.text)")
        driver.keys("w")
        #expect(driver.text.contains("Part9__c:"), "\(driver.text)")
        #expect(driver.text.ranges(of: "Objects: degraded").count == 1)
    }

    @Test func `a callback that answered long ago says when`() {
        let at = Sample.now.advanced(bySeconds: -7200)
        let old = CallbackState.healthy(status: 200, milliseconds: 14, at: at)
        #expect(Driver(140, 40, instances: [Sample.overview(callback: old)]).text.contains("callback ● 200 at 16:07"))
    }

    @Test(arguments: [
        SourceState.degraded(reason: "Busy.", since: Sample.now, lastSuccess: Sample.now.advanced(bySeconds: -600)),
        .needsAttention(reason: "Dead.", since: Sample.now, lastSuccess: Sample.now.advanced(bySeconds: -600)),
    ])
    func `what does not work says when it last did, so that nobody reads since when`(source: SourceState) {
        var driver = Driver(140, 40, instances: [Sample.overview(source: source)])
        #expect(driver.text.contains("\(source.word)   last heard 17:57:03"))
        driver.keys("w")
        #expect(driver.text.contains("Last heard from the org: 2026-11-23 17:57:03"), "\(driver.text)")
        driver.keys("esc")
        driver.instances = [Sample.overview(source: .live(lastSuccess: Sample.now))]
        driver.send(.notice(.instance(1)))
        driver.pass(milliseconds: 500)
        #expect(driver.text.contains("● LIVE 18:07:03") && !driver.text.contains("last heard"))
    }

    @Test func `the explanation says once until when a callback is held`() {
        var driver = Driver(140, 40, instances: [held(until: Sample.now.advanced(bySeconds: 180))])
        driver.keys("w")
        #expect(driver.text.contains("Callback: held until 18:10"), "\(driver.text)")
        #expect(!driver.text.contains("  Callback held until"), "\(driver.text)")
    }

    @Test func `a callback that asked for a pause says until when`() {
        let paused = CallbackState.failing(
            reason: "answered 429 and asked for a pause",
            at: Sample.now,
            retrying: 0,
            until: Sample.now.advanced(bySeconds: 20)
        )
        let text = Driver(140, 40, instances: [Sample.overview(callback: paused)]).text
        #expect(text.contains("paused until 18:07:23") && !text.contains("failing"), "\(text)")
    }

    @Test func `a released callback is being tried until it is known what came of it`() {
        var driver = Driver(140, 40, instances: [held()])
        driver.keys("u y")
        #expect(driver.text.contains("callback ◐ trying") && !driver.text.contains("u resume callback"))
        #expect(driver.text.contains("one delivery tries it now"))
        driver.forget()
        driver.keys("u")
        #expect(driver.commands.isEmpty && driver.text.contains("One delivery tries the callback already."))
        driver.send(.resumed(1, .success(Done())))
        driver.pass(milliseconds: 1000)
        #expect(driver.text.contains("u resume callback") && !driver.text.contains("trying"))
        driver.keys("u y")
        driver.send(.resumed(1, .failure(.failed("It takes long."))))
        #expect(driver.text.contains("u resume callback") && !driver.text.contains("trying"))
    }

    @Test func `a source that will be tried again says when`() {
        let text = Driver(140, 40, instances: [Sample.overview(source: Self.dead)]).text
        #expect(text.contains("ACTION NEEDED") && text.contains("next try at 18:10:15"))
    }

    @Test func `the explanation says when the org was heard of last, and when it is asked next`() {
        var instance = held()
        instance.source = .degraded(reason: "The org is busy.", since: Sample.now, lastSuccess: Sample.now)
        var driver = Driver(140, 40, instances: [instance])
        driver.keys("w")
        #expect(driver.text.contains("Last heard from the org: 2026-11-23 18:07:03"), "\(driver.text)")
        #expect(driver.text.contains("Next try at: 2026-11-23 18:10:15"))
        #expect(!driver.text.contains("Last success"), "the callback is held, and knows no success")
    }

    @Test func `What can't be told of an object by its nature is said where its standing is explained`() {
        var instance = Sample.overview()
        instance.pollers[0].note = "Account has no creation date: new ones are told as updated."
        var driver = Driver(140, 50, instances: [instance])
        #expect(!driver.text.contains("ones are told"))
        driver.keys("w")
        #expect(driver.text.contains("Account has no creation date: new ones are told as updated."))
    }

    @Test func `the banner offers keys that work where the focus is, and where none does the palette's`() {
        for (source, callback, keys) in [
            (Self.dead, CallbackState.idle, "p tries now  C connect again"),
            (.live(lastSuccess: Sample.now), .held(reason: "gone (410)", until: nil), "u resume callback"),
        ] {
            var driver = Driver(140, 40, instances: [Sample.overview(source: source, callback: callback)])
            #expect(driver.text.contains(keys), "\(driver.text)")
            driver.keys("c")
            #expect(!driver.text.contains(keys) && driver.text.contains(": commands"), "\(driver.text)")
            for _ in 0..<40 where driver.form.focus != .setting(.callbackURL) { driver.keys("down") }
            #expect(!driver.text.contains(keys) && driver.text.contains("^P commands"), "\(driver.text)")
            // A window over the list changes nothing below it.
            driver.keys("esc ctrl+p esc")
            #expect(driver.text.contains(keys), "\(driver.text)")
        }
    }

    @Test func `where the banner is cut, the key that shows all of it is none of a text`() {
        let reason = String(repeating: "The org is busy with something else. ", count: 12)
        let busy = SourceState.degraded(reason: reason, since: Sample.now, lastSuccess: Sample.now)
        var driver = Driver(140, 40, instances: [Sample.overview(source: busy)], log: [Sample.event(1)])
        #expect(driver.text.contains("w all of it  p tries now"), "\(driver.text)")
        driver.keys("/")
        #expect(!driver.text.contains("w all of it") && !driver.text.contains("p tries now"), "\(driver.text)")
        driver.keys("esc")
        #expect(driver.text.contains("w all of it  p tries now"), "\(driver.text)")
    }

    @Test func `what is wrong with webhooks leads to the Apex`() {
        var instance = ApexTests.webhooks()
        instance.source = .degraded(reason: "The triggers post elsewhere.", since: Sample.now, lastSuccess: nil)
        let driver = Driver(140, 40, instances: [instance])
        #expect(driver.text.contains("a shows the Apex"), "\(driver.text)")
    }

    @Test(arguments: [100, 140])
    func `of a live source with a faulty object it is said when it is tried again`(width: Int) {
        var instance = Sample.overview()
        instance.pollers[0].problem = "The org is busy."
        let driver = Driver(width, 30, instances: [instance])
        #expect(driver.text.contains("DEGRADED") && driver.text.contains("next try at 18:10:15"), "\(driver.text)")
    }

    @Test func `a stopped engine is not called live`() {
        var driver = Driver(140, 40, log: [Sample.event(1)])
        driver.send(.engineStopped)
        #expect(!driver.text.contains("LIVE"))
        #expect(driver.text.contains("STOPPED"))
        #expect(driver.dashboard.nextDeadline == nil)
    }
}
