import Domain
import Drawing
import EngineAPI
import Primitives
import TestSupport
import Testing

@testable import Interface

/// The dialog of a bulk replay: what it completes, and that nothing happens in it without a word.
@Suite(.cases)
struct ReplayDialogTests {
    private func driver(_ keys: String = "B") -> Driver {
        var driver = Driver(140, 40, log: (1...20).map { Sample.event($0, state: $0 <= 3 ? .dead : nil) })
        driver.keys(keys)
        driver.pass(milliseconds: 300)
        return driver
    }

    private func filter(_ driver: Driver) -> String? {
        (driver.dashboard.layers.top as? ReplayDialog)?.filter.text
    }

    private func hasSaid(_ words: String, _ driver: Driver) -> Bool {
        driver.messages.entries.contains { $0.text.contains(words) }
    }

    @Test func `Tab completes names and values, again for the next one, and then goes on to the rate`() {
        var driver = driver()
        driver.keys("ctrl+u")
        driver.type("obj")
        #expect(driver.text.contains("object:"))
        driver.keys("tab")
        #expect(filter(driver) == "object:")
        driver.type("Acc")
        driver.keys("tab")
        #expect(filter(driver) == "object:Account")
        driver.type(" state:d")
        driver.keys("tab")
        let first = filter(driver)
        driver.keys("tab")
        #expect(first != filter(driver))
        #expect(Set([first, filter(driver)]) == ["object:Account state:dead", "object:Account state:delivered"])
        driver.type(" ")
        driver.keys("backspace tab")
        let dialog = driver.dashboard.layers.top as? ReplayDialog
        #expect(dialog?.focus == .rate)
    }

    @Test func `the frame says what Enter does where the focus is`() {
        var driver = driver()
        #expect(driver.text.contains("Enter starts"))
        func focus() -> ReplayDialog.Field? { (driver.dashboard.layers.top as? ReplayDialog)?.focus }
        for _ in 0..<6 where focus() != .cancel { driver.keys("shift+tab") }
        #expect(focus() == .cancel && !driver.text.contains("Enter starts"), "\(driver.text)")
    }

    @Test func `an empty filter leaves Tab to the next field`() {
        var driver = driver()
        driver.keys("ctrl+u tab")
        let dialog = driver.dashboard.layers.top as? ReplayDialog
        #expect(dialog?.filter.isEmpty == true && dialog?.focus == .rate)
    }

    @Test func `the question never carries the count of another dialog's filter`() {
        func token(_ driver: Driver) -> Int? {
            driver.commands.reversed().lazy.compactMap { command -> Int? in
                if case .previewReplays(let token, _, _) = command { token } else { nil }
            }.first
        }
        var driver = Driver(140, 40, log: (1...20).map { Sample.event($0, state: $0 <= 3 ? .dead : nil) })
        driver.keys("B")
        driver.wait(milliseconds: 300)
        let former = token(driver)
        driver.keys("esc B enter")
        driver.wait(milliseconds: 300)
        #expect(former != nil && token(driver) != former)
        driver.send(.replayPreview(token: former ?? 0, .success(ReplayPreview(count: 4711, eventIDs: []))))
        #expect(!driver.text.contains("4 711") && !driver.text.contains("Replay 4"))
    }

    @Test func `an Enter whose count failed asks nothing later on; another one counts anew at once`() {
        func previews(_ driver: Driver) -> [Int] {
            driver.commands.compactMap { command -> Int? in
                if case .previewReplays(let token, _, _) = command { token } else { nil }
            }
        }
        var driver = Driver(140, 40, log: (1...20).map { Sample.event($0, state: $0 <= 3 ? .dead : nil) })
        driver.keys("B enter")
        driver.wait(milliseconds: 300)
        driver.send(.replayPreview(token: previews(driver).last ?? 0, .failure(.failed("The disk is busy."))))
        #expect(driver.text.contains("The disk is busy."))
        let asked = previews(driver).count
        driver.keys("enter")
        #expect(previews(driver).count == asked + 1, "at once")
        driver.send(.replayPreview(token: previews(driver).last ?? 0, .failure(.failed("The disk is busy."))))
        driver.wait(milliseconds: 2100)
        #expect(previews(driver).count == asked + 2, "and by itself after a pause")
        let preview = ReplayPreview(count: 3, eventIDs: [])
        driver.send(.replayPreview(token: previews(driver).last ?? 0, .success(preview)))
        #expect(driver.text.contains("3 events would go to") && !driver.text.contains("Replay 3 events?"))
    }

    @Test func `what another dialog began neither closes this one nor is refused in it`() {
        var driver = driver()
        driver.keys("enter y")
        let former = driver.replaysRequest
        driver.keys("esc B")
        driver.pass(milliseconds: 300)
        driver.keys("enter y")
        #expect(driver.replaysRequest != former)
        driver.send(.replaysCreated(request: former, .failure(.failed("Too many."))))
        #expect((driver.dashboard.layers.top as? ReplayDialog)?.isStarting == true)
        driver.send(.replaysCreated(request: former, .success(ReplayTests.job(total: 3))))
        #expect(driver.dashboard.layers.count == 1)
        driver.send(.replaysCreated(request: driver.replaysRequest, .success(ReplayTests.job(total: 3))))
        #expect(driver.dashboard.layers.isEmpty)
    }

    @Test(arguments: ["enter", "n", "esc", "space"])
    func `a no to the question is said`(key: String) {
        var driver = driver()
        driver.forget()
        driver.keys("enter \(key)")
        #expect(driver.commands.isEmpty)
        #expect(hasSaid("Nothing was replayed; at the question, y does it.", driver))
    }

    @Test(arguments: ["enter", "space"])
    func `Cancel in the dialog is said`(key: String) {
        var driver = driver()
        driver.forget()
        driver.keys("tab tab tab \(key)")
        #expect(driver.dashboard.layers.isEmpty && driver.commands.isEmpty)
        #expect(hasSaid("Nothing was replayed.", driver))
    }
}
