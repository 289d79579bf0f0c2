import Domain
import Drawing
import EngineAPI
import Primitives
import TestSupport
import Testing

@testable import Interface

/// The dashboard as a whole.
@Suite(.cases)
struct DashboardTests {
    @Test func `nothing crashes at any size, in any state, under any key or click`() {
        var generator = SeededGenerator(seed: 20_261_123)
        let keys = [
            "tab", "shift+tab", "enter", "esc", "space", "up", "down", "left", "right", "pageup", "pagedown", "home",
            "end",
            "ctrl+s", "ctrl+t", "ctrl+p", "ctrl+l", "?", "i", "T", "y", "e", "E", "r", "f", "g", "G", "n", "c", "2",
            "3", "x",
            "ctrl+u", "ctrl+w", "backspace", "t", "M", "B", "J", "a", "w", "-",
        ]
        var driver = Driver(140, 40, log: (1...60).map { Sample.event($0, state: $0 % 7 == 0 ? .dead : nil) })
        for step in 0..<300 {
            switch Int.random(in: 0..<12, using: &generator) {
            case 0: driver.resize(.random(in: 0...160, using: &generator), .random(in: 0...50, using: &generator))
            case 1:
                driver.click(.random(in: 0...160, using: &generator), .random(in: 0...50, using: &generator))
            case 2:
                let next = Int64(driver.log.count) + 1
                if step % 5 == 0 { driver.store(next...next + 3) }
            case 3: driver.pass(milliseconds: 40)
            default: driver.keys(keys.randomElement(using: &generator) ?? "esc")
            }
            driver.answer()
            _ = driver.dashboard.frame()
        }
    }

    @Test(arguments: [Int64(-3_600_000), 3_600_000])
    func `a clock that is set stops nothing and hurries nothing`(step: Int64) {
        var driver = Driver(140, 40, log: (1...20).map { Sample.event($0) })
        driver.step = step
        driver.send(.report(.info, "The clock was set."))
        driver.store(21...21)
        driver.pass(milliseconds: 1000)
        #expect(driver.events.selected == 21)
        #expect(driver.context.totals?.total == 21)
        #expect(driver.messages.entries.last?.at == Sample.now.advanced(byMilliseconds: step), "as people read it")
        #expect(driver.messages.shown.count == 1)
        driver.pass(milliseconds: 4000)
        #expect(driver.messages.shown.isEmpty)
    }

    @Test func `Ctrl+C twice quits whatever is open`() {
        var driver = Driver(140, 40)
        driver.keys("c space")
        driver.forget()
        driver.keys("ctrl+c")
        #expect(driver.commands.isEmpty)
        driver.keys("ctrl+c")
        #expect(driver.commands == [.quit])
    }

    @Test(arguments: [
        (DeliveryState.queued, true), (.waiting, true), (.retrying, true), (.held, false), (.dead, false),
        (.delivered, false),
    ])
    func `q asks while the engine inside delivers, and not on that of a node elsewhere`(
        state: DeliveryState,
        asks: Bool
    ) {
        for node in [nil, "http://127.0.0.1:8181"] {
            var driver = Driver(140, 40, log: [Sample.event(1, state: state)])
            if let node { driver.attach(to: node) }
            driver.pass(milliseconds: 600)
            driver.forget()
            driver.keys("q")
            let isAsked = asks && node == nil
            #expect(driver.commands.contains(.quit) != isAsked)
            #expect(driver.text.contains("1 delivery is still to be made.") == isAsked)
            if isAsked { driver.keys("y") }
            #expect(driver.commands.contains(.quit))
        }
    }

    @Test func `q asks while other dashboards use the engine inside`() {
        var driver = Driver(140, 40)
        driver.send(.dashboardsAttached(2))
        driver.send(.dashboardsAttached(1))
        driver.forget()
        driver.keys("q")
        #expect(!driver.commands.contains(.quit))
        #expect(driver.text.contains("Another dashboard is attached to the engine inside"), "\(driver.text)")
        driver.keys("n")
        driver.send(.dashboardsAttached(0))
        driver.keys("q")
        #expect(driver.commands.contains(.quit))
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

    @Test func `text from outside can't steer the terminal`() {
        var overview = Sample.overview(name: "evil\u{1B}]0;x\u{7}\u{202E}name")
        overview.configuration.callbackURL = "http://a\u{1B}[31m"
        let driver = Driver(140, 40, instances: [overview])
        #expect(!driver.text.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" || $0 == "\u{202E}" })
    }

    @Test func `a frame of a large screen is drawn quickly`() {
        var driver = Driver(200, 60, log: (1...500).map { Sample.event($0) })
        driver.keys("enter")
        driver.answer()
        let clock = ContinuousClock()
        let time = clock.measure { for _ in 0..<10 { _ = driver.dashboard.frame() } }
        // Debug builds are some twenty times slower than the 8 ms that a release build may take.
        #expect(time < .seconds(3))
    }
}
