import Domain
import Drawing
import EngineAPI
import Primitives
import TestSupport
import Testing

@testable import Interface

/// The one table of keys: its rows, their keys, and what each does where it works.
@Suite(.cases)
struct ActionTableTests {
    private static let table = ActionTable.standard

    /// Every key of every row in every context where it works.
    static let presses: [(action: ActionID, context: ActionContext, key: Key)] = table.actions.flatMap { action in
        action.contexts.flatMap { context in action.keys.map { (action.id, context, $0) } }
    }

    @Test func `names are stable words, and no key means two things in one context`() {
        let names = Self.table.actions.map(\.id.name)
        #expect(Set(names).count == names.count)
        for action in Self.table.actions {
            #expect(action.id.name.allSatisfy { $0 == "-" || $0.isLowercase }, "\(action.id.name)")
            #expect(!action.title.isEmpty && !action.hint.isEmpty && !action.contexts.isEmpty)
            for key in action.keys {
                let clash = Self.table.clash(of: action, key)
                #expect(
                    clash == nil,
                    "\(key.name): \(action.id.name), \(clash.map { "\($0.0.id.name) in \($0.1.name)" } ?? "")"
                )
            }
        }
        #expect(Set(Self.table.contexts.map(\.name)).count == Self.table.contexts.count)
    }

    /// Fails where a row has no script, or where its key does nothing there.
    @Test(arguments: presses.indices)
    func `every key of every row does something where it works`(index: Int) {
        let (action, context, key) = Self.presses[index]
        guard var driver = KeyScripts.driver(for: action, in: context) else {
            Issue.record("no script leads to \(context.name), where \(action.name) works")
            return
        }
        driver.forget()
        let before = driver.dashboard.frame()
        driver.send(.input(.key(key)))
        let after = driver.dashboard.frame()
        let text = Screen(after.canvas).text
        let isFelt = !driver.commands.isEmpty || Self.differ(before, after)
        let saysNothing = text.contains("does nothing here")
        #expect(isFelt && !saysNothing, "\(key.name) for \(action.name) in \(context.name)\n\(text)")
    }

    /// Whether a person can see a difference.
    private static func differ(_ one: Frame, _ other: Frame) -> Bool {
        let size = one.canvas.size
        guard one.cursor == other.cursor, size == other.canvas.size else { return true }
        return (0..<size.height).contains { y in
            (0..<size.width).contains { x in
                let point = Point(x: x, y: y)
                return one.canvas[point] != other.canvas[point]
            }
        }
    }

    // MARK: Other keys

    private func table(_ bindings: (String, [Key])...) throws(KeyBinding.Fault) -> ActionTable {
        try Self.table.rebound(bindings.map { KeyBinding(action: $0.0, keys: $0.1) })
    }

    @Test func `keys of one's own replace the others, and show wherever keys do`() throws {
        let keys = try table(("replay", [.ctrl("r"), .character("Z")]), ("help", [.function(1)]), ("quit", []))
        var driver = Driver(140, 40, log: (1...5).map { Sample.event($0) }, keys: keys)
        let footer = driver.text.split(separator: "\n").last ?? ""
        #expect(footer.contains("^R replay") && footer.contains("F1 help"), "\(footer)")
        driver.forget()
        driver.keys("r ? q")
        #expect(driver.commands.isEmpty && driver.dashboard.layers.isEmpty)
        driver.keys("Z")
        #expect(driver.commands.contains { if case .replay = $0 { true } else { false } })
        driver.keys("f1")
        #expect(driver.text.contains("^R Z"))
        driver.keys("esc ctrl+p")
        driver.type("replay the selected")
        #expect(driver.text.contains("^R"))
    }

    @Test(arguments: [
        ("replay", Key.character("f"), "follow", "events"), ("replay", .character("q"), "quit", "events"),
        ("quit", .character("r"), "replay", "events"), ("follow", .up, "up", "events"),
        ("choose", .character("j"), "down", "menu"), ("apply", .ctrl("e"), "cursor-end", "form"),
        ("next-field", .ctrl("e"), "cursor-end", "form"), ("open-choices", .ctrl("s"), "apply", "selector"),
        ("confirm", .ctrl("c"), "interrupt", "question"),
    ])
    func `a key that means another action in the same place is a clash`(
        action: String,
        key: Key,
        other: String,
        context: String
    ) {
        #expect {
            try table((action, [key]))
        } throws: { error in
            guard case KeyBinding.Fault.clash(let binding, key, let with, let place) = error else { return false }
            return binding.action == action && with.name == other
                && ActionTable.standard.contexts.contains(place)
        }
    }

    @Test func `keys may change places, and mean different things in different places`() throws {
        let swapped = try table(("next-failure", [.character("E")]), ("previous-failure", [.character("e")]))
        #expect(swapped.action(for: .character("E"), in: .events)?.id == .nextFailure)
        let elsewhere = try table(("cancel-replay", [.character("r")]))
        #expect(elsewhere.action(for: .character("r"), in: .replayJobs)?.id == .cancelReplay)
        #expect(throws: KeyBinding.Fault.unknownAction(KeyBinding(action: "reply", keys: []))) {
            try table(("reply", []))
        }
        #expect(throws: KeyBinding.Fault.repeated(KeyBinding(action: "copy", keys: [.function(3)]))) {
            try table(("copy", [.function(2)]), ("copy", [.function(3)]))
        }
    }

    // MARK: What letters can't do

    /// Commands that something leaves the program by, or that change it.
    static func isSending(_ command: Command) -> Bool {
        switch command {
        case .loadInstances, .loadPage, .loadMarks, .loadFailures, .loadAudit, .signRequest, .loadCounts, .loadActivity,
            .loadDetail, .describeObjects, .previewReplays,
            .loadReplays, .loadApex, .loadHistogram, .loadStatistics, .remember, .setTheme, .redraw, .quit, .suspend:
            false
        default: true
        }
    }

    static let letters = (33...126).compactMap { Unicode.Scalar($0).map { Key.character(Character($0)) } }

    @Test(arguments: letters)
    func `a letter where nothing takes text sends nothing`(letter: Key) {
        var form = Driver(140, 40, log: (1...20).map { Sample.event($0) })
        form.keys("c")
        for field in form.form.fields {
            var driver = form
            while driver.form.focus != field, driver.dashboard.focus == .form { driver.keys("tab") }
            driver.forget()
            driver.send(.input(.key(letter)))
            #expect(
                !driver.commands.contains(where: Self.isSending),
                "\(letter.name) in \(field): \(driver.commands)"
            )
        }
        // Without a row there is nothing to be about.
        guard letter != .character("p") else { return }
        var driver = Driver(140, 40)
        driver.forget()
        driver.send(.input(.key(letter)))
        #expect(!driver.commands.contains(where: Self.isSending), "\(letter.name): \(driver.commands)")
    }

    @Test func `digits go to the field that has the focus`() {
        var form = Driver(140, 40)
        form.keys("c")
        for field in form.form.fields where field.takesText {
            var driver = form
            while driver.form.focus != field, driver.dashboard.focus == .form { driver.keys("tab") }
            let before = driver.text
            driver.type("12")
            #expect(driver.dashboard.focus == .form && driver.form.focus == field)
            #expect(driver.text != before, "\(field)")
        }
    }

    @Test func `everything that a key does is in the palette or in a context of the help`() {
        var driver = Driver(140, 40)
        driver.keys("ctrl+p")
        for words in ["Theme: daylight", "Go to mySFDC", "Quit"] {
            driver.paste(words)
            #expect(driver.text.contains(words))
            driver.keys("ctrl+u")
        }
        driver.forget()
        driver.paste("theme daylight")
        driver.keys("enter")
        #expect(driver.commands.contains(.setTheme("daylight")))
        driver.keys("f1")
        for action in driver.context.table.actions {
            driver.paste(action.title)
            #expect(driver.text.contains(action.title), "\(action.id.name)")
            driver.keys("ctrl+u")
        }
    }

    @Test func `an action that was chosen where it has nothing to do says where it works`() {
        var driver = Driver(140, 40)
        driver.keys("f1")
        driver.paste("End the bulk replay")
        driver.keys("enter")
        #expect(driver.text.contains("has nothing to do here; it works"))
    }
}
