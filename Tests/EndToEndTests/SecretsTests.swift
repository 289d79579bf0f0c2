import Domain
import Foundation
import Primitives
import TestSupport
import Testing

/// No command tells a secret, however much it logs.
@Suite(.timeLimit(.minutes(10)))
struct SecretsTests {
    @Test(arguments: ["debug", "trace"])
    func `the log of an engine at work holds none of its secrets`(_ level: String) async throws {
        let directory = try ScratchDirectory()
        let surroundings = try await Surroundings.start()
        let options = ["--data-dir", directory.path, "--log-level", level]
        let serve = try Child(
            ["serve", "--receiver", "127.0.0.1:0", "--management", "127.0.0.1:0"] + options
        )
        let running = directory.path + "/running.json"
        try await waitUntil("serve to be ready", seen: { serve.diagnostics }) { () -> JSON? in
            FileManager.default.contents(atPath: running).flatMap { try? JSON(parsing: $0) }
        }
        let limits = try String(contentsOfFile: "/proc/\(serve.processID)/limits", encoding: .utf8)
        #expect(limits.contains(/Max core file size +0 +0/), "a crash leaves no memory behind")
        let made = try await Program.run(
            ["instances", "create", "--from", "-"] + options,
            input: surroundings.instance().text
        )
        #expect(made.status == 0, "\(made.diagnostics)")
        let id = try #require(try JSON(parsing: made.output)["id"]?.integer)
        _ = try await surroundings.control("create", ["object": "Account", "fields": ["Name": "Acme"]])
        var told = [made.diagnostics]
        for command in [
            ["instances", "poll", "\(id)"], ["instances", "list"], ["instances", "show", "\(id)"], ["events", "list"],
            ["audit"], ["doctor", "--json"],
        ] {
            let result = try await Program.run(command + options)
            #expect(result.status == 0, "\(command): \(result.diagnostics)")
            told += [result.diagnostics, result.output]
        }
        serve.signal(SIGTERM)
        #expect(try await serve.exitStatus() == 0)
        told.append(serve.diagnostics)

        let credentials = try JSON(parsing: Data(contentsOf: URL(filePath: directory.path + "/credentials.json")))
        var secrets = ["user", "organization"].compactMap { credentials[$0]?.string }
        #expect(secrets.count == 2)
        let seed = surroundings.instance()["configuration"]
        for key in ["event.notification.signature.key", "oauth.api.secret", "oauth.user.refresh_token"] {
            if let secret = seed?[key]?.string, !secret.isEmpty { secrets.append(secret) }
        }
        #expect(secrets.count > 2)
        let everything = told.joined(separator: "\n")
        for secret in secrets {
            #expect(!everything.contains(secret), "a secret of \(secret.count) characters is told")
        }
        #expect(serve.diagnostics.contains(level == "trace" ? "trace" : "debug"), "the level is in force")
    }

    @Test func `only its owner reads where a node listens, and no secret stands there`() async throws {
        let directory = try ScratchDirectory()
        let serve = try Child([
            "serve", "--receiver", "127.0.0.1:0", "--management", "127.0.0.1:0", "--data-dir", directory.path,
        ])
        let running = directory.path + "/running.json"
        let written = try await waitUntil("serve to be ready", seen: { serve.diagnostics }) { () -> JSON? in
            FileManager.default.contents(atPath: running).flatMap { try? JSON(parsing: $0) }
        }
        let mode = try FileManager.default.attributesOfItem(atPath: running)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        let names = written.members?.map(\.name)
        #expect(Set(names ?? []).isSubset(of: ["pid", "management", "receiver"]))
        serve.signal(SIGTERM)
        #expect(try await serve.exitStatus() == 0)
    }
}
