import Domain
import Foundation
import Primitives
import TestSupport
import Testing

/// What a person does about an event, from finding it to getting it out, in a terminal.
@Suite(.programs, .timeLimit(.minutes(20)), .enabled(if: Tmux.isInstalled, "tmux is not installed"))
struct ActingTests {
    /// A data directory with an instance of three companies, and the dashboard on it.
    private func opened(
        _ surroundings: Surroundings,
        _ directory: ScratchDirectory,
        environment: String = "",
        _ options: String = ""
    ) async throws -> Tmux {
        let body = surroundings.instance(objects: "Account").text
        _ = try await Program.run(
            ["instances", "create", "--from", "-", "--data-dir", directory.path],
            input: body
        )
        let records = (0..<3).map { JSON.object([.init("Name", .string("Company \($0)"))]) }
        try await surroundings.control("create", ["object": "Account", "records": .array(records)])
        let ports = "--receiver 127.0.0.1:0 --management 127.0.0.1:0"
        let tmux = try Tmux(
            width: 140,
            height: 40,
            "\(environment) '\(Program.path)' --data-dir '\(directory.path)' \(ports) \(options)"
        )
        try await tmux.wait(for: "Events")
        await tmux.press("p")
        try await tmux.wait(for: "Company 2")
        return tmux
    }

    private func filter(_ text: String, _ tmux: Tmux) async throws {
        await tmux.press("/")
        try await tmux.wait(for: "state:dead  since:2h")
        await tmux.type(text)
        await tmux.press("Enter")
        // The title has room for its beginning.
        try await tmux.wait(for: "FILTERED \(text.prefix(16))")
    }

    @Test func `the failed event of one record is found and replayed`() async throws {
        let surroundings = try await Surroundings.start(listenOptions: ["--status", "500"])
        let directory = try ScratchDirectory()
        let tmux = try await opened(surroundings, directory, "--retry-schedule 1s")
        try await tmux.wait(for: "dead 500")
        try await filter("name:\"Company 1\" state:dead since:1d", tmux)
        try await tmux.wait(for: "Company 1", without: "Company 2")
        let before = surroundings.received.filter { $0["replay"] == true }.count
        #expect(before == 0)
        await tmux.press("r")
        try await tmux.wait(for: "⟲ ✗")
        let replays = surroundings.received.filter { $0["replay"] == true }
        #expect(replays.count == 1)
        await tmux.press("!")
        try await tmux.wait(for: "answered 500")
        await tmux.press("Enter")
        try await tmux.wait(for: "FILTERED state:")
    }

    @Test func `a notification is edited, seen as changed, replayed, and replayed elsewhere`() async throws {
        let surroundings = try await Surroundings.start()
        let elsewhere = try Child(["listen", "--port", "0", "--key", Surroundings.key])
        let address = try await waitUntil("listen's address", seen: { elsewhere.diagnostics }) {
            elsewhere.diagnostics.firstMatch(of: /http:\/\/[0-9.:]+/).map { String($0.output) }
        }
        let directory = try ScratchDirectory()
        let tmux = try await opened(
            surroundings,
            directory,
            environment: "VISUAL= EDITOR='sed -i s/Company/Enterprise/'"
        )
        try await filter("name:\"Company 1\"", tmux)
        try await tmux.wait(for: "Company 1", without: "Company 2")
        try await tmux.wait(for: "✓ 200")
        await tmux.press("v")
        try await tmux.wait(for: "with these changes?")
        try await tmux.wait(for: "Enterprise 1")
        #expect(surroundings.received.allSatisfy { $0["replay"] != true })
        await tmux.press("y")
        try await tmux.wait(forMessage: "Replayed with your changes")
        let edited = try await surroundings.received { $0["replay"] == true }
        #expect(edited.text.contains("Enterprise 1") && edited["signature"]?["elements"] == "valid")
        // Nothing of what was edited is left behind.
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: directory.path).allSatisfy { !$0.hasPrefix("edited") }
        )

        await tmux.press("U")
        try await tmux.wait(for: "Once, with the same eventId")
        await tmux.type(address + "/other")
        await tmux.press("Enter")
        let other = try await waitUntil("the replay elsewhere", seen: { elsewhere.output }) {
            elsewhere.lines.lazy.compactMap { try? JSON(parsing: $0) }.first
        }
        #expect(other["replay"] == true && other.text.contains("Company 1"))
        try await tmux.wait(for: "→ ✓ 200")
        await tmux.press("q")
        try await tmux.wait(for: "EXIT=0")
    }

    @Test func `an editor that fails sends nothing, and the screen comes back`() async throws {
        let surroundings = try await Surroundings.start()
        let directory = try ScratchDirectory()
        let tmux = try await opened(surroundings, directory, environment: "VISUAL= EDITOR=false")
        await tmux.press("k", "v")
        try await tmux.wait(forMessage: "ended with 1. Nothing was sent.")
        try await tmux.wait(for: "Company 2")
        #expect(surroundings.received.allSatisfy { $0["replay"] != true })
    }

    @Test func `a filtered view is exported and read back`() async throws {
        let surroundings = try await Surroundings.start()
        let directory = try ScratchDirectory()
        let tmux = try await opened(surroundings, directory)
        try await filter("name:Company change:created", tmux)
        try await tmux.wait(for: "3 of")
        let path = directory.path + "/out.ndjson"
        await tmux.press("X")
        try await tmux.wait(for: "Export 3 events of")
        await tmux.press("C-u")
        await tmux.type(path)
        await tmux.press("Enter")
        try await tmux.wait(forMessage: "3 events exported to")
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let events = try text.split(separator: "\n").map { try JSON(parsing: String($0)) }
        #expect(Set(events.compactMap { $0["objectName"]?.string }) == ["Company 0", "Company 1", "Company 2"])
        #expect(events.allSatisfy { $0["eventElementInstances"]?.array?.isEmpty == false })
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        // The same name again is asked about.
        await tmux.press("X")
        try await tmux.wait(for: "Export 3 events of")
        await tmux.press("C-u")
        await tmux.type(path)
        await tmux.press("Enter")
        try await tmux.wait(for: "Replace the file?")
        await tmux.press("n")
        #expect(try String(contentsOfFile: path, encoding: .utf8) == text)
    }
}
