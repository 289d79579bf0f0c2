import Domain
import Drawing
import EngineAPI
import Primitives
import TestSupport
import Testing

@testable import Interface

/// Keys that arrive together, before the rows that they are about are read.
@Suite(.cases)
struct BurstTests {
    private static let count = 2000

    private func driver() -> Driver {
        var driver = Driver(
            140,
            40,
            log: (1...Int64(Self.count)).map { Sample.event($0, state: $0 == 700 ? .dead : nil) }
        )
        driver.answer()
        return driver
    }

    private func events(_ script: String) -> [InputEvent] {
        script.split(separator: " ").compactMap { Key(name: String($0)).map(InputEvent.key) }
    }

    static let bursts: [String] = [
        Array(repeating: "pageup", count: 10).joined(separator: " "),
        Array(repeating: "k", count: 300).joined(separator: " "),
        "home " + Array(repeating: "pagedown", count: 10).joined(separator: " "),
        "home down down down", "home end up up", "g j j G k", "E enter", "e", "home enter pagedown 2 j",
        Array(repeating: "pageup", count: 8).joined(separator: " ") + " home "
            + Array(repeating: "j", count: 100).joined(separator: " "),
        "E k k k e E", "home pagedown enter right right esc j", "pageup pageup pageup pageup pageup enter down down",
    ]

    @Test(arguments: bursts)
    func `a burst ends where the same keys end one by one`(script: String) {
        var slow = driver()
        for event in events(script) {
            slow.send(.input(event))
            slow.pass(milliseconds: 100)
        }
        var fast = driver()
        fast.send(.inputs(events(script)))
        fast.pass(milliseconds: 100)
        #expect(fast.events.selected == slow.events.selected)
        #expect(fast.text == slow.text)
        #expect(fast.dashboard.held.isEmpty)
    }

    @Test func `ten pages are ten pages`() {
        var driver = driver()
        let page = driver.events.height - 1
        driver.send(.inputs(events(Self.bursts[0])))
        driver.pass(milliseconds: 100)
        #expect(driver.events.selected == Int64(Self.count - 10 * page))
    }

    @Test func `what would be sent waits for its row`() {
        var driver = driver()
        driver.forget()
        driver.send(.inputs(events("home r")))
        #expect(!driver.commands.contains { if case .replay = $0 { true } else { false } })
        driver.answer()
        #expect(driver.commands.contains { if case .replay(1, _, _) = $0 { true } else { false } })
    }

    @Test func `keys wait no longer than five seconds, and Ctrl+C not at all`() {
        var driver = driver()
        driver.send(.inputs(events("home T")))
        #expect(driver.dashboard.layers.isEmpty)
        driver.wait(milliseconds: 5001)
        #expect(!driver.dashboard.layers.isEmpty)
        var other = self.driver()
        other.forget()
        other.send(.inputs(events("home T ctrl+c")))
        #expect(other.commands.contains(.quit))
    }

    @Test func `a page that can't be read ends the waiting`() {
        var driver = driver()
        driver.forget()
        driver.send(.inputs(events("home T")))
        guard
            case .loadPage(let token, _)? = driver.commands.last(where: {
                if case .loadPage = $0 { true } else { false }
            })
        else {
            Issue.record("nothing was asked for")
            return
        }
        driver.send(.page(token: token, .failure(.failed("The disk is gone."))))
        #expect(!driver.dashboard.layers.isEmpty && driver.dashboard.held.isEmpty)
    }
}
