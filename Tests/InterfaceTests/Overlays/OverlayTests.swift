import Domain
import Drawing
import EngineAPI
import Primitives
import TestSupport
import Testing

@testable import Interface

/// The overlays that any feature can open, without a dashboard.
@Suite(.cases)
struct OverlayTests {
    private let context = DashboardContext(
        settings: DashboardSettings(size: Size(width: 80, height: 24)),
        now: Sample.now,
        due: Sample.now
    )

    /// What an overlay asks for at these keys, in words.
    private func effects(of overlay: inout some Overlay, _ keys: Key...) -> [String] {
        keys.flatMap { key in
            var effects = Effects(layer: LayerID(number: 1))
            _ = overlay.handle(key, context, &effects)
            return effects.list.map(Self.words)
        }
    }

    private static func words(_ effect: Effect) -> String {
        switch effect {
        case .close: "close"
        case .command(.setTheme(let name)): name
        case .command(let command): "\(command)"
        case .perform(let action): action.name
        case .post(let event): "\(type(of: event))"
        default: "\(effect)"
        }
    }

    // MARK: Confirmation

    private var question: Interface.Confirmation {
        Interface.Confirmation(
            title: "Go?",
            text: "It goes.",
            verb: "Go",
            consequence: [.command(.redraw), .command(.suspend)]
        )
    }

    @Test(arguments: [
        ([Key.character("y")], true), ([.character("Y")], true), ([.tab, .enter], true), ([.left, .space], true),
        ([.enter], false), ([.space], false), ([.escape], false), ([.character("n")], false),
        ([.character("q")], false),
        ([.tab, .tab, .enter], false),
    ])
    func `a yes does what was asked about, anything else nothing`(keys: [Key], isYes: Bool) {
        var question = question
        let done = keys.flatMap { effects(of: &question, $0) }
        #expect(done == (isYes ? ["close", "redraw", "suspend"] : ["close"]))
    }

    @Test func `a key that means nothing leaves the question open`() {
        var question = question
        let done1 = effects(of: &question, .character("x"), .up, .function(5))
        #expect(done1.isEmpty)
        #expect(!question.isAboutQuitting)
        #expect(Interface.Confirmation(title: "", text: "", verb: "", consequence: [.command(.quit)]).isAboutQuitting)
    }

    // MARK: Menu

    @Test func `a letter goes to the next item of a menu that begins with it`() {
        var driver = Driver(140, 50, instances: [])
        for _ in 0..<40 where driver.form.focus != .setting(.grantType) { driver.keys("tab") }
        driver.keys("enter")
        driver.type("J")
        driver.keys("enter")
        #expect(driver.form.grant == .jwtBearer)
        driver.keys("enter")
        driver.type("z")
        #expect(driver.dashboard.layers.count == 1 && driver.text.contains("z does nothing here"))
        driver.type("r")
        driver.keys("enter")
        #expect(driver.form.grant == .refreshToken)
    }

    private func menu(previews: Bool) -> Menu {
        let items = ["a", "b", "c"].map { name in
            let preview = previews ? Effect.command(.setTheme("see " + name)) : nil
            return Menu.Item(title: name, choice: .command(.setTheme(name)), preview: preview)
        }
        return Menu(title: "Themes", items: items, selection: 1)
    }

    @Test func `a choice is made with Enter, and its ends hold`() {
        var menu = menu(previews: false)
        let done = effects(of: &menu, .down, .down, .down, .enter)
        #expect(done == ["close", "c"])
        var upwards = self.menu(previews: false)
        let first = effects(of: &upwards, .end, .home, .up, .space)
        #expect(first == ["close", "a"])
    }

    @Test func `a menu that previews shows each item, and goes back where it is left`() {
        var menu = menu(previews: true)
        let done2 = effects(of: &menu, .up, .up, .down, .escape)
        #expect(done2 == ["see a", "see b", "close"], "back where it began")
        var other = self.menu(previews: true)
        let done3 = effects(of: &other, .down, .down, .escape)
        #expect(done3 == ["see c", "close", "see b"])
        var chosen = self.menu(previews: true)
        let done4 = effects(of: &chosen, .down, .enter)
        #expect(done4 == ["see c", "close", "c"])
    }

    @Test func `an empty menu can only be left`() {
        var menu = Menu(title: "", items: [])
        let done5 = effects(of: &menu, .down, .end, .enter)
        #expect(done5 == ["close"])
    }

    // MARK: Texts

    @Test func `a report is wrapped, keeps its line ends, and can be read to its end`() {
        let words = (1...400).map { "word\($0)" }.joined(separator: " ")
        var report = TextReport(
            title: "Report",
            paragraphs: [
                .init(text: words, mark: "! "), .init(text: ""), .init(text: "one\ntwo", role: .dim),
            ]
        )
        let lines = report.lines(width: 40).map { $0.spans.map(\.text.string).joined() }
        #expect(lines.allSatisfy { $0.count <= 40 })
        #expect(lines.first?.hasPrefix("! word1") == true && lines.dropFirst().first?.hasPrefix("  ") == true)
        #expect(lines.joined().contains("word400"))
        #expect(lines.suffix(3) == ["", "one", "two"])
        _ = effects(of: &report, .end)
        var painter = Painter(context)
        report.draw(in: Rect(x: 0, y: 0, width: 80, height: 24), &painter)
        #expect(painter.canvas.text.contains("two") && !painter.canvas.text.contains("word1 "))
    }

    @Test(arguments: [Key.escape, .enter, .character("q"), .ctrl("l")])
    func `a text is closed with the key that has opened it as well`(key: Key) {
        var messages = MessageLogOverlay()
        let done = effects(of: &messages, key)
        #expect(done == ["close"])
    }

    @Test func `help is searched by typing, and does what is selected`() {
        var help = HelpOverlay([.events])
        let typed = effects(of: &help, .character("p"), .character("o"), .character("l"), .character("l"), .enter)
        #expect(typed == ["close", "poll-now"])
        var other = HelpOverlay([.events])
        let done = effects(of: &other, .function(1))
        #expect(done == ["close"])
    }

    @Test func `scrolling stays inside the text`() {
        var text = ScrolledText()
        for rows in [-5, 3, 1000, -1, -2000, 7] {
            text.scroll(by: rows, lines: 50, context)
            #expect((0...50 - 18).contains(text.offset))
        }
        text.scroll(by: 5, lines: 3, context)
        #expect(text.offset == 0)
    }

    // MARK: Palette

    @Test func `the palette runs what is under its cursor, and nothing where nothing fits`() {
        var palette = Palette()
        let done7 = effects(of: &palette, .down, .enter)
        // What only shows something comes first.
        let showing = context.table.commands.filter(\.onlyShows)
        #expect(done7 == ["close", showing[1].id.name])
        var none = Palette()
        var ignored = Effects()
        none.paste("zzzzqqq", context, &ignored)
        let done8 = effects(of: &none, .enter)
        #expect(done8.isEmpty)
        let done9 = effects(of: &none, .escape)
        #expect(done9 == ["close"])
    }
}
