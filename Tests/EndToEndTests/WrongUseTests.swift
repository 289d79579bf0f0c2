import Domain
import Foundation
import Primitives
import TestSupport
import Testing

/// Wrong input gets one clear sentence on standard error, and an honest status.
@Suite(.programs, .timeLimit(.minutes(20)))
struct WrongUseTests {
    @Test(arguments: [
        (["--colr", "x"], 2, "--color"),
        (["--colr", "x"], 2, "signalbox: Unknown option '--colr'. Did you mean '--color'? See signalbox --help.\n"),
        (["events", "list", "--limit", "-1"], 2, "signalbox: --limit is how many events to list"),
        (["events", "list", "--limit", "x"], 2, "See signalbox events list --help."),
        (
            ["serve", "--management", "999.1.1.1:80", "--receiver", "127.0.0.1:0"], 1,
            "Can't listen on 999.1.1.1:80: there is no host"
        ),
        (["--color", "pink"], 2, "--color is one of auto, never, 16, 256, truecolor"),
        (["--theme", "neon"], 2, "There is no theme “neon”; choose one of default"),
        (["--config", "/nonexistent/c.yaml"], 2, "There is no configuration file /nonexistent/c.yaml"),
        (["serve", "--receiver", "8180"], 2, "--receiver takes HOST:PORT"),
        (["serve", "--retry-schedule", "soon"], 2, "--retry-schedule is"),
        (["serve", "--theme", "mono"], 2, "--theme"),
        (["listen", "--host", "999.1.1.1", "--port", "0"], 1, "choose another with --host"),
        (["simulate-org", "--host", "192.0.2.1", "--port", "0"], 1, "choose another with --host"),
        (["instances", "list", "--config", ""], 2, "--config names a file"),
        (["events", "export", "--output", ""], 2, "--output names a file"),
        (["events", "export", "--output", "/proc/version"], 2, "/proc/version is there already; name another"),
        (["events", "export", "--output", "/dev/full"], 1, "There is no store in"),
        (["events", "export", "--output", "/proc/version", "--replace"], 1, "There is no store in"),
        (["instances", "create", "--from", ""], 2, "--from names a file"),
        (["backup", " "], 2, "FILE names the file of the backup"), (["restore", ""], 2, "FILE names the file of the"),
        (["apex", "export", ""], 2, "DIR names the directory"),
        (["instances", "list", "--token-file", "/t"], 2, "--token-file means nothing without --attach; give both."),
        (["listen", "--port", "-1"], 2, "--port is a number from 0 to 65535"),
        (["audit", "--limit", "-1"], 2, "--limit is a number above 0"),
        (["listen", "--status", "99"], 2, "--status is an HTTP status"),
        (["listen", "--key", "whsec_!"], 2, "--key begins with whsec_"),
        (["simulate-org", "--rate", "-1"], 2, "--rate"),
        (["events", "show", ""], 2, "An event's id is empty; `signalbox events list` shows the ids."),
        (["events", "replay", "x", " "], 2, "An event's id is empty"),
        (["events", "replay"], 2, "Name events by id, or choose them with --filter."),
        (["events", "replay", "--filter", ""], 2, "--filter is empty; to mean every event, write"),
        (["events", "replay", "--instance", "1", "--filter", " "], 2, "--filter is empty"),
        (["events", "list", "--filter", "colour:red"], 2, "“colour:” is not known; use object"),
        (["events", "list", "--filter", "state:lost"], 2, "state is one of queued"),
        (["events", "replay", "x", "--rate", "fast"], 2, "--rate is how many a second"),
        (["instances", "update", "1"], 2, "There is nothing to change"),
        (["instances", "update", "1", "--set", "x"], 2, "--set takes KEY=VALUE"),
        (["instances", "create", "--from", "/nonexistent.json"], 2, "--from names /nonexistent.json"),
        (["serve", "--data-dir", "/proc/nope"], 1, "The data directory /proc/nope can't be used"),
        (["events", "tail"], 1, "No signalbox runs on"),
        (["instances", "show", "7"], 1, "There is no store in"),
        (["instances", "list"], 1, "name its directory with --data-dir"),
        (["events", "list"], 1, "There is no store in"), (["audit"], 1, "There is no store in"),
        (["events", "export", "--output", "/nonexistent/events"], 1, "There is no store in"),
        (["events", "replay", "x"], 1, "There is no store in"), (["apex", "deploy"], 1, "There is no store in"),
        (["instances", "delete", "1"], 1, "There is no store in"),
        (["credentials", "rotate-key"], 1, "There is no store in"),
        (
            ["credentials", "list", "--data-dir", "/nonexistent/data"], 1,
            "There is no data directory /nonexistent/data"
        ),
    ])
    func `names the fault and the way out`(arguments: [String], status: Int, expected: String) async throws {
        let directory = try ScratchDirectory()
        let needsDirectory = !arguments.contains("--data-dir") && !["listen", "simulate-org"].contains(arguments.first)
        let all = arguments + (needsDirectory ? ["--data-dir", directory.path] : [])
        let result = try await Program.run(all)
        #expect(result.status == Int32(status), "\(result)")
        #expect(result.diagnostics.contains(expected), "\(result.diagnostics)")
        #expect(result.output.isEmpty)
        #expect(!result.diagnostics.contains("Fatal error"))
        #expect(result.diagnostics.split(separator: "\n").count == 1, "\(result.diagnostics)")
    }

    @Test func `a bad configuration file is named with line and key`() async throws {
        let directory = try ScratchDirectory()
        let file = try directory.write("theme: mono\nrecevier: x\n", to: "config.yaml")
        let result = try await Program.run(["serve", "--config", file])
        #expect(result.status == 2)
        #expect(
            result.diagnostics == "signalbox: Unknown setting “recevier” in line 2 of \(file); did you mean receiver?\n"
        )
    }

    @Test func `a theme whose file is faulty is told with the fault, not as if there were none`() async throws {
        let directory = try ScratchDirectory()
        let folder = directory.path + "/signalbox/themes"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        _ = try directory.write("name: mine\nroles:\n  text: purplish\n", to: "signalbox/themes/mine.yaml")
        let result = try await Program.run(
            ["--data-dir", directory.path + "/data"],
            environment: ["XDG_CONFIG_HOME": directory.path, "SIGNALBOX_THEME": "mine"]
        )
        #expect(result.status == 2)
        #expect(
            result.diagnostics.contains("The theme “mine” can't be used: mine.yaml, line 3: “purplish” is no colour"),
            "\(result.diagnostics)"
        )
    }

    @Test func `a bad key of the environment is told`() async throws {
        let directory = try ScratchDirectory()
        let result = try await Program.run(
            ["serve", "--data-dir", directory.path],
            environment: ["SIGNALBOX_KEY": "short"]
        )
        #expect(result.status == 2)
        #expect(result.diagnostics.contains("SIGNALBOX_KEY"), "\(result.diagnostics)")
    }

    @Test(arguments: [
        [], ["demo"], ["serve"], ["listen"], ["simulate-org"], ["instances"], ["events"], ["credentials"],
    ])
    func `help goes to standard output`(command: [String]) async throws {
        let result = try await Program.run(command + ["--help"])
        #expect(result.status == 0)
        #expect(result.output.contains("USAGE: signalbox"))
        #expect(result.diagnostics.isEmpty)
    }

    /// What takes no node elsewhere, and of that what takes no other store.
    private static let local: Set<String> = [
        "demo", "serve", "listen", "simulate-org", "backup", "restore", "migrate", "keys", "credentials show",
        "credentials rotate", "credentials create", "credentials list", "credentials revoke",
    ]
    private static let storeless: Set<String> = ["demo", "listen", "simulate-org", "migrate"]

    @Test func `no help offers an option that its command refuses`() async throws {
        let dump = try await Program.run(["--experimental-dump-help"])
        let root = try #require(try JSON(parsing: dump.output)["command"])
        func options(_ command: JSON) -> Set<String> {
            let names = (command["arguments"]?.array ?? []).flatMap { $0["names"]?.array ?? [] }
            return Set(names.compactMap { $0["name"]?.string })
        }
        func check(_ command: JSON, _ path: [String]) {
            let children = (command["subcommands"]?.array ?? []).filter { $0["commandName"]?.string != "help" }
            for child in children { check(child, path + [child["commandName"]?.string ?? "?"]) }
            guard children.isEmpty else { return }
            let (name, offered) = (path.joined(separator: " "), options(command))
            for option in ["attach", "token-file", "attach-ca", "attach-certificate", "attach-key"] {
                #expect(offered.contains(option) != Self.local.contains(name), "\(name): --\(option)")
            }
            #expect(offered.contains("store") != Self.storeless.contains(name), "\(name): --store")
        }
        check(root, [])
        #expect(options(root).isSuperset(of: ["attach", "store", "data-dir", "config"]))
        for name in Self.local.sorted() where name != "listen" && name != "simulate-org" {
            let refused = try await Program.run(name.split(separator: " ").map(String.init) + ["--attach", "http://x"])
            #expect(refused.status == 2, "\(name): \(refused)")
        }
    }

    @Test func `the demo's help names no place that it doesn't use`() async throws {
        let result = try await Program.run(["demo", "--help"])
        #expect(result.output.contains("temporary"))
        for place in ["XDG_STATE_HOME", "8180", "8181"] { #expect(!result.output.contains(place), "\(result.output)") }
    }

    @Test func `the demo keeps to the places that it is given`() async throws {
        let directory = try ScratchDirectory()
        let data = directory.path + "/demo"
        let demo = try Child([
            "demo", "--plain", "--data-dir", data, "--receiver", "127.0.0.3:0", "--management", "127.0.0.2:0",
        ])
        let record = try await waitUntil("the demo to listen", seen: { demo.output + demo.diagnostics }) {
            () -> String? in
            FileManager.default.contents(atPath: data + "/running.json").map { String(decoding: $0, as: UTF8.self) }
        }
        #expect(record.contains("127.0.0.3:") && record.contains("127.0.0.2:"), "\(record)")
        demo.signal(SIGTERM)
        #expect(try await demo.exitStatus() == 0)
        #expect(FileManager.default.fileExists(atPath: data + "/signalbox.sqlite"))
        #expect(!(demo.output + demo.diagnostics).contains("no instance yet"))
    }

    @Test(arguments: ["bash", "zsh", "fish"])
    func `completion scripts are generated`(shell: String) async throws {
        let result = try await Program.run(["--generate-completion-script", shell])
        #expect(result.status == 0)
        #expect(result.output.contains("simulate-org"))
    }
}
