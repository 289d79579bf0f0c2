import AsyncHTTPClient
import Crypto
import Foundation
import NIOCore
import NIOHTTP1
import NIOSSL
import Primitives
import Synchronization
import TestSupport
import Testing

/// What keeps a node going for months happens while orgs post to it: no sender sees an error, and nothing is lost.
@Suite(.timed, .timeLimit(.minutes(20)))
struct MaintenanceTests {
    @Test func `certificate, secrets, keys, a backup and a purge change under load without an error at a sender`()
        async throws
    {
        let surroundings = try await Surroundings.start()
        let node = try await SecureNode.start(try ScratchDirectory(), ["--retention-events", "20"])
        let client = Self.client()
        let result: Result<Void, any Error>
        do { result = .success(try await run(surroundings, node, client)) } catch { result = .failure(error) }
        try await client.shutdown()
        try result.get()
    }

    private func run(_ surroundings: Surroundings, _ node: SecureNode, _ client: HTTPClient) async throws {
        func signalbox(_ arguments: String..., input: String = "") async throws -> Program.Output {
            let output = try await Program.run(arguments + ["--data-dir", node.directory.path], input: input)
            #expect(output.status == 0, "\(arguments): \(output.diagnostics)")
            return output
        }
        let settings: [String: JSON] = ["event.vendor.type": "webhooks"]
        _ = try await signalbox(
            "instances",
            "create",
            "--from",
            "-",
            input: surroundings.instance(overriding: settings).text
        )
        let api = node.url + "/elements/api-v2/instances/1/webhook"
        let webhook = try await Self.call(.GET, api, node.token, client)
        let path = try #require(
            webhook["receiverUrl"]?.string?.firstMatch(of: /\/elements.*/).map { String($0.output) }
        )
        let sender = Sender(
            url: "https://localhost:\(node.receiver)\(path)",
            secret: try #require(webhook["signingSecret"]?.string),
            client: client
        )
        let posting = Task {
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<4 { group.addTask { await sender.post() } }
            }
        }
        func goesOn(_ what: String) async throws {
            let before = sender.told.taken.count
            try await waitUntil("posts after \(what)", seen: { "\(sender.told.faults) \(node.process.diagnostics)" }) {
                let told = sender.told
                return told.taken.count >= before + 40 || !told.faults.isEmpty
            }
            #expect(sender.told.faults == [], "after \(what)")
        }
        try await goesOn("the start")

        try node.directory.write(try TLSKeys.pem("authority"), to: "tls.pem")
        try await node.hangUp(until: "read anew")
        try await goesOn("the reload of the certificate")

        let rotated = try await Self.call(.POST, api + "/secret", node.token, client)
        // The org has the former one until somebody tells it.
        try await goesOn("the rotation of the receiver's secret")
        sender.sign(with: try #require(rotated["signingSecret"]?.string))
        try await goesOn("the new secret")

        _ = try await signalbox(
            "instances",
            "update",
            "1",
            "--set",
            "event.notification.signature.key=whsec_\(Base64.encode(Array("another key of signatures".utf8)))",
            "--set",
            "event.notification.signature.rotation=60"
        )
        try await goesOn("the rotation of the signatures' key")

        let fresh = try JSON(parsing: try await signalbox("credentials", "rotate").output)
        let token = try #require(fresh["user"]?.string)
        #expect(token != node.token)
        _ = try await Self.call(.GET, api, token, client)
        try await goesOn("the rotation of the management secrets")

        let key = FileManager.default.contents(atPath: node.directory.path + "/key")
        let changed = try JSON(parsing: try await signalbox("credentials", "rotate-key").output)
        #expect(changed["instances"] == 1 && changed["key"] == "the key file")
        #expect(FileManager.default.contents(atPath: node.directory.path + "/key") != key)
        try await goesOn("the rotation of the key of stored secrets")

        // Of so small a database that hardly a webhook comes meanwhile; none of them may fail.
        let copy = try JSON(parsing: try await signalbox("backup", node.directory.path + "/copy.sqlite").output)
        #expect(try #require(copy["bytes"]?.integer) > 0)
        try await goesOn("the backup")

        // Five seconds after the start, else a minute later.
        try await waitUntil("a purge", within: 240, seen: { node.process.diagnostics }) {
            let told = try await Self.text(.GET, node.url + "/metrics", nil, client)
            return told.contains(/signalbox_retention_purged_events_total [1-9]/) || !sender.told.faults.isEmpty
        }
        try await goesOn("the purge")

        posting.cancel()
        await posting.value
        let told = sender.told
        #expect(told.faults == [])
        #expect(Set(told.taken).count == told.taken.count)
        let listen = surroundings.listen
        try await waitUntil("all of them at the callback", seen: { node.process.diagnostics }) {
            listen.lines.count >= told.taken.count
        }
        let received = surroundings.received
        #expect(Set(received.compactMap { $0["objectId"]?.string }) == Set(told.taken))
        // It has the former key alone, which still signs.
        #expect(received.allSatisfy { $0["refusal"] == nil })

        try await node.stop()
        let audit = try await signalbox("audit").lines.map { try JSON(parsing: $0) }
        let actions = Set(audit.compactMap { $0["action"]?.string })
        let expected: Set = [
            "receiver-secret.rotate", "instance.update", "management-secrets.rotate", "store.backup", "events.purge",
            "key.rotate",
        ]
        #expect(expected.isSubset(of: actions), "\(actions)")
        let sealing = try JSON(parsing: try await signalbox("credentials", "rotate-key").output)
        #expect(sealing["instances"]?.integer == 1)
        let last = try JSON(parsing: try #require(try await signalbox("audit", "--limit", "1").lines.first))
        #expect(last["action"]?.string == "key.rotate")
    }

    @Test func `the key may be a credential of the service manager, and is changed for another one that is given`()
        async throws
    {
        let directory = try ScratchDirectory()
        func audit(_ environment: [String: String], _ command: [String] = ["audit"]) async throws -> Program.Output {
            try await Program.run(command + ["--data-dir", directory.path + "/data"], environment: environment)
        }
        let first = Base64.encode((0..<32).map { _ in UInt8.random(in: 0...255) })
        let second = Base64.encode((0..<32).map { _ in UInt8.random(in: 0...255) })
        let file = try directory.write(first + "\n", to: "signalbox-key")
        let credential = ["CREDENTIALS_DIRECTORY": directory.path]
        let data = directory.path + "/data"
        let node = try Child(
            ["serve", "--data-dir", data, "--receiver", "127.0.0.1:0", "--management", "127.0.0.1:0"],
            environment: credential
        )
        _ = try await ManagementAPI.running(in: data, otherThan: nil)
        node.signal(SIGTERM)
        #expect(try await node.exitStatus() == 0, "\(node.diagnostics)")
        #expect(try await audit(credential).status == 0)
        #expect(!FileManager.default.fileExists(atPath: directory.path + "/data/key"))
        let rotate = ["credentials", "rotate-key"]
        let without = try await audit(credential, rotate)
        #expect(without.status == 1 && without.diagnostics.contains(file), "\(without.diagnostics)")
        let rotated = try await audit(credential.merging(["SIGNALBOX_NEW_KEY": second]) { $1 }, rotate)
        #expect(rotated.status == 0 && rotated.output.contains("SIGNALBOX_NEW_KEY"), "\(rotated.diagnostics)")
        #expect(!(rotated.output + rotated.diagnostics).contains(second))
        let former = try await audit(credential)
        #expect(former.status == 1 && former.diagnostics.contains("/signalbox-key does not open the secrets"))
        try directory.write(second, to: "signalbox-key")
        #expect(try await audit(credential).lines.count == 1)
        // The variable goes before it.
        #expect(try await audit(credential.merging(["SIGNALBOX_KEY": first]) { $1 }).status == 1)
        try directory.write("no key", to: "signalbox-key")
        let wrong = try await audit(credential)
        #expect(wrong.status == 1 && wrong.diagnostics.contains("\(file) must be 32 bytes"), "\(wrong.diagnostics)")
    }

    @Test func `a node that is killed while its key is changed starts with a key that opens everything`() async throws {
        let directory = try ScratchDirectory()
        let surroundings = try await Surroundings.start()
        let path = directory.path
        func serve(formerly former: Int32?) async throws -> (Child, Int32) {
            let node = try Child(
                ["serve", "--data-dir", path, "--receiver", "127.0.0.1:0", "--management", "127.0.0.1:0"]
            )
            let api = try await ManagementAPI.running(in: path, otherThan: former)
            return (node, api.processID)
        }
        let command = ["credentials", "rotate-key", "--data-dir", path]
        var (node, process) = try await serve(formerly: nil)
        let made = try await Program.run(
            ["instances", "create", "--from", "-", "--data-dir", path],
            input: surroundings.instance().text
        )
        #expect(made.status == 0, "\(made.diagnostics)")
        for round in 0..<6 {
            let rotation = try Child(command)
            try await waitUntil("the rotation", seen: { node.diagnostics + rotation.diagnostics }) {
                rotation.status != nil || FileManager.default.fileExists(atPath: path + "/key.next")
            }
            node.signal(SIGKILL)
            _ = try await node.exitStatus()
            _ = try await rotation.exitStatus()
            (node, process) = try await serve(formerly: process)
            let shown = try await Program.run(["instances", "show", "1", "--data-dir", path])
            #expect(shown.status == 0 && shown.output.contains("********"), "\(round): \(shown.diagnostics)")
            #expect(!FileManager.default.fileExists(atPath: path + "/key.next"))
        }
        let last = try await Program.run(command)
        #expect(last.status == 0, "\(last.diagnostics)")
        // It still gets into the org.
        let polled = try await Program.run(["instances", "poll", "1", "--data-dir", path])
        #expect(polled.status == 0, "\(polled.diagnostics)")
        node.signal(SIGTERM)
        #expect(try await node.exitStatus() == 0, "\(node.diagnostics)")
    }

    @Test
    func `a key that a node was given is changed while it runs, and the former one starts it until it is replaced`()
        async throws
    {
        let directory = try ScratchDirectory()
        let path = directory.path
        let keys = ["0a", "0b"].map { String(repeating: $0, count: 32) }
        func serve(_ key: String, formerly former: Int32?) async throws -> (Child, Int32) {
            let node = try Child(
                ["serve", "--data-dir", path, "--receiver", "127.0.0.1:0", "--management", "127.0.0.1:0"],
                environment: ["SIGNALBOX_KEY": key]
            )
            return (node, try await ManagementAPI.running(in: path, otherThan: former).processID)
        }
        func stop(_ node: Child) async throws {
            node.signal(SIGTERM)
            #expect(try await node.exitStatus() == 0, "\(node.diagnostics)")
        }
        let command = ["credentials", "rotate-key", "--data-dir", path]
        var (node, process) = try await serve(keys[0], formerly: nil)
        let without = try await Program.run(command)
        #expect(without.status == 1 && without.diagnostics.contains("The key stands in SIGNALBOX_KEY"))
        let changed = try await Program.run(command, environment: ["SIGNALBOX_NEW_KEY": keys[1]])
        #expect(changed.status == 0, "\(changed.diagnostics)")
        try await stop(node)
        #expect(!node.diagnostics.contains(keys[1]))
        (node, process) = try await serve(keys[0], formerly: process)
        #expect(node.diagnostics.contains("SIGNALBOX_KEY still holds the former key"), "\(node.diagnostics)")
        try await stop(node)
        (node, process) = try await serve(keys[1], formerly: process)
        try await stop(node)
        let former = try await Program.run(["audit", "--data-dir", path], environment: ["SIGNALBOX_KEY": keys[0]])
        #expect(former.status == 1 && former.diagnostics.contains("does not open the secrets"), "\(former.diagnostics)")
    }

    // MARK: Parts

    private static func client() -> HTTPClient {
        var tls = TLSConfiguration.makeClientConfiguration()
        // Both certificates are of one name, so that no client can tell them apart that trusts either.
        tls.certificateVerification = .none
        var configuration = HTTPClient.Configuration(tlsConfiguration: tls)
        // So that there are new connections all the time.
        configuration.maximumUsesPerConnection = 25
        return HTTPClient(configuration: configuration)
    }

    private static func text(
        _ method: HTTPMethod,
        _ url: String,
        _ token: String?,
        _ client: HTTPClient
    ) async throws -> String {
        var request = HTTPClientRequest(url: url)
        request.method = method
        if let token { request.headers.add(name: "Authorization", value: "Bearer \(token)") }
        let response = try await client.execute(request, timeout: .seconds(120))
        let text = String(buffer: try await response.body.collect(upTo: 1 << 24))
        guard response.status == .ok else { throw TimedOut(description: "\(url): \(response.status) \(text)") }
        return text
    }

    private static func call(
        _ method: HTTPMethod,
        _ url: String,
        _ token: String,
        _ client: HTTPClient
    ) async throws -> JSON { try JSON(parsing: try await text(method, url, token, client)) }
}

/// Posts signed webhooks, each of another record, the next one when the last one was answered.
private final class Sender: Sendable {
    struct Told {
        /// Records whose webhook was acknowledged.
        var taken: [String] = []
        var faults: [String] = []
    }

    private let url: String
    private let secret: Locked<String>
    private let client: HTTPClient
    private let last = Atomic<Int>(0)
    private let state = Locked(Told())

    init(url: String, secret: String, client: HTTPClient) {
        self.url = url
        self.secret = Locked(secret)
        self.client = client
    }

    var told: Told { state.withLock { $0 } }

    func sign(with secret: String) { self.secret.withLock { $0 = secret } }

    /// Until the task is cancelled; what is under way then is still answered.
    func post() async {
        while !Task.isCancelled {
            let number = last.add(1, ordering: .relaxed).newValue
            let digits = String(number)
            let id = "001" + String(repeating: "0", count: 12 - digits.count) + digits + "AAA"
            let answer = await Task { await self.answer(id, number) }.value
            state.withLock { state in
                if let answer { state.faults.append(answer) } else { state.taken.append(id) }
            }
        }
    }

    /// What is wrong with it; nil where the webhook was taken.
    private func answer(_ id: String, _ number: Int) async -> String? {
        let body: JSON = [
            "operation": "insert", "object": "Account",
            "records": [
                [
                    "Id": .string(id), "Name": .string("Account \(number)"),
                    "SystemModstamp": "2026-11-23T18:00:05.000+0000",
                ]
            ],
        ]
        let key = SymmetricKey(data: Base64.decode(String(secret.withLock { $0 }.dropFirst(6))) ?? [])
        let request = HTTPClientRequest.signedWebhook(body, id: "msg_\(number)", key: key, to: url)
        do {
            let response = try await client.execute(request, timeout: .seconds(60))
            let text = String(buffer: try await response.body.collect(upTo: 1 << 20))
            return response.status == .accepted ? nil : "\(response.status.code) \(text)"
        } catch { return "\(error)" }
    }
}
