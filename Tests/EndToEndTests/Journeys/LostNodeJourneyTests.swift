import Foundation
import Glibc
import Primitives
import TestSupport
import Testing

/// A dashboard on a node that is killed, and what it shows until the node is there again.
@Suite(.programs, .enabled(if: Tmux.isInstalled, "tmux is not installed"), .timeLimit(.minutes(20)))
struct LostNodeJourneyTests {
    private func serve(_ directory: ScratchDirectory) throws -> Child {
        let ports = ["--receiver", "127.0.0.1:0", "--management", "127.0.0.1:0"]
        return try Child(["serve", "--data-dir", directory.path] + ports)
    }

    private func signalbox(_ directory: ScratchDirectory, _ arguments: [String], input: String = "") async throws {
        let result = try await Program.run(arguments + ["--data-dir", directory.path], input: input)
        #expect(result.status == 0, "\(arguments): \(result.diagnostics)")
    }

    @Test func `a node that is killed is said to be lost, and what changed meanwhile is shown once it is back`()
        async throws
    {
        let surroundings = try await Surroundings.start()
        let directory = try ScratchDirectory()
        let node = try serve(directory)
        let former = try await ManagementAPI.running(in: directory.path).processID
        try await signalbox(
            directory,
            ["instances", "create", "--from", "-"],
            input: surroundings.instance(objects: "Account").text
        )
        let tmux = try Tmux(width: 150, height: 40, "'\(Program.path)' --data-dir '\(directory.path)'")
        try await tmux.wait(for: "attached to http://127.0.0.1")
        try await surroundings.control("create", ["object": "Account", "fields": ["Name": "Before Works"]])
        try await tmux.wait(for: "LIVE")
        try await tmux.perform("poll-now")
        try await tmux.wait(for: "Before Works")

        node.signal(SIGKILL)
        #expect(try await node.exitStatus() == 128 + SIGKILL)
        let lost = try await tmux.wait(for: "NODE LOST")
        #expect(lost.contains("Before Works") && !lost.contains("● LIVE"))
        try await tmux.wait(for: "is unreachable since")
        // What needs the node says why it can't be done, and does nothing.
        try await tmux.perform("replay")
        try await tmux.wait(forMessage: "unreachable")

        // Meanwhile, without any node: other settings, and an event.
        try await signalbox(directory, ["instances", "update", "1", "--set", "event.poller.refresh_interval=240"])
        try await surroundings.control("create", ["object": "Account", "fields": ["Name": "Meanwhile Works"]])
        try await signalbox(directory, ["instances", "poll", "1"])
        #expect(tmux.screen.contains("NODE LOST") && !tmux.screen.contains("Meanwhile Works"))

        let next = try serve(directory)
        _ = try await ManagementAPI.running(in: directory.path, otherThan: former)
        try await tmux.wait(for: "Meanwhile Works", without: "NODE LOST")
        try await tmux.wait(for: "4 h")
        try await tmux.wait(for: "LIVE")
        #expect(surroundings.received.allSatisfy { $0["replay"] != true })
        try await tmux.perform("replay")
        _ = try await surroundings.received { $0["replay"] == true }
        try await tmux.perform("quit")
        try await tmux.wait(for: "EXIT=0")
        next.signal(SIGTERM)
        #expect(try await next.exitStatus() == 0)
    }
}
