import Foundation
import Primitives
import TestSupport
import Testing

/// Dashboards and commands on the engine of another process.
@Suite(.programs, .enabled(if: Tmux.isInstalled, "tmux is not installed"), .timeLimit(.minutes(20)))
struct AttachTests {
    /// A `serve` with its addresses and its token.
    private struct Node {
        let process: Child
        let url: String
        let token: String

        static func start(_ directory: ScratchDirectory, at address: String = "127.0.0.1:0") async throws -> Node {
            let process = try Child([
                "serve", "--data-dir", directory.path, "--receiver", "127.0.0.1:0", "--management", address,
            ])
            let path = directory.path
            let record = try await waitUntil("the running record", seen: { process.diagnostics }) {
                let record = FileManager.default.contents(atPath: path + "/running.json").flatMap {
                    try? JSON(parsing: $0)
                }
                return record?["pid"]?.integer == Int64(process.processID) ? record : nil
            }
            let management = try #require(record["management"]?.string)
            let secrets = try #require(FileManager.default.contents(atPath: path + "/credentials.json"))
            let token = try #require(try JSON(parsing: secrets)["user"]?.string)
            return Node(process: process, url: "http://" + management, token: token)
        }

        func stop() async throws {
            process.signal(SIGTERM)
            #expect(try await process.exitStatus() == 0)
        }
    }

    @Test func `a second dashboard attaches, says that its node is lost, and goes on when it is back`() async throws {
        let directory = try ScratchDirectory()
        let surroundings = try await Surroundings.start()
        let node = try await Node.start(directory)
        try directory.write(surroundings.instance().text, to: "instance.json")
        let made = try await Program.run([
            "instances", "create", "--data-dir", directory.path, "--from", directory.path + "/instance.json",
        ])
        #expect(made.status == 0, "\(made.diagnostics)")

        // As if a dashboard had been closed long ago.
        let left = Timestamp.now().advanced(bySeconds: -14 * 3600 - 60).milliseconds
        try directory.write("{\"\":\(left)}", to: "absence.json")
        _ = try await surroundings.control("create", ["object": "Account", "fields": ["Name": "Night Works"]])
        let polled = try await Program.run(["instances", "poll", "1", "--data-dir", directory.path])
        #expect(polled.status == 0, "\(polled.diagnostics)")

        let tmux = try Tmux(width: 150, height: 40, "'\(Program.path)' --data-dir '\(directory.path)'")
        try await tmux.wait(forMessage: "While you were away (14 h): 1 event.")
        try await tmux.wait(for: "attached to \(node.url)")
        try await tmux.wait(for: "LIVE")
        _ = try await surroundings.control("create", ["object": "Account", "fields": ["Name": "Brunel Works"]])
        await tmux.press("p")
        try await tmux.wait(for: "Brunel Works")

        try await node.stop()
        try await tmux.wait(for: "NODE LOST")
        let lost = try await tmux.wait(for: "is unreachable since")
        #expect(lost.contains("Brunel Works"))

        // Beside it, on another port: what the dashboard missed is there as well.
        let next = try await Node.start(directory)
        try await tmux.wait(for: "attached to \(next.url)", without: "NODE LOST")
        try await tmux.wait(for: "LIVE")
        _ = try await surroundings.control("create", ["object": "Account", "fields": ["Name": "Second Works"]])
        await tmux.press("p")
        try await tmux.wait(for: "Second Works")
        await tmux.press("q")
        try await tmux.wait(for: "EXIT=0")
        #expect(next.process.diagnostics.contains("Ready"))
        try await next.stop()
    }

    @Test func `a node elsewhere is used by commands, plain lines and the screen, with its token alone`() async throws {
        let directory = try ScratchDirectory()
        let own = try ScratchDirectory()
        let surroundings = try await Surroundings.start()
        let node = try await Node.start(directory)
        let environment = ["SIGNALBOX_TOKEN": node.token, "SIGNALBOX_ATTACH": node.url]
        try own.write(surroundings.instance().text, to: "instance.json")
        let made = try await Program.run(
            ["instances", "create", "--from", own.path + "/instance.json", "--data-dir", own.path],
            environment: environment
        )
        #expect(made.status == 0, "\(made.diagnostics)")
        #expect(!FileManager.default.fileExists(atPath: own.path + "/signalbox.sqlite"))
        let plain = try Child(["--plain", "--data-dir", own.path], environment: environment)
        try await waitUntil("its first lines", seen: { plain.diagnostics + plain.output }) {
            plain.diagnostics.contains("attached to \(node.url)") && plain.output.contains("is LIVE") ? true : nil
        }
        _ = try await surroundings.control("create", ["object": "Account", "fields": ["Name": "Brunel Works"]])
        let poll = try await Program.run(["instances", "poll", "1", "--data-dir", own.path], environment: environment)
        #expect(poll.status == 0, "\(poll.diagnostics)")
        try await waitUntil("the event", seen: { plain.diagnostics + plain.output }) {
            plain.output.contains("Brunel Works") ? true : nil
        }
        try await node.stop()
        try await waitUntil("the loss", seen: { plain.diagnostics }) {
            plain.diagnostics.contains("\(node.url) is unreachable since") ? true : nil
        }
        let next = try await Node.start(directory, at: String(node.url.dropFirst("http://".count)))
        try await waitUntil("its return", seen: { plain.diagnostics }) {
            plain.diagnostics.contains("the node is back, at \(node.url)") ? true : nil
        }
        plain.signal(SIGTERM)
        #expect(try await plain.exitStatus() == 0)
        #expect(!(plain.diagnostics + plain.output + made.output + poll.output).contains(node.token))
        try await next.stop()
    }

    @Test func `tokens and new secrets hold at once for a node that runs, and each token opens what its scope does`()
        async throws
    {
        let directory = try ScratchDirectory()
        let node = try await Node.start(directory)
        func credentials(_ arguments: String...) async throws -> JSON {
            let output = try await Program.run(["credentials"] + arguments + ["--data-dir", directory.path])
            #expect(output.status == 0, "\(arguments) \(output.diagnostics)")
            return output.lines.first.flatMap { try? JSON(parsing: $0) } ?? .null
        }
        func ask(_ arguments: [String], _ token: String?) async throws -> Program.Output {
            let own = try ScratchDirectory()
            let output = try await Program.run(
                arguments + ["--attach", node.url, "--data-dir", own.path],
                environment: ["SIGNALBOX_TOKEN": token ?? ""]
            )
            #expect(!(output.output + output.diagnostics).contains(token ?? "-"))
            return output
        }
        let read = try await credentials("create", "grafana", "--scope", "read")["token"]?.string
        let operate = try await credentials("create", "robot", "--scope", "operate")["token"]?.string
        for token in [read, operate, node.token] {
            let list = try await ask(["instances", "list"], token)
            #expect(list.status == 0, "\(list.diagnostics)")
        }
        // There is no instance: who may ask hears that.
        let refused = try await ask(["instances", "poll", "7"], read)
        #expect(refused.status == 1 && refused.diagnostics.contains("scope operate"), "\(refused.diagnostics)")
        let asked = try await ask(["instances", "poll", "7"], operate)
        #expect(asked.status == 1 && asked.diagnostics.contains("no instance"), "\(asked.diagnostics)")
        let followed = try await ask(["events", "tail", "--instance", "7"], read)
        #expect(followed.status == 1 && followed.diagnostics.contains("no instance"), "\(followed.diagnostics)")
        let beyond = try await ask(["instances", "delete", "7"], operate)
        #expect(beyond.status == 1 && beyond.diagnostics.contains("scope admin"), "\(beyond.diagnostics)")

        _ = try await credentials("revoke", "grafana")
        #expect(try await ask(["instances", "list"], read).diagnostics.contains("refuses the token"))
        let rotated = try await credentials("rotate")["user"]?.string
        #expect(rotated != node.token)
        #expect(try await ask(["instances", "list"], node.token).status == 1)
        for token in [rotated, operate] { #expect(try await ask(["instances", "list"], token).status == 0) }
        let shown = try await credentials()["user"]?.string
        #expect(shown == rotated)
        let list = try await credentials("list")
        #expect(list["name"]?.string == "robot" && list["token"] == nil && list["sha256"] == nil)
        // Beside it nothing needs to be given.
        let beside = try await Program.run(["instances", "list", "--data-dir", directory.path])
        #expect(beside.status == 0, "\(beside.diagnostics)")
        for wrong in [
            ["create", "two words", "--scope", "read"], ["create", "x", "--scope", "root"], ["revoke", "x"],
        ] {
            let output = try await Program.run(["credentials"] + wrong + ["--data-dir", directory.path])
            #expect(output.status == (wrong.contains("create") ? 2 : 1), "\(wrong) \(output.diagnostics)")
            #expect(output.diagnostics.split(separator: "\n").count == 1, "\(output.diagnostics)")
        }
        try await node.stop()
    }

    @Test func `no node, a wrong token and no token are one sentence each`() async throws {
        let directory = try ScratchDirectory()
        let node = try await Node.start(directory)
        let refused =
            "The node at \(node.url) refuses the token; `signalbox credentials` beside it shows the right one."
        for (arguments, environment, status, words) in [
            (["--plain", "--attach", node.url], ["SIGNALBOX_TOKEN": "wrong-wrong-wrong"], 1, refused),
            (["instances", "list", "--attach", node.url], ["SIGNALBOX_TOKEN": "wrong-wrong-wrong"], 1, refused),
            (["events", "tail", "--attach", node.url], ["SIGNALBOX_TOKEN": "wrong-wrong-wrong"], 1, refused),
            (["apex", "remove", "--attach", node.url], ["SIGNALBOX_TOKEN": "wrong-wrong-wrong"], 1, refused),
            (["events", "list", "--attach", "http://node.example"], ["SIGNALBOX_TOKEN": node.token], 2, "in clear"),
            (
                ["--plain", "--attach", "http://127.0.0.1:1"], ["SIGNALBOX_TOKEN": node.token], 1,
                "refused the connection"
            ),
            (["events", "list", "--attach", "http://127.0.0.1:1"], ["SIGNALBOX_TOKEN": node.token], 1, "refused"),
            (["--plain", "--attach", node.url], [:], 2, "needs a token"),
            (["demo", "--attach", node.url], [:], 2, "means nothing"),
            (["serve", "--attach", node.url], [:], 2, "means nothing"),
        ] as [([String], [String: String], Int32, String)] {
            let own = try ScratchDirectory()
            let output = try await Program.run(arguments + ["--data-dir", own.path], environment: environment)
            #expect(output.status == status, "\(arguments) \(output.diagnostics)")
            let lines = output.diagnostics.split(separator: "\n")
            #expect(lines.count == 1 && output.diagnostics.contains(words), "\(arguments) \(output.diagnostics)")
            #expect(!output.diagnostics.contains(node.token))
        }
        try await node.stop()
    }
}
