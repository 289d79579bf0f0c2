import Domain
import Drawing
import EngineAPI
import Primitives
import TestSupport
import Testing

@testable import Interface

/// What the shell promises to a pane and to an overlay, whichever they are.
@Suite(.cases)
struct ShellTests {
    private var dashboard = Dashboard(
        DashboardSettings(size: Size(width: 140, height: 40)),
        now: Sample.now,
        due: Sample.now,
        features: [
            FormPane(), EventsPane(), DetailPane(), InstancesFeature(), PaneNavigation(), MessagesFeature(),
            HealthFeature(), HelpFeature(), ProgramFeature(), ProbePane(),
        ]
    )

    private var probe: ProbePane? { dashboard[ProbePane.self] }
    private var overlay: ProbeOverlay? { dashboard.layers.top as? ProbeOverlay }
    private var screen: String { dashboard.frame().canvas.text }
    private var footer: String { screen.split(separator: "\n").last.map(String.init) ?? "" }

    @discardableResult
    private mutating func press(_ keys: Key...) -> [Command] {
        keys.flatMap { dashboard.update(.input(.key($0)), at: Sample.now, due: Sample.now) }
    }

    init() { _ = dashboard.update(.start, at: Sample.now, due: Sample.now) }

    // MARK: Panes

    @Test func `a pane of the large room takes it while it has the focus, and keeps it until another one does`() {
        #expect(probe?.rect == nil && !screen.contains("PROBE"))
        var test = self
        test.press(.character("9"))
        #expect(test.probe?.rect != nil && test.screen.contains("PROBE"))
        #expect(!test.screen.contains("┌ Events"))
        test.press(.character("c"))
        #expect(test.dashboard.focus == .form && test.screen.contains("PROBE"))
        #expect(test.probe?.losses == 1)
        test.press(.character("2"))
        #expect(test.dashboard.focus == .events && !test.screen.contains("PROBE"))
    }

    @Test func `letters of a text go there, other keys to the pane's context, then everywhere's`() {
        var test = self
        test.press(.character("9"))
        test.press(.character("x"), .character("z"), .character("?"))
        #expect(test.probe?.typed == "x" && test.probe?.noted == 1)
        #expect(test.dashboard.layers.count == 1, "help")
    }

    @Test func `each key that means nothing is said, the last in the place of those before`() {
        var test = self
        test.press(.character("9"), .character("#"))
        #expect(test.screen.contains("# does nothing here; ? shows what does."))
        test.press(.function(7))
        #expect(test.screen.contains("F7 does nothing here") && !test.screen.contains("# does nothing"))
        let entries = test.dashboard[MessagesFeature.self]?.log.entries ?? []
        #expect(entries.count { $0.text.contains("does nothing") } == 1)
        test.press(.escape, .character("2"), .function(7))
        #expect(test.screen.contains("F7 does nothing here"))
    }

    @Test func `the pane's own hints stand in the footer, with what can't be done dimmed, and their words`() {
        var test = self
        test.press(.character("9"))
        #expect(test.footer.contains("o open  b in other words"))
        #expect(test.footer.contains("? help"))
        let roles = test.dashboard.frame().canvas.roles.split(separator: "\n").last ?? ""
        #expect(roles.hasPrefix(".k.......ffffffffffffffff."), "\(roles)")
    }

    @Test func `an action that can't be done says why, and its feature hears of it`() {
        var test = self
        test.press(.character("9"), .character("b"))
        #expect(test.screen.contains("This can't be done."))
        #expect(test.probe?.refused == [.blocked])
    }

    @Test func `a click on a part focuses its pane and presses the part`() {
        var test = self
        test.press(.character("9"), .character("c"))
        guard let rect = test.probe?.rect else {
            Issue.record("the probe is not shown")
            return
        }
        let point = Point(x: rect.x + 2, y: rect.y + 1)
        _ = test.dashboard.update(.input(.mouse(MouseEvent(.press(.left), at: point))), at: Sample.now, due: Sample.now)
        #expect(test.dashboard.focus == .probe)
        #expect(test.probe?.presses == [7])
    }

    @Test func `tabs of a narrow screen go through all open panes`() {
        var test = self
        _ = test.dashboard.update(.input(.resize(Size(width: 60, height: 20))), at: Sample.now, due: Sample.now)
        #expect(test.screen.contains("3 Probe"))
        test.press(.tab)
        #expect(test.dashboard.focus == .probe)
        test.press(.tab)
        #expect(test.dashboard.focus == .form)
    }

    @Test func `a pane that closes itself passes the focus on`() {
        var test = self
        test.press(.character("9"))
        _ = test.dashboard.features.change(.probe) { pane in
            guard var probe = pane as? ProbePane else { return }
            probe.isOpen = false
            pane = probe
        }
        test.press(.character("2"))
        #expect(test.dashboard.focus == .events)
        test.press(.character("9"))
        #expect(test.dashboard.focus == .events)
    }

    @Test func `every feature hears when another instance is shown`() {
        var test = self
        let list = [Sample.overview(), Sample.overview(id: 2, name: "other")]
        _ = test.dashboard.update(.instances(.success(list)), at: Sample.now, due: Sample.now)
        #expect(test.probe?.shown == [nil, 1])
        test.press(.character("i"), .down, .enter)
        #expect(test.probe?.shown == [nil, 1, 2])
    }

    // MARK: Overlays

    private func opened() -> ShellTests {
        var test = self
        test.press(.character("9"), .character("o"))
        return test
    }

    @Test func `an overlay has all keys, its hints and the title, and hands a result back to the pane`() {
        var test = opened()
        #expect(test.footer.contains("⏎ hand back") && test.footer.contains("F1 help"))
        #expect(test.dashboard.frame().title?.string.hasSuffix("The overlay") == true)
        test.press(.character("?"), .character("9"))
        #expect(test.overlay?.text == "?9")
        test.press(.enter)
        #expect(test.dashboard.layers.isEmpty)
        #expect(test.probe?.answers == ["?9"])
        #expect(test.dashboard.frame().title?.string.hasSuffix("The probe") == true)
    }

    @Test func `letters that come together reach an overlay's text in one piece`() {
        var test = opened()
        let keys = "abc".map { InputEvent.key(.character($0)) } + [.key(.enter)]
        _ = test.dashboard.update(.inputs(keys), at: Sample.now, due: Sample.now)
        #expect(test.probe?.answers == ["<abc>"])
    }

    @Test func `overlays lie on each other, and each closes itself alone`() {
        var test = opened()
        test.press(.character("a"), .tab, .character("b"))
        #expect(test.dashboard.layers.count == 2)
        test.press(.enter)
        #expect(test.probe?.answers == ["b"])
        #expect(test.overlay?.text == "a")
    }

    @Test func `a click beside an overlay closes it, one on its room does not`() {
        var test = opened()
        func click(_ x: Int, _ y: Int) {
            let event = MouseEvent(.press(.left), at: Point(x: x, y: y))
            _ = test.dashboard.update(.input(.mouse(event)), at: Sample.now, due: Sample.now)
        }
        click(70, 20)
        #expect(test.overlay != nil)
        click(2, 2)
        #expect(test.overlay == nil)
        #expect(test.probe?.presses == [])
    }

    @Test func `a click on a hint presses its key`() throws {
        var test = opened()
        let column = try #require(test.footer.firstIndex(of: "⏎"))
        let x = test.footer.distance(from: test.footer.startIndex, to: column)
        let event = MouseEvent(.press(.left), at: Point(x: x, y: 39))
        _ = test.dashboard.update(.input(.mouse(event)), at: Sample.now, due: Sample.now)
        #expect(test.probe?.answers == [""])
    }

    @Test func `what an overlay shows is not said by a feature as well`() {
        var test = opened()
        _ = test.dashboard.update(.opened(.failure(.failed("No browser."))), at: Sample.now, due: Sample.now)
        #expect(test.overlay?.heard == 1)
        test.press(.escape)
        _ = test.dashboard.update(.opened(.failure(.failed("No browser."))), at: Sample.now, due: Sample.now)
        #expect(test.screen.contains("No browser."))
    }

    @Test func `the earliest deadline of all that is open counts, and none of the engine's once it has stopped`() {
        var test = opened()
        let mine = Sample.now.advanced(bySeconds: 77)
        _ = test.dashboard.update(.instances(.success([])), at: Sample.now, due: Sample.now)
        for message in [
            Message.page(token: 1, .success([])), .counts(token: 1, .success(EventCounts(total: 0, byState: [:]))),
        ] { _ = test.dashboard.update(message, at: Sample.now, due: Sample.now) }
        let before = test.dashboard.nextDeadline
        #expect(before.map { $0 <= mine } == true)
        _ = test.dashboard.update(.engineStopped, at: Sample.now, due: Sample.now)
        #expect(test.dashboard.nextDeadline == nil)
    }

    // MARK: The table

    @Test func `a pane that includes a context has its keys`() {
        let table = dashboard.table
        #expect(table.action(for: .up, in: .detail)?.id == .selectUp)
        #expect(table.action(for: .up, in: .events)?.id == .selectUp)
        #expect(table.action(for: .up, in: .pane(.probe)) == nil)
    }

    @Test func `a feature's rows are in help, palette and documentation without being named elsewhere`() {
        var test = self
        #expect(test.dashboard.table.markdown.contains("**Probe**"))
        #expect(test.dashboard.table.markdown.contains("| `o` | Open the probe's overlay |"))
        test.press(.character("9"), .function(1))
        #expect(test.screen.contains("Open the probe's overlay"))
        test.press(.escape, .character(":"))
        _ = test.dashboard.update(.input(.paste("open probe")), at: Sample.now, due: Sample.now)
        test.press(.enter)
        #expect(test.overlay != nil)
    }
}
