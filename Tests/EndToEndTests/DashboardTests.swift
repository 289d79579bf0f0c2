import Domain
import Foundation
import Primitives
import TestSupport
import Testing

/// The dashboard in a real terminal, driven by keys alone.
@Suite(.programs, .enabled(if: Tmux.isInstalled, "tmux is not installed"), .timeLimit(.minutes(20)))
struct DashboardTests {
    private func command(_ directory: ScratchDirectory, _ options: String = "") -> String {
        "'\(Program.path)' --data-dir '\(directory.path)' --receiver 127.0.0.1:0 --management 127.0.0.1:0 \(options)"
    }

    @Test func `a first start, without a file or an option, leads by keys alone to live events, and r replays one`()
        async throws
    {
        let home = try ScratchDirectory()
        let surroundings = try await Surroundings.start()
        let tmux = try Tmux(
            width: 140,
            height: 45,
            "HOME='\(home.path)' XDG_STATE_HOME= '\(Program.path)' --receiver 127.0.0.1:0 --management 127.0.0.1:0"
        )
        // What to do stands there, and where to begin has the focus.
        let start = try await tmux.wait(for: "Events enabled")
        #expect(start.contains("No instance yet") && start.contains("signalbox demo"))
        #expect(start.contains("▸ Events enabled"))

        await tmux.press("c")
        try await tmux.fill("Event Notification Callback URL", surroundings.callbackURL)
        try await tmux.fill("Event poller refresh interval", "60")
        try await tmux.fill("Endpoint address", surroundings.baseURL)
        try await tmux.fill("Consumer key", surroundings.access["clientId"]?.string ?? "")
        try await tmux.fill("Consumer secret", surroundings.access["clientSecret"]?.string ?? "")
        try await tmux.fill("Authorization code", surroundings.access["authorizationCode"]?.string ?? "")
        try await tmux.fill("OAuth callback URL", "https://www.mycoolapp.com/auth")
        try await tmux.focus("Optional fields")
        await tmux.press("Space")
        try await tmux.fill("Callback Notification Signature Key", Surroundings.key)
        await tmux.press("C-s")
        try await tmux.wait(for: "LIVE")

        let made = try await surroundings.control("create", ["object": "Account", "fields": ["Name": "Brunel Works"]])
        let record = try #require(made["id"]?.string)
        // The new instance's events have the focus by now; Esc before it could be read as Alt-P.
        try await tmux.wait(for: "replay")
        await tmux.press("p")
        let screen = try await tmux.wait(for: "Brunel Works")
        #expect(screen.contains("CREATED"))
        let first = try await surroundings.received { $0["objectId"]?.string == record }
        #expect(first["signature", "standardWebhooks"] == "valid")

        await tmux.press("r")
        let again = try await surroundings.received { $0["objectId"]?.string == record && $0["replay"] == true }
        #expect(again["eventId"] == first["eventId"])
        #expect(again["signature", "elements"] == "valid")
        #expect(again["signature", "standardWebhooks"] == "valid")
        #expect(again["headers", "webhook-signature"] != nil)

        // While anything is open, it asks.
        try await tmux.wait(until: "nothing is open") { !$0.contains("1 open") }
        await tmux.press("q")
        try await tmux.wait(for: "EXIT=0")
    }

    @Test func `demo shows live events by itself, survives any size and Ctrl-C twice quits`() async throws {
        let directory = try ScratchDirectory()
        let tmux = try Tmux(
            width: 120,
            height: 36,
            "'\(Program.path)' demo --rate 8 --data-dir '\(directory.path)'"
        )
        try await tmux.wait(for: "LIVE")
        let screen = try await tmux.wait(for: "200")
        #expect(screen.contains("Demo org"))
        for (width, height) in [(20, 5), (1, 1), (60, 16), (80, 24)] { await tmux.resize(width: width, height: height) }
        try await tmux.wait(for: "Demo org")
        await tmux.press("C-c", "C-c")
        try await tmux.wait(for: "EXIT=0")
    }

    /// The id of the selected event, as the menu of what can be copied shows it. Nothing else of its line, in which the
    /// failure marks of the list's scrollbar stand too.
    private func selected(_ tmux: Tmux) async throws -> String {
        await tmux.press("y")
        let screen = try await tmux.wait(for: "Event id")
        await tmux.press("Escape")
        _ = try await tmux.wait(for: "CHANGE   OBJECT", without: "Event id")
        return String(try #require(screen.firstMatch(of: /Event id +([A-Za-z0-9_-]+)/)).output.1)
    }

    @Test func `keys that a terminal sends at once all count`() async throws {
        let directory = try ScratchDirectory()
        let tmux = try Tmux(
            width: 140,
            height: 40,
            "'\(Program.path)' demo --rate 60 --data-dir '\(directory.path)'"
        )
        // Enough for ten pages: a row each of some 36. They go on coming, at a rate at which a page is read within the
        // seconds that keys wait for it, however busy the machine is.
        try await tmux.wait(until: "500 events are there") { $0.contains(/(\d.\d{3}|[5-9]\d\d) ·/) }
        await tmux.press("Home")
        try await tmux.wait(for: "CREATED", without: "FOLLOWING")
        let first = try await selected(tmux)
        // Row by row: a banner that comes or goes in between changes what a page is. More rows than are held at once.
        await tmux.type(String(repeating: "j", count: 350) + String(repeating: "k", count: 349))
        let second = try await selected(tmux)
        #expect(second != first)
        await tmux.press("Up")
        let back = try await selected(tmux)
        #expect(back == first)
        await tmux.press("C-c", "C-c")
        try await tmux.wait(for: "EXIT=0")
    }

    @Test func `a terminal too small says so and still quits`() async throws {
        let directory = try ScratchDirectory()
        let tmux = try Tmux(width: 20, height: 5, command(directory))
        try await tmux.wait(for: "Too small")
        await tmux.press("q")
        try await tmux.wait(for: "EXIT=0")
    }

    @Test func `an unknown terminal is drawn on as xterm, with a notice`() async throws {
        let directory = try ScratchDirectory()
        let tmux = try Tmux(width: 120, height: 36, "TERM=xterm-nobody " + command(directory))
        try await tmux.wait(for: "Events enabled")
        try await tmux.wait(forMessage: "xterm-nobody")
        await tmux.press("q")
        try await tmux.wait(for: "EXIT=0")
    }

    @Test func `a dumb terminal gets plain lines`() async throws {
        let directory = try ScratchDirectory()
        let tmux = try Tmux(width: 100, height: 30, "TERM=dumb " + command(directory))
        let path = directory.path + "/running.json"
        try await waitUntil("the engine to run", seen: { tmux.screen }) {
            FileManager.default.fileExists(atPath: path)
        }
        #expect(!tmux.screen.contains("Events enabled"))
        await tmux.press("C-c")
        try await tmux.wait(for: "EXIT=0")
    }

    @Test func `Ctrl-Z gives the terminal back, fg takes it again`() async throws {
        let directory = try ScratchDirectory()
        let tmux = try Tmux(width: 100, height: 30, "bash --norc -i")
        await tmux.type(command(directory) + "\n")
        try await tmux.wait(for: "Events enabled")
        await tmux.press("C-z")
        try await tmux.wait(for: "Stopped")
        await tmux.type("fg\n")
        try await tmux.wait(for: "Events enabled")
        await tmux.press("q")
        try await tmux.wait(until: "the dashboard is gone") { !$0.contains("Events enabled") }
    }

    @Test func `SIGTERM leaves the screen clean`() async throws {
        let directory = try ScratchDirectory()
        let tmux = try Tmux(width: 100, height: 30, command(directory))
        try await tmux.wait(for: "Events enabled")
        let path = directory.path + "/running.json"
        let record = try await waitUntil("the running record") {
            FileManager.default.contents(atPath: path).flatMap { try? JSON(parsing: $0) }
        }
        kill(Int32(try #require(record["pid"]?.integer)), SIGTERM)
        let screen = try await tmux.wait(for: "EXIT=0")
        #expect(!screen.contains("Events enabled"))
    }
}
