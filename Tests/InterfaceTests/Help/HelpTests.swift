import Domain
import Drawing
import EngineAPI
import Primitives
import TestSupport
import Testing

@testable import Interface

/// The table of actions, and finding one's way about it.
@Suite(.cases)
struct HelpTests {
    @Test func `an action that can't be done says why`() {
        var driver = Driver(140, 40)
        driver.keys("r")
        #expect(driver.text.contains("Select an event to replay first."))
        driver.keys("u")
        #expect(driver.text.contains("The callback is not held"))
    }

    @Test func `the palette begins on something that can be done, and says of what is chosen that it can't`() {
        var new = Driver(140, 40, instances: [])
        new.keys("ctrl+p")
        let first = new.text.split(separator: "\n").first { $0.contains("Open the selected event") }
        #expect(first?.contains("not now") == false, "\(new.text)")
        let finder = (new.dashboard.layers.top as? Palette)?.finder
        #expect((finder?.selection ?? 0) > 0)
        var driver = Driver(140, 40)
        driver.keys("ctrl+p")
        driver.type("apply the changes")
        let chosen = driver.text.split(separator: "\n").first { $0.contains("Apply the changes") }
        #expect(chosen?.contains("not now") == true, "\(driver.text)")
    }

    @Test func `the palette finds an action by some of its letters and runs it`() {
        var driver = Driver(140, 40)
        driver.keys("ctrl+p")
        driver.type("plnow")
        driver.forget()
        driver.keys("enter")
        #expect(driver.commands == [.pollNow(1)])
        #expect(driver.text.contains("polling…"))
        var summary = PollSummary(calls: [.rows: 3], milliseconds: 210)
        summary.result.created = 2
        driver.send(.polled(1, .success(summary)))
        #expect(driver.text.contains("Polled: 2 created, 3 API calls, 210 ms."))
    }

    /// What has names, found by parts of them in both lists.
    @Test(arguments: ["palette", "help"])
    func `saved filters, instances and themes are found by their names and gone to`(list: String) {
        func run(_ query: String) -> Driver {
            let instances = [Sample.overview(), Sample.overview(id: 2, name: "Bürk sandbox")]
            let filters = [SavedFilter(name: "lost leads", text: "object:Lead state:dead", isFixed: true)]
            var driver = Driver(140, 40, instances: instances, log: [Sample.event(1)], filters: filters)
            driver.keys(list == "palette" ? ":" : "?")
            driver.type(query)
            driver.keys("enter")
            driver.pass(milliseconds: 600)
            return driver
        }
        for query in ["lost leads", "leads lost", "filost", "FILTER lead"] {
            let driver = run(query)
            #expect(driver.context.eventFilter == "object:Lead state:dead", "\(query)")
            #expect(driver.dashboard.focus == .events)
        }
        for query in ["go to burk", "sandbox", "box burk", "gtbürk"] {
            #expect(run(query).context.instances.current == 2, "\(query)")
        }
        for query in ["theme dayl", "daylight", "daylight theme"] {
            let settings = run(query).dashboard.settings
            #expect(settings.theme == "daylight" && settings.memory.theme == "daylight", "\(query)")
        }
    }

    @Test func `a saved filter can't be gone to where there is no instance to filter`() {
        let filters = [SavedFilter(name: "lost leads", text: "state:dead", isFixed: true)]
        var driver = Driver(140, 40, instances: [], filters: filters)
        driver.keys("ctrl+p")
        driver.type("lost leads")
        driver.keys("enter")
        #expect(driver.context.eventFilter.isEmpty)
    }

    @Test func `hints show keys that work in a text`() {
        var driver = Driver(140, 40)
        driver.keys("c down down")
        let footer = driver.text.split(separator: "\n").last ?? ""
        #expect(!footer.contains("p poll now") && !footer.contains(": commands"))
        #expect(footer.contains("^P commands") && footer.contains("F1 help"))
    }

    static let windows = ActionTable.standard.contexts.filter { $0.kind == .overlay && $0 != .help }

    @Test(arguments: windows.indices)
    func `help shows the keys of every window, with either key that no text takes`(index: Int) throws {
        let window = Self.windows[index]
        let there = try #require(KeyScripts.driver(for: .help, in: window), "\(window.name)")
        let layers = there.dashboard.layers.count
        let takesLetters = there.dashboard.typingSurface?.acceptsLetter("?") == true
        #expect(there.text.contains(takesLetters ? "F1 help" : "? help"), "\(window.name)\n\(there.text)")
        for key in takesLetters ? ["f1"] : ["f1", "?"] {
            var driver = there
            driver.keys(key)
            #expect(driver.dashboard.layers.top is HelpOverlay, "\(window.name)")
            driver.keys("esc")
            #expect(driver.dashboard.layers.count == layers, "\(window.name)")
        }
    }

    @Test func `over a window help offers nothing that would change what that is about`() {
        var driver = OverviewTests.opened()
        driver.keys("?")
        let help = driver.dashboard.layers.top as? HelpOverlay
        let items = help?.items(driver.context) { _ in nil } ?? []
        #expect(items.prefix(2).contains { $0.title == "Show the overview: all instances, and one in figures" })
        #expect(items.contains { $0.title.hasPrefix("Everywhere: ") && !$0.isEnabled })
        #expect(!items.contains { $0.title.hasPrefix("Theme: ") })
        driver.type("choose what")
        driver.keys("enter")
        #expect(driver.dashboard.layers.isEmpty && driver.dashboard.focus == .events)
    }

    @Test func `a key that means nothing in a window names the one of help that works there`() {
        var driver = OverviewTests.opened()
        driver.keys("f7")
        #expect(driver.messages.entries.last?.text == "F7 does nothing here; ? shows what does.")
        driver.keys("esc ctrl+p f7")
        #expect(driver.messages.entries.last?.text == "F7 does nothing here; F1 shows what does.")
    }

    @Test func `Enter in the palette without a choice sends nothing and changes nothing`() {
        let logs: [[EventSummary]] = [[], (1...5).map { Sample.event($0) }]
        for instances in [[], [Sample.overview()]] {
            for log in logs {
                var driver = Driver(140, 40, instances: instances, log: log)
                driver.keys("c")
                driver.keys("ctrl+p")
                driver.forget()
                driver.keys("enter")
                #expect(!driver.commands.contains(where: ActionTableTests.isSending), "\(driver.commands)")
                #expect(!(driver.dashboard.layers.top is Palette))
            }
        }
    }

    @Test(arguments: [(140, 40), (60, 16), (40, 8), (20, 5), (6, 2)])
    func `Esc with nothing to give up says nothing, on screens of any size`(width: Int, height: Int) {
        for keys in ["esc", "2 esc esc", "enter esc esc esc", "c esc esc"] {
            var driver = Driver(width, height, log: (1...5).map { Sample.event($0) })
            driver.keys(keys)
            driver.answer()
            driver.keys("esc esc")
            #expect(!driver.messages.entries.contains { $0.text.contains("Esc does nothing") }, "\(keys)")
        }
        let keys = try? ActionTable.standard.rebound([KeyBinding(action: "close-detail", keys: [])])
        var unbound = Driver(width, height, keys: keys ?? .standard)
        unbound.keys("esc")
        #expect(keys != nil && !unbound.messages.entries.contains { $0.text.contains("does nothing") })
    }
}
