import EngineTestSupport
import Foundation
import Glibc
import TestSupport
import Testing

/// A shell that names a node's directory and not its store.
@Suite(.programs, .timeLimit(.minutes(20)))
struct StoreElsewhereTests {
    private static let ports = ["--receiver", "127.0.0.1:0", "--management", "127.0.0.1:0"]

    @Test func `beside a stopped node of a database every command names the option, and changes nothing`()
        async throws
    {
        let directory = try ScratchDirectory()
        let data = ["--data-dir", directory.path]
        let made = try await Program.run(["credentials", "create", "robot", "--scope", "read"] + data)
        #expect(made.status == 0, "\(made.diagnostics)")
        try directory.write(#"{"kind":"postgresql","place":"db.example/signalbox"}"#, to: "store.json")
        func secrets() -> [Data?] {
            ["credentials.json", "tokens.json"].map { FileManager.default.contents(atPath: directory.path + "/" + $0) }
        }
        let before = secrets()
        for arguments in [
            ["credentials", "rotate"], ["credentials", "create", "other", "--scope", "read"],
            ["credentials", "revoke", "robot"], ["credentials", "rotate-key"], ["credentials", "list"],
            ["credentials", "show"], ["backup", directory.path + "/copy"], ["restore", directory.path + "/copy"],
            ["instances", "list"], ["audit"], ["serve"] + Self.ports,
        ] {
            let output = try await Program.run(arguments + data)
            #expect(output.status == 2, "\(arguments): \(output)")
            #expect(output.diagnostics.contains("add the same --store"), "\(arguments): \(output.diagnostics)")
            #expect(output.output.isEmpty)
        }
        #expect(secrets() == before)
        for name in ["signalbox.sqlite", "key"] {
            #expect(!FileManager.default.fileExists(atPath: directory.path + "/" + name), "\(name)")
        }
        // Named, the directory is a store like another.
        let own = try await Program.run(["events", "list", "--store", directory.path] + data)
        #expect(own.status == 1 && own.diagnostics.contains("There is no store in"), "\(own)")
    }

    @Test func `beside a node of another directory, what needs its store works there or names it`() async throws {
        let (data, store) = (try ScratchDirectory(), try ScratchDirectory())
        let node = try Child(["serve", "--data-dir", data.path, "--store", store.path + "/events"] + Self.ports)
        _ = try await ManagementAPI.running(in: data.path)
        let doctor = try await Program.run(["doctor", "--data-dir", data.path])
        #expect(doctor.output.contains("whole: 0 events"), "\(doctor)")
        let listed = try await Program.run(["instances", "list", "--data-dir", data.path])
        #expect(listed.status == 0, "\(listed.diagnostics)")
        let copy = try await Program.run(["backup", data.path + "/copy", "--data-dir", data.path])
        #expect(copy.status == 2 && copy.diagnostics.contains("/events; add --store "), "\(copy)")
        node.signal(SIGTERM)
        #expect(try await node.exitStatus() == 0, "\(node.diagnostics)")
        let start = try await Program.run(["serve", "--data-dir", data.path] + Self.ports)
        #expect(start.status == 2 && start.diagnostics.contains("add --store "), "\(start)")
    }
}

#if PostgreSQL
/// The same beside a node with a database.
@Suite(
    .enabled(if: PostgresCluster.isUsed, Comment(rawValue: PostgresCluster.missing)),
    .timed,
    .timeLimit(.minutes(20))
)
struct DatabaseElsewhereTests {
    @Test func `beside a node with a database its secrets are shown, and changed only where that is named`()
        async throws
    {
        let scene = try await FailoverScene()
        let node = try await scene.serve("one")
        let data = ["--data-dir", scene.directory.path + "/one"]
        let shown = try await Program.run(["credentials", "show"] + data)
        #expect(shown.status == 0, "\(shown.diagnostics)")
        let rotated = try await Program.run(["credentials", "rotate"] + data)
        #expect(rotated.status == 2 && rotated.diagnostics.contains("add the same --store"), "\(rotated)")
        let doctor = try await Program.run(["doctor"] + data)
        #expect(doctor.output.contains("It was not looked at."), "\(doctor)")
        #expect(!doctor.output.contains("FAILED   store"), "\(doctor)")
        let listed = try await Program.run(["instances", "list"] + data)
        #expect(listed.status == 0, "\(listed.diagnostics)")
        let again = try await Program.run(["credentials", "show"] + data)
        #expect(again.output == shown.output)
        node.signal(SIGTERM)
        #expect(try await node.exitStatus() == 0, "\(node.diagnostics)")
        let late = try await Program.run(["credentials", "show"] + data)
        #expect(late.status == 2, "\(late)")
        let named = try scene.command("one", ["credentials", "show"])
        #expect(try await named.exitStatus() == 0, "\(named.diagnostics)")
        #expect(named.output == shown.output)
        // No node is there but its own look, and that is none.
        let looked = try scene.command("one", ["doctor"])
        _ = try await looked.exitStatus()
        #expect(looked.output.contains("PostgreSQL ") && !looked.output.contains("sign of life"), "\(looked.output)")
    }
}
#endif
