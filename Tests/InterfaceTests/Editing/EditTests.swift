import Domain
import Drawing
import EngineAPI
import Primitives
import TestSupport
import Testing

@testable import Interface

/// A notification edited in the person's own editor, and replayed with what they changed.
@Suite(.cases)
struct EditTests {
    private static func driver(_ keys: String = "k k v") -> Driver {
        var driver = Driver(140, 40, log: (1...30).map { Sample.event($0) })
        driver.allowEditing()
        driver.keys(keys)
        driver.answer()
        return driver
    }

    private static let body = Sample.detail(Sample.event(28)).body
    private static let text = EditedBody.text(of: body)

    private static func edits(_ driver: Driver) -> [String] {
        driver.commands.compactMap { if case .edit(28, let text) = $0 { text } else { nil } }
    }

    private static func replays(_ driver: Driver) -> [ReplayOptions] {
        driver.commands.compactMap { if case .replay(_, _, let options) = $0 { options } else { nil } }
    }

    @Test func `the editor gets the body in lines, as exact as it is, and the change is shown before it goes`() throws {
        var driver = Self.driver()
        #expect(Self.edits(driver) == [Self.text])
        #expect(Self.text.contains(#""AnnualRevenue": 1.50"#))
        driver.forget()
        driver.send(.edited(sequence: 28, .success(Self.text.replacing("1.50", with: "2.75"))))
        #expect(driver.text.contains("Replay to app.example with these changes?"))
        #expect(driver.text.contains(#"-       "AnnualRevenue": 1.50"#) || driver.text.contains("1.50"))
        #expect(driver.text.contains("2.75"))
        #expect(Self.replays(driver).isEmpty)
        driver.keys("enter enter space")
        #expect(Self.replays(driver).isEmpty && driver.dashboard.layers.count == 1, "it may have been for the editor")
        driver.keys("y")
        let sent = try #require(Self.replays(driver).first?.notification)
        #expect(
            String(decoding: sent, as: UTF8.self)
                == String(decoding: Self.body, as: UTF8.self).replacing("1.50", with: "2.75")
        )
        #expect(driver.text.contains("replaying…"))
    }

    @Test(arguments: ["", " \n"])
    func `without a change nothing is sent, blanks or not`(more: String) {
        var driver = Self.driver()
        driver.send(.edited(sequence: 28, .success(Self.text + more)))
        #expect(driver.text.contains("Nothing was changed, so nothing was sent."))
        #expect(Self.replays(driver).isEmpty && driver.dashboard.layers.isEmpty)
    }

    @Test func `what is no JSON is not sent, and the text is not lost`() {
        var driver = Self.driver()
        let broken = Self.text.replacing("1.50", with: "1.5.0")
        driver.send(.edited(sequence: 28, .success(broken)))
        let line = broken.split(separator: "\n", omittingEmptySubsequences: false).firstIndex { $0.contains("1.5.0") }
        let said = driver.messages.entries.last?.text ?? ""
        #expect(said.hasPrefix("What was edited is no JSON: line \((line ?? 0) + 1), column "), "\(said)")
        #expect(driver.text.contains("What was edited is no JSON"))
        #expect(Self.replays(driver).isEmpty)
        driver.forget()
        driver.keys("v")
        driver.answer()
        #expect(Self.edits(driver) == [broken])
    }

    @Test func `an editor that fails sends nothing`() {
        var driver = Self.driver()
        driver.send(.edited(sequence: 28, .failure(.failed("The editor “false” ended with 1."))))
        #expect(driver.text.contains("The editor “false” ended with 1. Nothing was sent."))
        #expect(Self.replays(driver).isEmpty)
    }

    @Test(arguments: ["esc", "n"])
    func `a no to the changes sends nothing and keeps them for the next time`(key: String) {
        var driver = Self.driver()
        let changed = Self.text.replacing("1.50", with: "2.75")
        driver.send(.edited(sequence: 28, .success(changed)))
        driver.keys(key)
        #expect(Self.replays(driver).isEmpty)
        driver.forget()
        driver.keys("v")
        driver.answer()
        #expect(Self.edits(driver) == [changed])
    }

    @Test func `without an editor the way to one is said`() {
        var driver = Driver(140, 40, log: (1...30).map { Sample.event($0) })
        driver.keys("k v")
        #expect(driver.text.contains("No editor is known here"))
    }

    @Test func `a difference holds both texts, and what is left out is no more than what is the same`() {
        var random = SeededGenerator(seed: 9)
        for _ in 0..<300 {
            func text() -> [String] { (0..<Int(random.next() % 14)).map { _ in String(random.next() % 4) } }
            let (old, new) = (text(), text())
            let lines = LineDiff.lines(from: old, to: new)
            var (before, after): ([String], [String]) = ([], [])
            for line in lines {
                switch line {
                case .same(let text):
                    before.append(text)
                    after.append(text)
                case .removed(let text): before.append(text)
                case .added(let text): after.append(text)
                }
            }
            #expect(before == old && after == new)
            let shortened = LineDiff.shortened(lines).compactMap { $0 }.filter {
                if case .same = $0 { false } else { true }
            }
            #expect(shortened == lines.filter { if case .same = $0 { false } else { true } })
        }
    }

    @Test func `texts that differ all over are told as replaced, without a long search`() {
        let (old, new) = ((0..<60_000).map { "a\($0)" }, (0..<60_000).map { "b\($0)" })
        #expect(LineDiff.lines(from: old, to: new).count == 120_000)
    }
}

/// A replay to another URL.
@Suite(.cases)
struct ReplayTargetTests {
    private static func driver(_ keys: String = "k k U") -> Driver {
        var driver = Driver(140, 40, log: (1...30).map { Sample.event($0, state: $0 == 28 ? .dead : nil) })
        driver.keys(keys)
        driver.answer()
        driver.forget()
        return driver
    }

    @Test func `the URL is read as the form reads it, and the outcome stands in the row`() {
        var driver = Self.driver()
        driver.type(" https://app2.example/hook ")
        driver.keys("enter")
        let options = ReplayOptions(callbackURL: "https://app2.example/hook")
        #expect(driver.commands.contains(.replay(sequence: 28, eventID: "evt28", options: options)))
        let attempt = Attempt(
            notificationID: 28,
            number: 11,
            isReplay: true,
            startedAt: Sample.now,
            milliseconds: 12,
            url: "https://app2.example/hook",
            outcome: .response(status: 204)
        )
        driver.send(.replayed(sequence: 28, .success(attempt)))
        let words = "Replayed 東京商事: https://app2.example/hook answered 204 in 12 ms."
        #expect(driver.messages.entries.contains { $0.text == words })
        let row = driver.text.split(separator: "\n").first { $0.contains("dead") && $0.contains("→ ✓") }
        #expect(row != nil, "\(driver.text)")
    }

    @Test(arguments: ["", "ftp://app.example", "https://", "not a url at all"])
    func `what is no address is refused in a sentence, and nothing is sent`(text: String) {
        var driver = Self.driver()
        driver.type(text)
        driver.keys("enter")
        #expect(driver.commands.isEmpty && driver.dashboard.layers.count == 1)
        #expect(driver.text.contains(text.isEmpty ? "✗ Write the URL" : "✗ The URL "), "\(driver.text)")
        driver.keys("esc")
        #expect(driver.dashboard.layers.isEmpty && driver.commands.isEmpty)
    }

    // MARK: With marks

    private static func attempt(_ sequence: Int64, _ outcome: AttemptOutcome) -> Message {
        let attempt = Attempt(
            notificationID: sequence,
            number: 2,
            isReplay: true,
            startedAt: Sample.now,
            milliseconds: 12,
            url: "https://app2.example/hook",
            outcome: outcome
        )
        return .replayed(sequence: sequence, .success(attempt))
    }

    /// What is sent meanwhile, by its sequence; all of it goes to the URL.
    private func sent(_ driver: Driver) -> [Int64] {
        driver.commands.compactMap { command in
            guard case .replay(let sequence, let id, let options) = command, id == "evt\(sequence)" else { return nil }
            return options == ReplayOptions(callbackURL: "https://app2.example/hook") ? sequence : nil
        }
    }

    private static func marked(_ keys: String) -> Driver {
        var driver = Self.driver(keys)
        driver.keys("U")
        driver.type("https://app2.example/hook")
        driver.keys("enter")
        driver.answer()
        return driver
    }

    private func texts(_ driver: Driver) -> [String] { driver.messages.entries.map(\.text) }

    @Test func `the marked events go there one after another, oldest first, and one sentence tells how they went`() {
        var driver = Self.driver("k k space space k k k k space U")
        #expect(driver.text.contains("Replay 3 marked events to"), "\(driver.text)")
        driver.type("https://app2.example/hook")
        driver.keys("enter")
        #expect(sent(driver) == [26] && driver.text.contains("0 of 3") && driver.text.contains("U stops"))
        driver.send(Self.attempt(26, .response(status: 200)))
        #expect(sent(driver) == [26, 28] && driver.context.replaying == [28])
        driver.send(Self.attempt(28, .response(status: 503)))
        driver.send(.replayed(sequence: 29, .failure(.failed("It is gone."))))
        #expect(sent(driver) == [26, 28, 29])
        #expect(
            texts(driver) == [
                "Replayed 3 events to https://app2.example/hook: 2 failed. The last failure: It is gone."
            ]
        )
        #expect(driver.context.replaysElsewhere.keys.sorted() == [26, 28])
        #expect(!driver.text.contains("U stops") && driver.context.marked.events.count == 3)
        #expect(driver.context.memory[URLMemory.self].history == ["https://app2.example/hook"])
    }

    @Test func `quitting asks while some of them are still to be sent`() {
        var driver = Self.marked("k k space space k k k k space")
        driver.send(Self.attempt(26, .response(status: 200)))
        driver.forget()
        driver.keys("q")
        #expect(!driver.commands.contains(.quit))
        let question = driver.dashboard.layers.top as? Interface.Confirmation
        #expect(question?.text == "2 marked events will not be sent to https://app2.example/hook any more.")
        driver.keys("y")
        #expect(driver.commands.contains(.quit))
    }

    @Test func `what a person has given up is not asked about when they quit`() {
        var driver = Self.marked("k k space space k k k k space")
        driver.keys("U y")
        driver.forget()
        driver.keys("q")
        #expect(driver.commands.contains(.quit), "the one under way is on its way")
    }

    @Test func `in the detail it is the open event, whatever is marked`() {
        var driver = Self.driver("k k space space k k enter")
        driver.keys("U")
        #expect(driver.text.contains("Replay UPDATED") || driver.text.contains("Replay CREATED"), "\(driver.text)")
        #expect(!driver.text.contains("marked events to"))
    }

    @Test func `one that is being replayed by itself is waited for, and U stops the rest after a question`() {
        var driver = Self.marked("k k r space space space")
        #expect(sent(driver).isEmpty && driver.context.replaying == [28])
        driver.send(Self.attempt(28, .response(status: 200)))
        #expect(sent(driver) == [28])
        driver.keys("U")
        #expect(driver.text.contains("0 of 3 marked events went to"), "\(driver.text)")
        driver.keys("y")
        driver.send(Self.attempt(28, .response(status: 200)))
        #expect(sent(driver) == [28])
        #expect(
            texts(driver).contains("Replayed 1 event to https://app2.example/hook; 2 were not sent, as you asked.")
        )
    }

    @Test func `where nobody is there the rest is not sent`() {
        var driver = Self.marked("/ enter *")
        #expect(sent(driver) == [1], "all that the list shows, oldest first")
        for sequence in 1...5 as ClosedRange<Int64> { driver.send(Self.attempt(sequence, Sample.refused)) }
        #expect(sent(driver) == [1, 2, 3, 4, 5])
        #expect(texts(driver).last?.contains("the last 5 failed, so the other 25 events were not sent.") == true)
    }

    @Test func `more than can be marked one by one are refused before a URL is asked for`() {
        var driver = Driver(140, 40, log: (1...600).map { Sample.event($0) })
        driver.pass(milliseconds: 1000)
        driver.keys("* U")
        #expect(driver.dashboard.layers.isEmpty && driver.text.contains("No more than 500 events go to another URL"))
    }

    @Test func `URLs that were used come back with ↑, each once`() {
        var driver = Self.driver()
        for url in ["https://one.example", "https://two.example", "https://one.example"] {
            driver.type(url)
            driver.keys("enter k U")
        }
        driver.keys("up")
        #expect(driver.text.contains(" https://one.example "))
        driver.keys("up")
        #expect(driver.text.contains(" https://two.example "))
        driver.forget()
        driver.keys("up down down")
        #expect(driver.commands.isEmpty)
        #expect(driver.context.memory[URLMemory.self].history == ["https://two.example", "https://one.example"])
    }
}
