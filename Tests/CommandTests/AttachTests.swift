import Callbacks
import Domain
import EngineAPI
import EngineTestSupport
import FoundationEssentials
import Glibc
import Primitives
import RemoteEngine
import Salesforce
import Store
import TestSupport
import Testing

@testable import signalbox

/// Whose engine is used, and with which token.
struct AttachTests {
    private func settings(_ change: (inout Settings) -> Void = { _ in }) -> Settings {
        var settings = Settings(dataDirectory: "/nonexistent")
        settings.attach = "http://127.0.0.1:8181"
        change(&settings)
        return settings
    }

    @Test func `https is advised where no answer began, and not to who has had one from the node`() {
        func clause(_ kind: TransportFault.Kind) -> String {
            let url = "http://127.0.0.1:8181"
            return AttachedNode.clause(TransportFault(kind, details: "", url: url), url: url, answer: "10 s")
        }
        #expect(clause(.closed).contains("https://"))
        #expect(!clause(.closedMidway).contains("https://"))
    }

    @Test func `a node that takes nothing in says so, and why`() async throws {
        let answers: [(String, String?)] = [("503 Service Unavailable", "Only 3 MiB are free."), ("200 OK", nil)]
        for (status, reason) in answers {
            let body = JSON.object([.init("message", .string(reason ?? "ready"))]).text
            let answer = "HTTP/1.1 \(status)\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
            let findings = try await ScriptedServer.run({ _, _ in .answer(answer) }) { server, port -> [Finding] in
                let settings = self.settings { $0.attach = "http://127.0.0.1:\(port)" }
                let node = try #require(try AttachedNode.elsewhere(settings, environment: ["SIGNALBOX_TOKEN": "t"]))
                let attachment = Attachment(node, isBeside: false)
                let findings = await Examination.readiness(of: attachment)
                await attachment.close()
                #expect(server.requests.first?.hasPrefix("GET /readyz ") == true)
                return findings
            }
            let expected: [Finding] = reason.map { [.failed("node", "It is not ready: \($0)")] } ?? []
            #expect(findings == expected)
        }
    }

    @Test func `callbacks are judged by the rule of the node that posts, not by that of the command`() async throws {
        let directory = try ScratchDirectory()
        defer { directory.remove() }
        let lock = try DirectoryLock(path: directory.path + "/lock")
        let own = try AddressRule(denying: "192.0.2.0/24")
        var settings = Settings(dataDirectory: directory.path)
        settings.callbackRule = own
        let examination = Examination(settings: settings, environment: [:], posts: false)
        #expect(examination.rule == own)
        let place = HostPort(host: "127.0.0.1", port: 1)
        var record = RunningRecord(processID: getpid(), management: place, receiver: place)
        record.token = DirectoryLock.holder(of: directory.path)?.token
        record.callbackRule = try AddressRule(denying: "127.0.0.0/8,::1")
        try record.write(dataDirectory: directory.path)
        #expect(examination.rule == record.callbackRule)
        let reached = await CallbackExamination.reached(
            "http://127.0.0.1:1/x",
            as: "callback",
            by: try Clients(settings, environment: [:]),
            examination.rule
        )
        #expect(reached.verdict == .failed && reached.sentence.contains("127.0.0.0/8"), "\(reached)")
        withExtendedLifetime(lock) {}
    }

    @Test func `the secrets go to the process that has the data directory alone`() throws {
        let directory = try ScratchDirectory()
        defer { directory.remove() }
        let settings = Settings(dataDirectory: directory.path)
        let node = AttachedNode.beside(settings)
        func words() -> String? {
            do {
                _ = try node.address()
                return nil
            } catch { return (error as? CommandFailure)?.message }
        }
        func record(_ token: String?) throws {
            let place = HostPort(host: "127.0.0.1", port: 4711)
            try RunningRecord(processID: getpid(), management: place, receiver: place, token: token)
                .write(dataDirectory: directory.path)
        }
        // One that was killed has left its record. In a container the next one has its id.
        try record("a1")
        try directory.write("\(getpid())\na1\n", to: "lock")
        #expect(words()?.contains("No signalbox runs on") == true)
        var lock: DirectoryLock? = try DirectoryLock(path: directory.path + "/lock")
        #expect(RunningRecord.read(dataDirectory: directory.path) == nil)
        let holder = try #require(DirectoryLock.holder(of: directory.path))
        #expect(holder.processID == getpid())
        try record(holder.token)
        #expect(try node.address().url == "http://127.0.0.1:4711")
        // A command has it now, though the record could not be taken away.
        for former in ["a1", nil] {
            try record(former)
            #expect(
                words() == "The process \(getpid()) has \(directory.path) and does not say where it listens; "
                    + "it starts, or is another command: wait for its end."
            )
            RunningRecord.remove(dataDirectory: directory.path)
            #expect(RunningRecord.read(dataDirectory: directory.path) != nil)
        }
        withExtendedLifetime(lock) {}
        lock = nil
        lock = try DirectoryLock(path: directory.path + "/lock")
        #expect(DirectoryLock.holder(of: directory.path)?.token != holder.token)
        // A node of an earlier version draws none.
        try Data("\(getpid())\n".utf8).write(to: URL(filePath: directory.path + "/lock"))
        try record(nil)
        #expect(try node.address().url == "http://127.0.0.1:4711")
        try FileManager.default.removeItem(atPath: directory.path + "/running.json")
        #expect(words()?.contains("does not say where it listens") == true)
        withExtendedLifetime(lock) {}
    }

    @Test func `nothing is attached to without being asked for`() throws {
        let plain = settings { $0.attach = nil }
        #expect(try AttachedNode.elsewhere(plain, environment: ["SIGNALBOX_TOKEN": "t"]) == nil)
    }

    @Test func `the token is in the variable or in a file, pasted however`() throws {
        let directory = try ScratchDirectory()
        try directory.write("  \"secret-of-a-node\"\n", to: "token")
        let inFile = settings { $0.tokenFile = directory.path + "/token" }
        for (settings, environment) in [
            (inFile, ["SIGNALBOX_TOKEN": "another"]), (settings(), ["SIGNALBOX_TOKEN": "secret-of-a-node "]),
        ] {
            let node = try AttachedNode.elsewhere(settings, environment: environment)
            let address = try #require(try node?.address())
            #expect(address.url == "http://127.0.0.1:8181" && address.token.matches("secret-of-a-node"))
        }
    }

    @Test func `without a token it is wrong use, and a bad file is named`() throws {
        #expect(throws: UsageError.self) { try AttachedNode.elsewhere(settings(), environment: [:]) }
        let directory = try ScratchDirectory()
        try directory.write("two words", to: "words")
        try directory.write(String(repeating: "x", count: 5000), to: "long")
        for name in ["none", "words", "long"] {
            let path = directory.path + "/" + name
            #expect {
                try AttachedNode.elsewhere(settings { $0.tokenFile = path }, environment: [:])
            } throws: { ($0 as? UsageError)?.message.contains(path) == true }
            #expect {
                try AttachedNode.elsewhere(
                    settings { $0.attachTLS.ca = path },
                    environment: ["SIGNALBOX_TOKEN": "secret-of-a-node"]
                )
            } throws: { ($0 as? UsageError)?.message.contains(path) == true }
        }
    }

    @Test(
        arguments: [
            ("http://localhost:8181/", "http://localhost:8181"),
            ("https://a.example/signalbox//", "https://a.example/signalbox"),
            ("ftp://a", nil), ("8181", nil), ("http://a?x=1", nil), ("http://a#b", nil), ("", nil),
        ] as [(String, String?)]
    )
    func `the address is scheme, host and port`(_ text: String, _ url: String?) throws {
        let resolve = {
            try Settings.resolve(options: [.attach: text], environment: ["HOME": "/home/ada"], file: nil)
        }
        if let url { #expect(try resolve().attach == url) } else { #expect(throws: UsageError.self) { try resolve() } }
    }

    @Test(
        arguments: [
            ("http://127.0.0.1:8181", true), ("http://127.9.0.255", true), ("http://[::1]:8181/x", true),
            ("http://LOCALHOST:1", true), ("https://node.example", true), ("HTTPS://10.0.0.1", true),
            ("http://node.example:8181", false), ("http://10.0.0.1:8181", false), ("http://[fe80::1]:8181", false),
            ("http://[::10]:8181", false), ("http://localhost.example:8181", false),
            ("http://127.0.0.1.example", false), ("http://127.example.com", false), ("http://127.0.0.256", false),
            ("http://0.0.0.0:8181", false),
        ]
    )
    func `in clear the token goes nowhere but to this machine`(_ text: String, _ isTaken: Bool) throws {
        for place in ["option", "variable"] {
            let resolve = {
                try Settings.resolve(
                    options: place == "option" ? [.attach: text] : [:],
                    environment: place == "variable"
                        ? ["HOME": "/home/ada", "SIGNALBOX_ATTACH": text] : ["HOME": "/home/ada"],
                    file: nil
                )
            }
            guard !isTaken else {
                #expect(try resolve().attach == text)
                continue
            }
            #expect {
                try resolve()
            } throws: { error in
                let words = (error as? UsageError)?.message ?? ""
                return ["in clear", "https://", "ssh -L"].allSatisfy { words.contains($0) }
            }
        }
    }
}
