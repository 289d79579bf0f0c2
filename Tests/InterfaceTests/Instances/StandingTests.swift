import Domain
import Drawing
import EngineAPI
import Primitives
import Testing

@testable import Interface

/// What the screen says about the instance, and that nothing of it is lost where room is short.
struct StandingTests {
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

    @Test func `a held callback's event says so`() {
        let events = [Sample.event(1, state: .queued)]
        var driver = Driver(140, 40, instances: [held()], log: events)
        #expect(driver.text.contains("■ held"))
        driver.keys("enter right")
        driver.answer()
        while driver.detail?.tab != .deliveries { driver.keys("right") }
        #expect(driver.text.contains("Held until u resumes the callback."))
        #expect(!driver.text.contains("as soon as possible"))
    }

    @Test func `the selected row stays in view when the screen shrinks`() {
        var driver = Driver(140, 40, log: (1...100).map { Sample.event($0) })
        driver.keys("enter")
        driver.answer()
        driver.resize(80, 24)
        let visible = driver.events.visibleRange.map { driver.events.rows[$0].sequence }
        #expect(visible.contains(driver.events.selected ?? -1))
    }

    @Test func `a key that is held down replays once`() throws {
        var driver = Driver(140, 40, log: (1...5).map { Sample.event($0) })
        driver.forget()
        driver.keys("r")
        let attempt = try #require(Sample.detail(Sample.event(5), replays: 1).attempts.last)
        driver.send(.replayed(sequence: 5, .success(attempt)))
        for _ in 0..<60 {
            driver.wait(milliseconds: 33)
            driver.keys("r")
        }
        let replays = { (driver: Driver) in
            driver.commands.filter { if case .replay = $0 { true } else { false } }.count
        }
        #expect(replays(driver) == 1)
        #expect(driver.text.contains("let r go"))
        driver.wait(milliseconds: 1100)
        driver.keys("r")
        #expect(replays(driver) == 2)
    }

    @Test func `what was typed for a new instance is not lost without a question`() {
        var driver = Driver(140, 40, instances: [])
        driver.keys("ctrl+c")
        #expect(driver.commands.contains(.quit), "nothing was typed")
        driver.forget()
        driver.keys("down down")
        driver.type("https://a.example")
        driver.forget()
        driver.keys("ctrl+c")
        #expect(!driver.commands.contains(.quit))
        #expect(driver.text.contains("What was filled in for the new instance"))
    }

    @Test func `hints show keys that work in a text`() {
        var driver = Driver(140, 40)
        driver.keys("c down down")
        let footer = driver.text.split(separator: "\n").last ?? ""
        #expect(!footer.contains("p poll now") && !footer.contains(": commands"))
        #expect(footer.contains("^P commands") && footer.contains("F1 help"))
    }

    @Test(arguments: [
        ("12 minutes", "12", true), ("12", "12", true), ("5 min", "5", true), ("1.5", "1.5", false),
        ("-5", "-5", false),
        ("soon", "soon", false),
    ])
    func `an interval is read rightly or refused`(text: String, typed: String, isFine: Bool) {
        var pasted = IntervalSlider(5)
        pasted.insert(text)
        #expect(pasted.typed == typed)
        #expect((pasted.fault == nil) == isFine)
        guard !text.contains(where: \.isLetter) else { return }
        var keyed = IntervalSlider(5)
        for character in text { _ = keyed.handle(.character(character)) }
        #expect(keyed.typed == typed && (keyed.fault == nil) == isFine)
    }

    @Test func `on a small screen a failure does not cover the rest for ever`() {
        var driver = Driver(60, 16, log: [Sample.event(1)])
        driver.keys("r")
        driver.send(.replayed(sequence: 1, .failure(.failed("The callback refused the connection."))))
        #expect(driver.text.contains("Replay failed"))
        driver.pass(milliseconds: 15_000)
        #expect(!driver.text.contains("Replay failed"))
    }
}
