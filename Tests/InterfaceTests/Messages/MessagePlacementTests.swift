import Domain
import Drawing
import EngineAPI
import Primitives
import TestSupport
import Testing

@testable import Interface

/// Where messages stand, and that they are true.
@Suite(.cases)
struct MessagePlacementTests {
    private static let degraded = SourceState.degraded(reason: "No route.", since: Sample.now, lastSuccess: nil)

    private static let dead = SourceState.needsAttention(reason: "The grant is dead.", since: Sample.now)

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
        for keys in ["?", ":", "B", "i", "ctrl+l"] {
            var driver = Driver(80, 24, log: [Sample.event(1)])
            driver.keys(keys)
            let before = driver.dashboard.paint().keptClear
            driver.send(.report(.failure, String(repeating: "something went wrong ", count: 9)))
            let toasts = driver.dashboard.paint().hits.filter(\.isMessage)
            #expect(toasts.count == 1)
            #expect(toasts.allSatisfy { toast in before.allSatisfy { $0.intersection(toast.area).isEmpty } })
        }
    }

    @Test(arguments: [degraded, dead])
    func `nothing good is said of a source beside a banner that says otherwise`(source: SourceState) {
        var driver = Driver(140, 40, instances: [Sample.overview(source: source)])
        driver.send(.polled(1, .success(PollSummary())))
        driver.send(.saved(request: 0, 1, .success(Sample.overview(source: source))))
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

    @Test func `while a message stays, all that names its key says what that does`() {
        var driver = Driver()
        driver.keys("c tab tab ctrl+u")
        driver.type("http://127.0.0.1:1/")
        #expect(driver.text.contains("Esc take back"))
        driver.keys("ctrl+t")
        driver.send(.tested(url: "http://127.0.0.1:1/", .failure(.failed("The callback refused the connection."))))
        #expect(driver.text.contains("Test notification") && driver.text.contains("Esc dismisses"), "\(driver.text)")
        #expect(driver.text.contains("Esc dismiss ") && !driver.text.contains("Esc take back"), "\(driver.text)")
        driver.keys("esc")
        #expect(driver.messages.shown.isEmpty && driver.form.isDirty)
        #expect(driver.text.contains("Esc take back") && !driver.text.contains("Esc dismiss"), "\(driver.text)")
        // Over the panes the key is the window's.
        driver.send(.report(.failure, "It failed."))
        driver.keys("ctrl+l")
        #expect(!driver.text.contains("Esc dismiss"), "\(driver.text)")
    }

    @Test func `on a small screen a failure does not cover the rest for ever`() {
        var driver = Driver(60, 16, log: [Sample.event(1)])
        driver.keys("r")
        driver.send(.replayed(sequence: 1, .failure(.failed("The callback refused the connection."))))
        #expect(driver.text.contains("Replay of Ada"))
        driver.pass(milliseconds: 15_000)
        #expect(!driver.text.contains("Replay of Ada"))
    }
}
extension Painter.Hit {
    /// Whether a click here takes a message off the screen.
    fileprivate var isMessage: Bool {
        if case .effect(.post(let event)) = target { event is MessagesDismissed } else { false }
    }
}
