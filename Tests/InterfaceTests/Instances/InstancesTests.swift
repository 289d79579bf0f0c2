import Domain
import Drawing
import EngineAPI
import Primitives
import TestSupport
import Testing

@testable import Interface

/// Which instance the screen is about, and what is done about it.
@Suite(.cases)
struct InstancesTests {
    private static let failing = CallbackState.failing(
        reason: "refused",
        at: Sample.now.advanced(bySeconds: -5),
        retrying: 1
    )

    private static let dead = SourceState.needsAttention(reason: "The grant is dead.", since: Sample.now)

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

    @Test func `disabling and enabling ask first, and are called by what they would do`() {
        for isDisabled in [false, true] {
            var instance = Sample.overview()
            instance.isDisabled = isDisabled
            let (verb, other) = isDisabled ? ("Enable", "Disable") : ("Disable", "Enable")
            var driver = Driver(140, 40, instances: [instance])
            driver.keys("ctrl+p")
            driver.type(verb.lowercased())
            #expect(driver.text.contains("\(verb) this instance") && !driver.text.contains("\(other) this instance"))
            driver.forget()
            driver.keys("enter")
            #expect(driver.commands.isEmpty && driver.text.contains("\(verb) mySFDCInstance?"))
            driver.keys("y")
            #expect(driver.commands == [.setEnabled(1, isDisabled)])
        }
    }

    @Test(arguments: [(EventType.polling, "its org is not polled"), (.webhooks, "webhooks of its org are refused")])
    func `a disabled instance says so above its events and beside the switch of them, with the way out`(
        type: EventType,
        words: String
    ) {
        var instance = Sample.overview(source: .stopped) { $0.eventType = type }
        instance.isDisabled = true
        var driver = Driver(140, 40, instances: [instance], log: [Sample.event(1)])
        let way = "“Enable this instance” under ^P enables it."
        #expect(driver.text.contains("This instance is disabled: \(words); \(way)"), "\(driver.text)")
        #expect(driver.text.contains("The instance is disabled, whatever"), "\(driver.text)")
        driver.keys("p")
        guard type == .polling else { return }
        #expect(driver.messages.entries.last?.text == "This instance is disabled; \(way)")
        driver.instances[0].isDisabled = false
        driver.instances[0].source = .live(lastSuccess: driver.now)
        driver.send(.notice(.instance(1)))
        driver.pass(milliseconds: 500)
        #expect(!driver.text.contains("This instance is disabled:") && !driver.text.contains("whatever this says"))
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
            driver.keys("u y")
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

    @Test func `while the demo is set up nothing is called unconnected`() {
        let settings = DashboardSettings(size: Size(width: 140, height: 40), arrangement: "Starting the demo…")
        var dashboard = Dashboard(settings, now: Sample.now, due: Sample.now)
        _ = dashboard.update(.start, at: Sample.now, due: Sample.now)
        _ = dashboard.update(.instances(.success([])), at: Sample.now, due: Sample.now)
        #expect(dashboard.frame().canvas.text.contains("Starting the demo…"))
        #expect(dashboard.frame().canvas.text.contains("STARTING"))
        #expect(!dashboard.frame().canvas.text.contains("NOT CONNECTED"))
        _ = dashboard.update(.report(.failure, "The demo could not be set up."), at: Sample.now, due: Sample.now)
        let later = Sample.now.advanced(bySeconds: 1)
        _ = dashboard.update(.instances(.success([])), at: later, due: later)
        #expect(dashboard.frame().canvas.text.contains("NOT CONNECTED"))
    }

    @Test func `switching instances shows the other's events and form`() {
        let other = Sample.overview(id: 2, name: "sandbox", callbackURL: "")
        var driver = Driver(140, 40, instances: [Sample.overview(), other], log: [Sample.event(1)])
        driver.forget()
        driver.keys("i down enter")
        #expect(driver.context.instances.current == 2)
        #expect(driver.text.contains("sandbox ▾"))
        var filter = EventFilter()
        filter.instanceIDs = [2]
        #expect(
            driver.commands.contains { command in
                if case .loadPage(_, let request) = command { request.filter == filter } else { false }
            }
        )
    }

    private static let two = [Sample.overview(), Sample.overview(id: 2, name: "sandbox")]

    @Test func `an instance that comes back to the screen shows its filter and its selection again`() {
        let log = (1...60).map { Sample.event($0, state: $0 % 10 == 0 ? .dead : nil) }
        var driver = Driver(140, 40, instances: Self.two, log: log)
        driver.keys("/")
        driver.type("state:dead")
        driver.keys("enter")
        driver.pass(milliseconds: 600)
        driver.keys("k k")
        #expect(driver.events.selected == 40)
        driver.keys("i down enter")
        driver.pass(milliseconds: 600)
        #expect(driver.context.instances.current == 2 && driver.context.eventFilter.isEmpty)
        driver.keys("i up enter")
        driver.pass(milliseconds: 600)
        #expect(driver.context.instances.current == 1 && driver.context.eventFilter == "state:dead")
        #expect(driver.events.selected == 40 && !driver.events.isFollowing, "\(driver.text)")
        #expect(driver.events.rows.map(\.sequence) == [10, 20, 30, 40, 50, 60])
    }

    @Test func `what was being typed is not kept, and the filter that it stood over is`() {
        let log = (1...60).map { Sample.event($0, state: $0 % 10 == 0 ? .dead : nil) }
        var driver = Driver(140, 40, instances: Self.two, log: log)
        driver.keys("z z /")
        driver.type(" object:Lead")
        driver.send(.instances(.success([Self.two[1]])))
        driver.send(.instances(.success(Self.two)))
        driver.pass(milliseconds: 600)
        driver.keys("i up enter")
        driver.pass(milliseconds: 600)
        #expect(driver.context.instances.current == 1 && driver.context.eventFilter == "state:dead")
    }

    @Test func `an instance that was deleted elsewhere is told until that is dismissed, with what the form held`() {
        var driver = Driver(140, 40, instances: Self.two)
        driver.keys("c space")
        driver.instances.removeFirst()
        driver.send(.notice(.instancesChanged))
        driver.pass(milliseconds: 60_000)
        #expect(driver.context.instances.current == 2 && driver.form.instance == 2)
        #expect(
            driver.messages.shown.map(\.text) == [
                "mySFDCInstance was deleted elsewhere; this is sandbox. 1 unsaved change of its form went with it."
            ]
        )
    }

    @Test func `one that is deleted here is told once`() {
        var driver = Driver(140, 40, instances: Self.two)
        driver.keys("ctrl+p")
        driver.type("delete this instance")
        driver.keys("enter y")
        #expect(driver.commands.contains(.deleteInstance(1)))
        driver.instances.removeFirst()
        driver.send(.notice(.instancesChanged))
        driver.pass(milliseconds: 500)
        driver.send(.deleted(1, .success(nil)))
        #expect(driver.messages.entries.map(\.text) == ["mySFDCInstance was deleted."])
    }

    @Test func `a list that was read before an instance was made takes nobody away from it`() {
        var driver = Driver(140, 40, instances: [Sample.overview()])
        driver.pass(milliseconds: 500)
        driver.send(.notice(.instancesChanged))
        driver.send(.saved(request: 0, nil, .success(Self.two[1])))
        driver.keys("i down enter")
        #expect(driver.context.instances.current == 2)
        driver.send(.instances(.success([Self.two[0]])))
        #expect(driver.context.instances.current == 2 && driver.messages.entries.count == 1)
    }

    private static func readsAndReplays(_ driver: Driver) -> [Command] {
        driver.commands.filter {
            switch $0 {
            case .loadPage, .loadCounts, .loadHistogram, .replay, .createReplays: true
            default: false
            }
        }
    }

    /// Where no instance is on the screen: a new one is being made, or the last one was deleted.
    @Test(arguments: [true, false])
    func `without an instance no events are read or shown, and none can be marked or replayed`(hasOthers: Bool) {
        var driver = Driver(140, 40, instances: hasOthers ? Self.two : [], log: (1...5).map { Sample.event($0) })
        driver.forget()
        if hasOthers { driver.keys("I") }
        driver.store(6...9)
        driver.pass(milliseconds: 5000)
        #expect(driver.context.instances.current == nil && driver.events.rows.isEmpty)
        #expect(Self.readsAndReplays(driver).isEmpty)
        #expect(driver.text.contains(hasOthers ? "A new instance" : "No instance yet"), "\(driver.text)")
        driver.keys("2 * g r")
        #expect(driver.context.marked.isEmpty && Self.readsAndReplays(driver).isEmpty)
        driver.keys("?")
        #expect(!driver.dashboard.layers.isEmpty, "no key waits for a page that is never read")
    }

    @Test func `what can't be done for an instance that is being made names the way to those that exist`() {
        var driver = Driver(140, 40, instances: Self.two)
        driver.keys("I")
        driver.keys("2 B")
        #expect(driver.messages.entries.last?.text.hasPrefix("This instance does not exist yet;") == true)
        #expect(driver.messages.entries.last?.text.contains("press i for another one") == true)
        var none = Driver(140, 40, instances: [])
        none.keys("2 B")
        #expect(none.messages.entries.last?.text == "There is no instance yet; fill in the form and apply it.")
    }

    @Test func `a new instance that was begun by mistake has a way back, which is said`() {
        var driver = Driver(140, 40, instances: Self.two)
        driver.keys("i down enter I")
        #expect(driver.context.instances.current == nil)
        #expect(driver.text.contains("Back to sandbox: Esc in the empty form"), "\(driver.text)")
        #expect(driver.text.contains("Esc back"), "\(driver.text)")
        driver.keys("I")
        #expect(driver.messages.entries.last?.text.hasSuffix("or press i to go back to sandbox.") == true)
        driver.keys("i enter")
        #expect(driver.context.instances.current == 2 && driver.form.instance == 2)
        driver.keys("I esc")
        #expect(driver.context.instances.current == 2 && driver.dashboard.focus == .events)
        // What was filled in is given up only after a question.
        driver.keys("I space esc esc")
        #expect(driver.context.instances.current == 2, "the switch was taken back first")
        driver.keys("I space tab esc")
        #expect(driver.context.instances.current == nil && driver.text.contains("Discard changes?"))
        driver.keys("y esc")
        #expect(driver.context.instances.current == 2)
        var none = Driver(140, 40, instances: [])
        none.keys("c esc")
        #expect(none.dashboard.focus == .events && none.context.instances.current == nil)
    }

    @Test func `each node is shown with the instance that was on the screen there`() {
        let instances = [1, 2, 3].map { Sample.overview(id: $0, name: "number \($0)") }
        func run(_ memory: DashboardMemory, at node: String?, _ keys: String) -> Driver {
            var driver = Driver(140, 40, instances: instances, memory: memory, attached: node)
            driver.keys(keys)
            return driver
        }
        let (one, two) = ("https://one.example:8181", "https://two.example:8181")
        var memory = run(DashboardMemory(), at: nil, "i down enter").dashboard.settings.memory
        memory = run(memory, at: one, "i down down enter").dashboard.settings.memory
        #expect(run(memory, at: nil, "").context.instances.current == 2)
        #expect(run(memory, at: one, "").context.instances.current == 3)
        #expect(run(memory, at: two, "").context.instances.current == 1)
    }

    @Test func `instances that can't be read are asked for again by itself`() {
        let settings = DashboardSettings(size: Size(width: 100, height: 30))
        var dashboard = Dashboard(settings, now: Sample.now, due: Sample.now)
        #expect(dashboard.update(.start, at: Sample.now, due: Sample.now) == [.loadInstances])
        _ = dashboard.update(.instances(.failure(.failed("The store is locked."))), at: Sample.now, due: Sample.now)
        #expect(dashboard.frame().canvas.text.contains("NO ANSWER"))
        let later = Sample.now.advanced(bySeconds: 2)
        #expect(dashboard.nextDeadline == later)
        #expect(dashboard.update(.tick, at: later, due: later) == [.loadInstances])
    }
}
