import AsyncHTTPClient
import Domain
import Foundation
import NIOCore
import NIOHTTP1
import Primitives
import TestSupport
import Testing

/// No command tells a secret, however much it logs.
@Suite(.programs, .timeLimit(.minutes(20)))
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

    /// A secret as it may stand somewhere: itself, in base64 wherever it begins there, and with percent signs.
    private static func forms(of secret: String) -> Set<String> {
        var forms: Set<String> = [secret]
        for (offset, head) in [(0, 0), (1, 2), (2, 3)] {
            let text = Base64.encode(Array(repeating: 0, count: offset) + Array(secret.utf8))
            let core = String(text.filter { $0 != "=" }.dropFirst(head).dropLast(2))
            forms.formUnion([core, core.replacing("+", with: "-").replacing("/", with: "_")])
        }
        let unreserved = CharacterSet(charactersIn: "-._~").union(.alphanumerics)
        for allowed in [unreserved, CharacterSet.urlQueryAllowed] {
            if let text = secret.addingPercentEncoding(withAllowedCharacters: allowed) { forms.insert(text) }
        }
        return forms
    }

    private static func files(below path: String) -> [String] {
        (FileManager.default.enumerator(atPath: path)?.allObjects as? [String] ?? []).map { path + "/" + $0 }
    }

    @Test func `no secret stands in a file, a log, an export, a copy or an answer, in whatever form`() async throws {
        let directory = try ScratchDirectory()
        let (data, outside) = (directory.path + "/data", directory.path + "/outside")
        try FileManager.default.createDirectory(atPath: outside, withIntermediateDirectories: true)
        // Every delivery fails.
        let surroundings = try await Surroundings.start(listenOptions: ["--status", "500"])
        let pem = try SigningKey.pem("private")
        try await surroundings.control(
            "org",
            ["passwordGrant": true, "jwtPublicKey": .string(try SigningKey.pem("public"))]
        )
        let options = ["--data-dir", data, "--log-level", "trace", "--log-format", "json"]
        let environment = ["SIGNALBOX_ALLOW_PASSWORD_GRANT": "true"]
        let serve = try Child(
            ["serve", "--receiver", "127.0.0.1:0", "--management", "127.0.0.1:0"] + options,
            environment: environment
        )
        let api = try await ManagementAPI.running(in: data)
        var told: [(who: String, bytes: Data)] = []
        func signalbox(_ arguments: String..., input: String = "") async throws -> String {
            let output = try await Program.run(arguments + options, input: input, environment: environment)
            #expect(output.status == 0, "\(arguments): \(output.diagnostics.suffix(2000))")
            told.append((arguments.joined(separator: " "), Data((output.output + output.diagnostics).utf8)))
            return output.output
        }
        func token(_ scope: String) async throws -> String {
            let made = try await Program.run(["credentials", "create", scope, "--scope", scope] + options)
            return try #require(try JSON(parsing: made.output)["token"]?.string)
        }
        let (read, operate) = (try await token("read"), try await token("operate"))
        let user: JSON = "integration@acme.example"
        let headers: JSON = [
            "X-Api-Key": "header secret/42+of the callback", "Authorization": "Basic c2lnbmFsOmJveC1oZWFkZXI=",
        ]
        var secrets: [(name: String, text: String)] = [
            ("signature key", String(Surroundings.key.dropFirst(6))), ("password", "sandbox-password"),
            ("client secret", surroundings.access["clientSecret"]?.string ?? ""),
            ("code", surroundings.access["authorizationCode"]?.string ?? ""),
            ("private key", String(pem.split(separator: "\n")[1])), ("header", "header secret/42+of the callback"),
            ("basic header", "c2lnbmFsOmJveC1oZWFkZXI="), ("read token", read), ("operate token", operate),
        ]
        for settings: [String: JSON] in [
            ["event.notification.headers": .string(headers.text)],
            [
                "oauth.grant.type": "password", "oauth.user.username": user, "oauth.user.password": "sandbox-password",
                "event.vendor.type": "webhooks",
            ],
            [
                "oauth.grant.type": "jwt_bearer", "oauth.user.username": user, "oauth.jwt.private_key": .string(pem),
                "event.notification.enabled": false,
            ],
        ] { _ = try await api.post("/instances", surroundings.instance(overriding: settings)) }
        var receivers: [(name: String, text: String)] = []
        for id in 1...3 {
            let webhook = try await api.get("/instances/\(id)/webhook")
            let address = try #require(webhook["receiverUrl"]?.string)
            receivers.append(("receiver of \(id)", String(try #require(address.split(separator: "/").last))))
            let secret = try #require(webhook["signingSecret"]?.string)
            secrets.append(("receiver secret of \(id)", String(secret.dropFirst(6))))
            let element = try #require(try await api.get("/instances/\(id)")["token"]?.string)
            receivers.append(("element token of \(id)", element))
        }
        // A webhook that nobody signed is refused, and said without its address.
        let running = try JSON(parsing: FileManager.default.contents(atPath: data + "/running.json") ?? Data())
        let receiver = try #require(running["receiver"]?.string)
        var request = HTTPClientRequest(
            url: "http://\(receiver)/elements/api-v2/events/sfdc/"
                + (receivers.first { $0.name.hasSuffix("2") }?.text ?? "")
        )
        request.method = .POST
        request.body = .bytes(ByteBuffer(string: #"{"operation":"insert","object":"Account","records":[]}"#))
        #expect(try await HTTPClient.shared.execute(request, timeout: .seconds(60)).status == .unauthorized)
        _ = try await surroundings.control("create", ["object": "Account", "fields": ["Name": "Acme"]])
        _ = try await signalbox("instances", "poll", "1")
        try await waitUntil("a delivery that failed", seen: { serve.diagnostics }) {
            try await api.get("/instances/1/deliveries").array?.contains { $0["lastStatus"]?.integer == 500 } == true
        }
        let line = try #require(try await signalbox("events", "list").split(separator: "\n").first)
        let event = try #require(try JSON(parsing: String(line))["id"]?.string)
        for format in ["ndjson", "csv", "har"] {
            _ = try await signalbox("events", "export", "--format", format, "--output", outside + "/events." + format)
        }
        _ = try await signalbox("backup", outside + "/copy.sqlite")
        _ = try await signalbox("instances", "show", "1")
        _ = try await signalbox("events", "show", event)
        _ = try await signalbox("audit")
        // It ends with 1, as the callback fails.
        let doctor = try await Program.run(["doctor"] + options, environment: environment)
        told.append(("doctor", Data((doctor.output + doctor.diagnostics).utf8)))
        // What each scope is answered; only admin may see where orgs post to, and for whom an Element token speaks.
        var answers: [(who: String, bytes: Data)] = []
        for path in [
            "/instances", "/instances/1", "/instances/2/configuration", "/instances/1/event-poller-records",
            "/instances/1/events", "/instances/events/\(event)", "/instances/1/deliveries",
            "/instances/events/\(event)/attempts", "/signalbox/v1/instances", "/signalbox/v1/instances/2",
            "/signalbox/v1/statistics", "/signalbox/v1/instances/2/apex", "/metrics", "/openapi.json", "/readyz",
        ] {
            for (scope, token) in [("read", read), ("operate", operate), ("admin", api.token)] {
                let answer = try await api.answer(to: path, token: token)
                #expect(answer.status == 200, "\(path) for \(scope): \(answer.status)")
                told.append(("\(path) for \(scope)", answer.body))
                if scope != "admin" { answers.append(("\(path) for \(scope)", answer.body)) }
            }
        }
        func scan(_ place: String) {
            for file in Self.files(below: place) {
                let name = URL(filePath: file).lastPathComponent
                guard !["credentials.json", "key"].contains(name),
                    let bytes = FileManager.default.contents(atPath: file)
                else { continue }
                told.append((name, bytes))
            }
        }
        scan(data)
        serve.signal(SIGTERM)
        #expect(try await serve.exitStatus() == 0)
        scan(data)
        scan(outside)
        told.append(("the log", Data(serve.diagnostics.utf8)))
        let key = String(decoding: FileManager.default.contents(atPath: data + "/key") ?? Data(), as: UTF8.self)
        secrets.append(("encryption key", String(key.prefix { !$0.isNewline })))
        let credentials = try JSON(parsing: FileManager.default.contents(atPath: data + "/credentials.json") ?? Data())
        for name in ["user", "organization"] { secrets.append((name, credentials[name]?.string ?? "")) }

        for (name, text) in secrets + receivers {
            #expect(text.utf8.count >= 8, "\(name)")
            let isReceiver = receivers.contains { $0.name == name }
            // Whoever is admin, or owns the data directory's secrets, may see the addresses; no file holds them.
            let places =
                isReceiver ? told.filter { !$0.who.hasSuffix("for admin") && !$0.who.hasPrefix("instances ") } : told
            for (form, place) in Self.forms(of: text).flatMap({ form in places.map { (form, $0) } })
            where place.bytes.range(of: Data(form.utf8)) != nil {
                Issue.record("\(place.who) tells the \(name)")
            }
        }
        #expect(told.count > 70 && answers.count == 30 && secrets.count == 15)
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
        #expect(Set(names ?? []).isSubset(of: ["pid", "lock", "management", "receiver", "callbackDeny"]))
        serve.signal(SIGTERM)
        #expect(try await serve.exitStatus() == 0)
    }
}
