import Domain
import Foundation
import Primitives
import TestSupport
import Testing

/// The engine without a screen.
@Suite(.programs, .timeLimit(.minutes(20)))
struct ServeTests {
    private static let anyPorts = ["--receiver", "127.0.0.1:0", "--management", "127.0.0.1:0"]

    private func serve(
        _ directory: ScratchDirectory,
        _ options: [String] = [],
        environment: [String: String] = [:]
    ) async throws -> Child {
        let child = try Child(
            ["serve", "--data-dir", directory.path] + Self.anyPorts + options,
            environment: environment
        )
        let path = directory.path + "/running.json"
        try await waitUntil("serve to be ready", seen: { child.diagnostics }) { () -> Bool? in
            let text = FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
            return text?.contains("\"pid\":\(child.processID),") == true ? true : nil
        }
        return child
    }

    private func signalbox(_ directory: ScratchDirectory, _ arguments: String..., input: String = "") async throws
        -> Program.Output
    {
        let result = try await Program.run(arguments + ["--data-dir", directory.path], input: input)
        #expect(result.status == 0, "\(arguments): \(result.diagnostics)")
        return result
    }

    @Test func `what tells where the listeners are is for its user alone`() async throws {
        let directory = try ScratchDirectory()
        let serve = try await serve(directory)
        let attributes = try FileManager.default.attributesOfItem(atPath: directory.path + "/running.json")
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        serve.signal(SIGTERM)
        #expect(try await serve.exitStatus() == 0)
    }

    @Test func `a service manager hears that it is ready, that it lives, and that it ends`() async throws {
        let directory = try ScratchDirectory()
        let name = "@signalbox-end-\(UUID().uuidString)"
        let inbox = try #require(DatagramInbox(name))
        let serve = try await serve(
            directory,
            environment: ["NOTIFY_SOCKET": name, "WATCHDOG_USEC": "200000"]
        )
        let received = Locked<[String]>([])
        let ready = "READY=1\nSTATUS=At work"
        let first = try await waitUntil("a sign of life", seen: { serve.diagnostics }) { () -> [String]? in
            received.withLock { received in
                received += inbox.all()
                guard let place = received.firstIndex(of: ready), received.count > place + 1 else { return nil }
                return Array(received[...(place + 1)])
            }
        }
        #expect(first.suffix(2) == [ready, "WATCHDOG=1"])
        // Before that it asks for time, as a large store may take long.
        #expect(first.count > 2)
        #expect(first.dropLast(2).allSatisfy { $0.hasPrefix("EXTEND_TIMEOUT_USEC=") && $0.hasSuffix("\nWATCHDOG=1") })
        serve.signal(SIGTERM)
        // A service manager reads what it is sent; a full socket would keep the last message out.
        try await waitUntil("the end to be said", seen: { serve.diagnostics }) {
            inbox.all().last == "STOPPING=1" ? true : nil
        }
        #expect(try await serve.exitStatus() == 0)
    }

    @Test func `the seed's JSON makes a working instance, and replay reaches the callback again`() async throws {
        let directory = try ScratchDirectory()
        let surroundings = try await Surroundings.start()
        let serve = try await serve(directory)
        let made = try await signalbox(
            directory,
            "instances",
            "create",
            "--from",
            "-",
            input: surroundings.instance().text
        )
        let id = try #require(try JSON(parsing: made.output)["id"]?.integer)

        let account = try await surroundings.control("create", ["object": "Account", "fields": ["Name": "Acme"]])
        let record = try #require(account["id"]?.string)
        _ = try await signalbox(directory, "instances", "poll", "\(id)")
        let first = try await surroundings.received { $0["objectId"]?.string == record }
        #expect(first["eventType"] == "CREATED")
        #expect(first["signature", "elements"] == "valid")
        #expect(first["signature", "standardWebhooks"] == "valid")
        #expect(first["replay"] == false)
        let version = try #require(try await Program.run(["--version"]).lines.first)
        #expect(first["headers", "user-agent"]?.string == "Signalbox/" + version)

        let event = try #require(first["eventId"]?.string)
        let replayed = try JSON(parsing: try await signalbox(directory, "events", "replay", event).output)
        #expect(replayed["success"] == true)
        #expect(replayed["eventId"]?.string == event)
        let again = try await surroundings.received { $0["eventId"]?.string == event && $0["replay"] == true }
        #expect(again["signature", "elements"] == "valid")
        #expect(again["signature", "standardWebhooks"] == "valid")
        #expect(again["attempt"] == 2)

        serve.signal(SIGTERM)
        #expect(try await serve.exitStatus() == 0)
    }

    @Test func `a simulated org of another seed is another org, which an instance does not change to unasked`()
        async throws
    {
        let directory = try ScratchDirectory()
        let surroundings = try await Surroundings.start()
        let body = surroundings.instance(overriding: ["oauth.grant.type": "client_credentials"]).text
        _ = try await signalbox(directory, "instances", "create", "--from", "-", input: body)
        let other = try Child(["simulate-org", "--port", "0", "--records", "3", "--seed", "2"])
        let line = try await waitUntil("the other org's line", seen: { other.diagnostics }) { other.lines.first }
        let url = try #require(try JSON(parsing: line)["baseURL"]?.string)
        let moved = try await Program.run([
            "instances", "update", "1", "--set", "base.url=\(url)", "--data-dir", directory.path,
        ])
        #expect(moved.status == 1, "\(moved)")
        for id in ["00DHs0000000000MAA", "00DHs0000000001MAA"] {
            #expect(moved.diagnostics.contains(id), "\(moved.diagnostics)")
        }
    }

    @Test func `a record's whole life arrives in order, none missing, none twice`() async throws {
        let directory = try ScratchDirectory()
        let surroundings = try await Surroundings.start()
        let serve = try await serve(directory)
        let body = surroundings.instance().text
        _ = try await signalbox(directory, "instances", "create", "--from", "-", input: body)
        let made = try await surroundings.control("create", ["object": "Contact", "fields": ["LastName": "Lovelace"]])
        let record = try #require(made["id"]?.string)
        let steps: [(String, JSON)] = [
            ("change", ["object": "Contact", "id": .string(record), "fields": ["Title": "CTO"]]),
            ("delete", ["object": "Contact", "id": .string(record)]),
            ("undelete", ["object": "Contact", "id": .string(record)]),
        ]
        _ = try await signalbox(directory, "instances", "poll", "1")
        for (path, order) in steps {
            // Stamps are whole seconds: the next change gets a later one.
            try await surroundings.control("clock", ["advance": 2])
            try await surroundings.control(path, order)
            _ = try await signalbox(directory, "instances", "poll", "1")
        }
        let listen = surroundings.listen
        let types = try await waitUntil("four notifications", seen: { listen.output }) { () -> [String]? in
            let lines = listen.lines.compactMap { try? JSON(parsing: $0) }.filter { $0["objectId"]?.string == record }
            return lines.count >= 4 ? lines.compactMap { $0["eventType"]?.string } : nil
        }
        #expect(types == ["CREATED", "UPDATED", "DELETED", "UPDATED"])
        serve.signal(SIGTERM)
        #expect(try await serve.exitStatus() == 0)
    }

    @Test func `an Outbound Message of the org reaches the callback, without any Apex`() async throws {
        let directory = try ScratchDirectory()
        let surroundings = try await Surroundings.start()
        let serve = try await serve(directory)
        let body = surroundings.instance(
            overriding: ["event.vendor.type": "webhooks", "event.webhook.deploy.apex": false]
        )
        _ = try await signalbox(directory, "instances", "create", "--from", "-", input: body.text)
        let shown = try JSON(parsing: try await signalbox(directory, "instances", "show", "1").output)
        let receiver = try #require(shown["state", "receiverUrl"]?.string)
        let rule: JSON = [
            "object": "Account", "url": .string(receiver + "/outbound"),
            "fields": ["Id", "Name", "CreatedDate", "LastModifiedDate", "SystemModstamp"],
        ]
        try await surroundings.control("outbound", rule)
        let made = try await surroundings.control("create", ["object": "Account", "fields": ["Name": "Acme"]])
        let record = try #require(made["id"]?.string)
        let first = try await surroundings.received { $0["objectId"]?.string == record }
        #expect(first["eventType"] == "CREATED")
        // Stamps are whole seconds: the next change gets a later one.
        try await surroundings.control("clock", ["advance": 2])
        try await surroundings.control(
            "change",
            ["object": "Account", "id": .string(record), "fields": ["Name": "Ada"]]
        )
        let second = try await surroundings.received {
            $0["objectId"]?.string == record && $0["eventType"] == "UPDATED"
        }
        #expect(second["signature", "elements"] == "valid")
        serve.signal(SIGTERM)
        #expect(try await serve.exitStatus() == 0)
    }

    @Test func `killed in the middle of delivering, it carries on with nothing lost`() async throws {
        let directory = try ScratchDirectory()
        let surroundings = try await Surroundings.start(listenOptions: ["--delay", "40"])
        var serve = try await serve(directory)
        let body = surroundings.instance().text
        _ = try await signalbox(directory, "instances", "create", "--from", "-", input: body)
        let count = 200
        let records = (0..<count).map { JSON.object([.init("Name", .string("Company \($0)"))]) }
        try await surroundings.control("create", ["object": "Account", "records": .array(records)])
        _ = try await signalbox(directory, "instances", "poll", "1")
        serve.signal(SIGKILL)
        #expect(try await serve.exitStatus() == 128 + SIGKILL)
        let before = Set(surroundings.received.compactMap { $0["eventId"]?.string })

        serve = try await self.serve(directory)
        let listen = surroundings.listen
        let delivered = try await waitUntil("all events", seen: { "\(before.count) before the kill" }) {
            () -> Set<String>? in
            let ids = Set(listen.lines.compactMap { (try? JSON(parsing: $0))?["eventId"]?.string })
            return ids.count >= count ? ids : nil
        }
        let stored = try await signalbox(directory, "events", "list", "--limit", "0").lines
            .compactMap { try JSON(parsing: $0)["id"]?.string }
        #expect(Set(stored) == delivered)
        #expect(stored.count == count)
        serve.signal(SIGTERM)
        #expect(try await serve.exitStatus() == 0)
    }

    @Test func `commands give the same beside a running engine and without one`() async throws {
        let directory = try ScratchDirectory()
        let surroundings = try await Surroundings.start()
        let body = surroundings.instance().text
        // Without one: the command brings its own engine.
        let made = try JSON(
            parsing: try await signalbox(directory, "instances", "create", "--from", "-", input: body).output
        )
        #expect(made["name"] == "mySFDCInstance")
        #expect(made["configuration"]?["oauth.api.secret"] == "********")
        try await surroundings.control("create", ["object": "Account", "fields": ["Name": "Acme"]])
        _ = try await signalbox(directory, "instances", "poll", "1")
        let alone = try await signalbox(directory, "events", "list", "--filter", "object:Account since:1h").lines
        #expect(alone.count == 1)

        let serve = try await serve(directory)
        let beside = try await signalbox(directory, "events", "list", "--filter", "object:Account since:1h").lines
        #expect(beside.count == 1)
        #expect(try JSON(parsing: alone[0])["id"] == JSON(parsing: beside[0])["id"])
        let locked = try await Program.run(["serve", "--data-dir", directory.path] + Self.anyPorts)
        #expect(locked.status == 1)
        #expect(locked.diagnostics.contains("\(serve.processID)"))
        serve.signal(SIGINT)
        #expect(try await serve.exitStatus() == 0)
    }

    @Test func `a reload without a certificate ends nothing, and is said once`() async throws {
        let directory = try ScratchDirectory()
        let serve = try await serve(directory)
        for _ in 0..<3 { serve.signal(SIGHUP) }
        try await waitUntil("the reload to be said", seen: { serve.diagnostics }) {
            serve.diagnostics.contains("SIGHUP reads a certificate anew") ? true : nil
        }
        serve.signal(SIGHUP)
        _ = try await signalbox(directory, "instances", "list")
        serve.signal(SIGTERM)
        #expect(try await serve.exitStatus() == 0)
        #expect(serve.diagnostics.components(separatedBy: "SIGHUP").count == 2, "\(serve.diagnostics)")
    }

    @Test func `a port in use is named with the option that moves it`() async throws {
        let (directory, other) = (try ScratchDirectory(), try ScratchDirectory())
        let serve = try await serve(directory)
        let record = try JSON(parsing: try String(contentsOfFile: directory.path + "/running.json", encoding: .utf8))
        let taken = try #require(record["management"]?.string)
        let result = try await Program.run([
            "serve", "--data-dir", other.path, "--receiver", "127.0.0.1:0", "--management", taken,
        ])
        #expect(result.status == 1)
        #expect(result.diagnostics.contains("--management"), "\(result.diagnostics)")
        serve.signal(SIGTERM)
        #expect(try await serve.exitStatus() == 0)
    }

    @Test func `without a terminal and without an instance it says where it listens and what to do`() async throws {
        let directory = try ScratchDirectory()
        let plain = try Child(["--data-dir", directory.path] + Self.anyPorts)
        try await waitUntil("the first steps", seen: { plain.output + plain.diagnostics }) {
            plain.diagnostics.contains("there is no instance yet") ? true : nil
        }
        let path = directory.path
        let record = try await waitUntil("the running record", seen: { plain.diagnostics }) {
            (try? String(contentsOfFile: path + "/running.json", encoding: .utf8)).flatMap { try? JSON(parsing: $0) }
        }
        for listener in ["receiver", "management"] {
            let address = try #require(record[listener]?.string)
            #expect(plain.diagnostics.contains("http://\(address)"), "\(listener): \(plain.diagnostics)")
        }
        #expect(plain.output.isEmpty)
        plain.signal(SIGTERM)
        #expect(try await plain.exitStatus() == 0)
        #expect(plain.diagnostics.components(separatedBy: "there is no instance yet").count == 2)
    }

    @Test func `without a terminal it prints plain lines`() async throws {
        let directory = try ScratchDirectory()
        let surroundings = try await Surroundings.start()
        let body = surroundings.instance().text
        _ = try await signalbox(directory, "instances", "create", "--from", "-", input: body)
        let plain = try Child(["--data-dir", directory.path] + Self.anyPorts)
        try await waitUntil("a line about the instance", seen: { plain.output + plain.diagnostics }) {
            plain.output.contains("mySFDCInstance is ") ? true : nil
        }
        try await surroundings.control("create", ["object": "Account", "fields": ["Name": "Evil\u{1B}[2JCorp"]])
        _ = try await signalbox(directory, "instances", "poll", "1")
        try await waitUntil("the event's line", seen: { plain.output + plain.diagnostics }) {
            plain.output.contains("CREATED Account") && plain.output.contains("delivered") ? true : nil
        }
        #expect(!plain.output.contains("\u{1B}"))
        plain.signal(SIGTERM)
        #expect(try await plain.exitStatus() == 0)
    }
}
