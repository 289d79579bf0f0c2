import Domain
import Glibc
import Primitives
import TestSupport
import Testing

/// Bulk replays from the command line and on the screen.
@Suite(.programs, .timeLimit(.minutes(20)))
struct BulkReplayTests {
    private static let anyPorts = ["--receiver", "127.0.0.1:0", "--management", "127.0.0.1:0"]

    /// A data directory whose instance has `count` events, all delivered.
    private func prepared(_ surroundings: Surroundings, count: Int) async throws -> ScratchDirectory {
        let directory = try ScratchDirectory()
        let body = surroundings.instance(objects: "Account").text
        _ = try await signalbox(directory, ["instances", "create", "--from", "-"], input: body)
        let records = (0..<count).map { JSON.object([.init("Name", .string("Company \($0)"))]) }
        try await surroundings.control("create", ["object": "Account", "records": .array(records)])
        _ = try await signalbox(directory, ["instances", "poll", "1"])
        return directory
    }

    private func signalbox(_ directory: ScratchDirectory, _ arguments: [String], input: String = "") async throws
        -> Program.Output
    {
        try await Program.run(arguments + ["--data-dir", directory.path], input: input)
    }

    private func replays(_ surroundings: Surroundings) -> [JSON] {
        surroundings.received.filter { $0["replay"] == true }
    }

    @Test func `a filter's events go out as a bulk replay, one line each, oldest first`() async throws {
        let surroundings = try await Surroundings.start()
        let directory = try await prepared(surroundings, count: 12)
        let dry = try await signalbox(directory, ["events", "replay", "--filter", "object:Account", "--dry-run"])
        let ids = try dry.lines.map { try JSON(parsing: $0)["id"]?.string }
        #expect(ids.count == 12)
        #expect(replays(surroundings).isEmpty)

        let result = try await signalbox(
            directory,
            ["events", "replay", "--filter", "object:Account", "--rate", "100/s"]
        )
        #expect(result.status == 0, "\(result.diagnostics)")
        let lines = try result.lines.map { try JSON(parsing: $0) }
        #expect(lines.map { $0["eventId"]?.string } == ids.reversed(), "a dry run prints what it finds, newest first")
        #expect(lines.allSatisfy { $0["success"] == true && $0["replay"] == true })
        #expect(result.diagnostics.contains("12 of 12 replayed"))
        #expect(replays(surroundings).count == 12)
    }

    @Test func `what the callback refuses is printed, counted and fails`() async throws {
        let surroundings = try await Surroundings.start(listenOptions: ["--status", "500"])
        let directory = try await prepared(surroundings, count: 3)
        let result = try await signalbox(directory, ["events", "replay", "--filter", "object:Account"])
        #expect(result.status == 1)
        #expect(result.lines.count == 3)
        #expect(result.diagnostics.contains("3 of 3 replays failed"))
    }

    @Test func `a dry run of named events looks each of them up`() async throws {
        let surroundings = try await Surroundings.start()
        let directory = try await prepared(surroundings, count: 2)
        let listed = try await signalbox(directory, ["events", "list"]).lines
        let ids = try listed.compactMap { try JSON(parsing: $0)["id"]?.string }
        let dry = try await signalbox(directory, ["events", "replay"] + ids + ["--dry-run"])
        #expect(dry.status == 0 && dry.lines == listed, "\(dry.diagnostics)")
        #expect(dry.diagnostics.contains("2 events would be replayed; nothing was sent."))
        let unknown = try await signalbox(directory, ["events", "replay", "nothing"] + ids.prefix(1) + ["--dry-run"])
        #expect(unknown.status == 1 && unknown.lines == Array(listed.prefix(1)))
        #expect(unknown.diagnostics.contains("signalbox: nothing: There is no event"))
        #expect(unknown.diagnostics.contains("1 event would be replayed; nothing was sent."))
        #expect(unknown.diagnostics.contains("1 of 2 events are not there"))
        #expect(replays(surroundings).isEmpty)
    }

    @Test func `an instance that was deleted keeps no other from its replays`() async throws {
        let surroundings = try await Surroundings.start()
        let directory = try await prepared(surroundings, count: 2)
        let others = try await Surroundings.start()
        let other = others.instance(objects: "Account").text
        let made = try await signalbox(directory, ["instances", "create", "--from", "-"], input: other)
        #expect(made.status == 0, "\(made.diagnostics)")
        try await others.control("create", ["object": "Account", "records": [["Name": "Later"]]])
        _ = try await signalbox(directory, ["instances", "poll", "2"])
        _ = try await signalbox(directory, ["instances", "delete", "1"])
        let gone = try await signalbox(directory, ["events", "list", "--instance", "1"])
        #expect(gone.status == 0 && gone.lines.count == 2, "\(gone)")
        let never = try await signalbox(directory, ["events", "list", "--instance", "9"])
        #expect(never.status == 1 && never.diagnostics.contains("There is no instance 9."), "\(never.diagnostics)")
        let own = try await signalbox(directory, ["events", "list", "--instance", "2"])
        let result = try await signalbox(directory, ["events", "replay", "--filter", "object:Account"])
        #expect(result.status == 1)
        #expect(result.diagnostics.contains("signalbox: instance 1: Instance 1 was deleted"), "\(result.diagnostics)")
        #expect(result.diagnostics.contains("1 of 2 bulk replays were refused; the lines above say why."))
        #expect(!own.lines.isEmpty && result.lines.count == own.lines.count, "\(result)")
        #expect(replays(others).count == own.lines.count && replays(surroundings).isEmpty)
    }

    @Test func `a filter that finds nothing sends nothing`() async throws {
        let surroundings = try await Surroundings.start()
        let directory = try await prepared(surroundings, count: 1)
        let result = try await signalbox(directory, ["events", "replay", "--filter", "state:dead"])
        #expect(result.status == 0 && result.output.isEmpty)
        #expect(result.diagnostics.contains("No event fits"))
    }

    @Test func `Ctrl-C cancels what is left`() async throws {
        let surroundings = try await Surroundings.start()
        let directory = try await prepared(surroundings, count: 60)
        let command = ["events", "replay", "--filter", "object:Account", "--rate", "1", "--data-dir", directory.path]
        let child = try Child(command)
        try await waitUntil("the first line", seen: { child.diagnostics }) { child.lines.first }
        child.signal(SIGINT)
        #expect(try await child.exitStatus() == 1)
        #expect(child.diagnostics.contains("the rest is not sent"))
        let sent = replays(surroundings).count
        #expect(sent < 60)
        // Nothing goes on behind the command's back once an engine is at work again.
        _ = try await signalbox(directory, ["instances", "poll", "1"])
        #expect(replays(surroundings).count == sent)
    }

    @Test(.enabled(if: Tmux.isInstalled, "tmux is not installed"))
    func `R on the screen replays what a filter finds`() async throws {
        let surroundings = try await Surroundings.start()
        let directory = try await prepared(surroundings, count: 5)
        let options = Self.anyPorts.joined(separator: " ")
        let tmux = try Tmux(width: 140, height: 40, "'\(Program.path)' --data-dir '\(directory.path)' \(options)")
        try await tmux.wait(for: "Company 4")
        await tmux.press("B")
        // Nothing is dead here, and what was delivered is for a person to ask for.
        try await tmux.wait(for: "No event of this instance fits")
        await tmux.press("C-u")
        await tmux.type("since:1h")
        try await tmux.wait(for: "5 events would go to")
        await tmux.press("Enter")
        try await tmux.wait(for: "Replay 5 events?")
        #expect(replays(surroundings).isEmpty)
        await tmux.press("y")
        try await tmux.wait(forMessage: "Replayed 5 events")
        #expect(replays(surroundings).count == 5)
        await tmux.press("J")
        try await tmux.wait(for: "Bulk replay 1")
        await tmux.press("Escape")
        // A key right behind Esc would be read as one with Alt.
        try await tmux.wait(until: "the list is closed") { !$0.contains("Bulk replay 1") }
        await tmux.press("q")
        try await tmux.wait(for: "EXIT=0")
    }
}
