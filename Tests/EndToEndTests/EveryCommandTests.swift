import AsyncHTTPClient
import Domain
import Foundation
import NIOCore
import NIOHTTP1
import Primitives
import TestSupport
import Testing

/// Every command of the program, run with secrets in its options, variables, files and store, tells none of them, however
/// much it logs; but for those whose purpose it is.
@Suite(.timed, .timeLimit(.minutes(20)))
struct EveryCommandTests {
    /// How one command is run.
    struct Run: Sendable {
        var arguments: [String] = []
        /// Ended by a signal, once that stands in what it wrote.
        var endsAfter: String?
        /// What it is asked to print.
        var mayTell: Set<String> = []
        var input: String?
        /// What it ends with.
        var status: Int32 = 0
    }

    /// With INSTANCE, EVENT, DIR and KEY for what is only known when they are run.
    ///
    /// In the order in which they are run: the last ones take away what the first ones need.
    static let runs: [(command: String, run: Run)] = [
        ("credentials show", Run(mayTell: ["user", "organization"])),
        ("credentials create", Run(arguments: ["robot", "--scope", "read"])),
        ("credentials list", Run()),
        ("credentials revoke", Run(arguments: ["robot"])),
        ("keys", Run()),
        ("listen", Run(arguments: ["--port", "0", "--key", "KEY"], endsAfter: "Listening on")),
        // Its line is what a person enters in the form to connect to it.
        (
            "simulate-org",
            Run(
                arguments: ["--port", "0"],
                endsAfter: "refreshToken",
                mayTell: ["client secret", "code", "own refresh token"]
            )
        ),
        ("demo", Run(arguments: ["--plain"], endsAfter: "Account")),
        ("instances create", Run(arguments: ["--from", "-"], input: "PASSWORD")),
        // The person is sent to an address that names the app.
        ("instances connect", Run(arguments: ["--from", "-"], input: "JWT")),
        ("instances list", Run()),
        ("instances show", Run(arguments: ["INSTANCE"])),
        ("instances poll", Run(arguments: ["INSTANCE"])),
        ("instances backlog", Run(arguments: ["INSTANCE"])),
        ("events list", Run()),
        ("events show", Run(arguments: ["EVENT"])),
        ("events replay", Run(arguments: ["EVENT"])),
        ("events export", Run(arguments: ["--format", "har", "--output", "DIR/events.har"])),
        ("events tail", Run(arguments: ["--after", "0"], endsAfter: "EVENT")),
        ("apex export", Run(arguments: ["DIR/project", "--instance", "INSTANCE"])),
        ("apex deploy", Run(arguments: ["--instance", "INSTANCE"])),
        ("apex remove", Run(arguments: ["--instance", "INSTANCE"])),
        ("audit", Run()), ("doctor", Run()),
        ("backup", Run(arguments: ["DIR/copy.sqlite"])),
        // The node that has the directory is running.
        ("restore", Run(arguments: ["DIR/copy.sqlite"], status: 1)),
        ("migrate", Run(arguments: ["--from", "DIR", "--to", "DIR/moved"], status: 1)),
        ("instances hold", Run(arguments: ["INSTANCE"])),
        ("instances resume", Run(arguments: ["INSTANCE"])),
        (
            "instances update",
            Run(arguments: ["INSTANCE", "--set", "event.notification.signature.key=KEY", "--set", "oauth.scope=api"])
        ),
        ("instances delete", Run(arguments: ["INSTANCE"])),
        ("credentials rotate", Run()),
        ("credentials rotate-key", Run()),
    ]

    @Test func `every command of the program stands in the table`() async throws {
        let help = try await Program.run(["--experimental-dump-help"])
        #expect(help.status == 0)
        let root = try JSON(parsing: help.output)["command"]
        func leaves(_ command: JSON, below path: [String]) -> [String] {
            let children = (command["subcommands"]?.array ?? []).filter { $0["commandName"]?.string != "help" }
            guard !children.isEmpty else { return [path.joined(separator: " ")] }
            return children.flatMap { leaves($0, below: path + [$0["commandName"]?.string ?? "?"]) }
        }
        // `serve` and the dashboard itself are what the others are run beside.
        let all = Set(leaves(try #require(root), below: []))
        #expect(all == Set(Self.runs.map(\.command)).union(["serve"]))
    }

    @Test(arguments: ["debug", "trace"])
    func `no command tells a secret`(_ level: String) async throws {
        let scene = try await Scene(level: level)
        var told: [(who: String, text: String, mayTell: Set<String>)] = []
        for (command, run) in Self.runs {
            let output = try await scene.run(command, run)
            #expect(output.status == run.status, "\(command): \(output.diagnostics.suffix(2000))")
            told.append((command, output.output + output.diagnostics, run.mayTell))
            // What nobody can ask for before is asked for as soon as it is there.
            if command == "instances create" { try await scene.learn() }
        }
        told.append(("serve", try await scene.end(), []))
        let dashboard = try await scene.dashboard()
        told.append(("the dashboard in plain lines", dashboard, []))
        #expect(told.contains { $0.text.contains(level) }, "the level is in force")
        for (name, secret) in scene.secrets {
            #expect(secret.utf8.count >= 8, "\(name)")
            for (who, text, mayTell) in told where !mayTell.contains(name) {
                #expect(!text.contains(secret), "\(who) tells the \(name)")
            }
        }
        #expect(scene.secrets.count == 13)
    }
}

/// A running node with an instance, beside which commands are run.
private final class Scene {
    private let directory: ScratchDirectory
    private let surroundings: Surroundings
    private let serve: Child
    private let options: [String]
    private let environment: [String: String]
    private var instance = ""
    private var event = ""
    private(set) var secrets: [(name: String, secret: String)]

    init(level: String) async throws {
        directory = try ScratchDirectory()
        surroundings = try await Surroundings.start()
        let pem = try SigningKey.pem("private")
        let keys = (0..<2).map { _ in Base64.encode((0..<32).map { _ in UInt8.random(in: 0...255) }) }
        try await surroundings.control(
            "org",
            ["passwordGrant": true, "jwtPublicKey": .string(try SigningKey.pem("public"))]
        )
        environment = [
            "SIGNALBOX_KEY": keys[0], "SIGNALBOX_NEW_KEY": keys[1], "SIGNALBOX_ALLOW_PASSWORD_GRANT": "true",
        ]
        options = ["--data-dir", directory.path, "--log-level", level]
        serve = try Child(
            ["serve", "--receiver", "127.0.0.1:0", "--management", "127.0.0.1:0"] + options,
            environment: environment
        )
        let (serve, running) = (serve, directory.path + "/running.json")
        try await waitUntil("serve to be ready", seen: { serve.diagnostics }) { () -> JSON? in
            FileManager.default.contents(atPath: running).flatMap { try? JSON(parsing: $0) }
        }
        secrets = [
            ("encryption key", keys[0]), ("next encryption key", keys[1]), ("signature key", Surroundings.key),
            ("signature key's bytes", String(Surroundings.key.dropFirst(6))),
            ("client secret", surroundings.access["clientSecret"]?.string ?? ""),
            ("code", surroundings.access["authorizationCode"]?.string ?? ""),
            ("refresh token", surroundings.access["refreshToken"]?.string ?? ""), ("password", "sandbox-password"),
            ("private key", String(pem.split(separator: "\n")[1])),
        ]
        let credentials = try JSON(parsing: Data(contentsOf: URL(filePath: directory.path + "/credentials.json")))
        for name in ["user", "organization"] { secrets.append((name, credentials[name]?.string ?? "")) }
        let made = try await Program.run(
            ["instances", "create", "--from", "-"] + options,
            input: surroundings.instance().text,
            environment: environment
        )
        #expect(made.status == 0, "\(made.diagnostics)")
        instance = String(try #require(try JSON(parsing: made.output)["id"]?.integer))
        _ = try await surroundings.control("create", ["object": "Account", "fields": ["Name": "Acme"]])
        let poll = try await Program.run(["instances", "poll", instance] + options, environment: environment)
        #expect(poll.status == 0, "\(poll.diagnostics)")
        let events = try await Program.run(["events", "list"] + options, environment: environment)
        let line = try #require(events.lines.first)
        event = try #require(try JSON(parsing: line)["id"]?.string)
    }

    /// The secrets that the node itself has made.
    func learn() async throws {
        let running = try JSON(parsing: Data(contentsOf: URL(filePath: directory.path + "/running.json")))
        let user = secrets.first { $0.name == "user" }?.secret ?? ""
        let address = try #require(running["management"]?.string)
        let base = address.contains("://") ? address : "http://" + address
        var request = HTTPClientRequest(url: "\(base)/elements/api-v2/instances/\(instance)/webhook")
        request.headers.add(name: "Authorization", value: "Bearer \(user)")
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(60))
        let body = try JSON(parsing: try await response.body.collect(upTo: 1 << 20).readableBytesView)
        let secret = try #require(body.members?.compactMap(\.value.string).first { $0.hasPrefix("whsec_") })
        secrets += [("receiver secret", secret), ("receiver secret's bytes", String(secret.dropFirst(6)))]
    }

    func run(_ command: String, _ run: EveryCommandTests.Run) async throws -> Program.Output {
        func filled(_ text: String) -> String {
            text.replacing("INSTANCE", with: instance).replacing("EVENT", with: event)
                .replacing("DIR", with: directory.path).replacing("KEY", with: Surroundings.key)
        }
        var arguments = command.split(separator: " ").map(String.init) + run.arguments.map(filled)
        // Neither of them has an engine of its own.
        if !["listen", "simulate-org", "demo"].contains(command) { arguments += options }
        if command == "demo" { arguments += options.suffix(2) }
        guard let mark = run.endsAfter.map(filled) else {
            return try await Program.run(arguments, input: try input(run.input), environment: environment)
        }
        let child = try Child(arguments, environment: environment)
        try await waitUntil("\(command) to be at work", seen: { child.output + child.diagnostics }) {
            () -> Bool? in
            (child.output + child.diagnostics).contains(mark) ? true : nil
        }
        child.signal(SIGTERM)
        let status = try await child.exitStatus()
        // Signals end those that never end by themselves.
        return Program.Output(status: status == 143 ? 0 : status, output: child.output, diagnostics: child.diagnostics)
    }

    /// The body of a further instance, by another grant.
    private func input(_ grant: String?) throws -> String {
        let user: JSON = "integration@acme.example"
        switch grant {
        case "PASSWORD":
            return surroundings.instance(overriding: [
                "oauth.grant.type": "password", "oauth.user.username": user,
                "oauth.user.password": "sandbox-password", "event.notification.enabled": false,
            ]).text
        case "JWT":
            return surroundings.instance(overriding: [
                "oauth.grant.type": "jwt_bearer", "oauth.user.username": user,
                "oauth.jwt.private_key": .string(try SigningKey.pem("private")), "event.notification.enabled": false,
            ]).text
        default: return ""
        }
    }

    /// Ends the node; what it has said.
    func end() async throws -> String {
        serve.signal(SIGTERM)
        #expect(try await serve.exitStatus() == 0)
        return serve.output + serve.diagnostics
    }

    /// The dashboard without a terminal, on the store that the node has left.
    func dashboard() async throws -> String {
        let child = try Child(
            ["--plain", "--receiver", "127.0.0.1:0", "--management", "127.0.0.1:0"] + options,
            environment: environment
        )
        let running = directory.path + "/running.json"
        try await waitUntil("the dashboard to be at work", seen: { child.output + child.diagnostics }) {
            FileManager.default.fileExists(atPath: running)
        }
        child.signal(SIGTERM)
        #expect(try await child.exitStatus() == 0)
        return child.output + child.diagnostics
    }
}
