import AsyncHTTPClient
import Domain
import Foundation
import NIOCore
import Primitives
import TestSupport
import Testing

/// The program ends within five seconds, whatever hangs, and the next start goes on with what was under way.
@Suite(.timed, .timeLimit(.minutes(20)))
struct StopTests {
    /// What hangs while the program is told to end.
    enum Hang: String, CaseIterable, CustomTestStringConvertible {
        case org = "an org in a poll that the management API waits for"
        case loginHost = "a token endpoint"
        case callbacks = "64 callbacks"
        case bulkReplay = "the callbacks of a bulk replay"
        case deployment = "the org whose deployment is followed"
        case authorization = "a person in a browser, and a reader of the stream"
        case database = "a database that another program holds"

        var testDescription: String { rawValue }
    }

    private static let anyPorts = ["--receiver", "127.0.0.1:0", "--management", "127.0.0.1:0"]
    /// Seconds: the program ends within five, and says so itself where it doesn't; a busy machine gets more. What hangs
    /// hangs for two minutes.
    private static let patience = 40.0

    private func serve(_ directory: ScratchDirectory) async throws -> Child {
        let child = try Child(["serve", "--data-dir", directory.path] + Self.anyPorts)
        let path = directory.path + "/running.json"
        try await waitUntil("serve to be ready", seen: { child.diagnostics }) { () -> Bool? in
            let text = FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
            return text?.contains("\"pid\":\(child.processID),") == true ? true : nil
        }
        return child
    }

    private func command(_ directory: ScratchDirectory, _ arguments: String...) throws -> Child {
        try Child(arguments + ["--data-dir", directory.path])
    }

    private func signalbox(_ directory: ScratchDirectory, _ arguments: String..., input: String = "") async throws
        -> Program.Output
    {
        let result = try await Program.run(arguments + ["--data-dir", directory.path], input: input)
        #expect(result.status == 0, "\(arguments): \(result.diagnostics)")
        return result
    }

    private func create(_ count: Int, in surroundings: Surroundings) async throws {
        let records = (0..<count).map { JSON.object([.init("Name", .string("Company \($0)"))]) }
        try await surroundings.control("create", ["object": "Account", "records": .array(records)])
    }

    /// Makes the org's next answer on a path take minutes.
    private func slow(_ path: String, method: String = "GET", in surroundings: Surroundings) async throws {
        try await surroundings.control(
            "faults",
            ["effect": "slow", "seconds": 120, "method": .string(method), "path": .string(path)]
        )
    }

    /// Returns when the org holds back the answer that it was told to.
    private func waitUntilStruck(_ surroundings: Surroundings) async throws {
        let url = surroundings.baseURL + "/control/faults"
        try await waitUntil("the org to hold an answer back") {
            let response = try await HTTPClient.shared.execute(HTTPClientRequest(url: url), timeout: .seconds(60))
            let body = try await response.body.collect(upTo: 1 << 20)
            return try JSON(parsing: body.readableBytesView)["rules"]?.array?.isEmpty == true
        }
    }

    private func wait(for count: Int, at listen: Child) async throws {
        try await waitUntil("\(count) notifications", seen: { listen.output }) {
            listen.lines.count >= count ? true : nil
        }
    }

    /// A callback that answers nobody within the test.
    private func silentCallback() async throws -> (listen: Child, url: String) {
        let listen = try Child(["listen", "--port", "0", "--key", Surroundings.key, "--delay", "120000"])
        let url = try await waitUntil("listen's address", seen: { listen.diagnostics }) {
            listen.diagnostics.firstMatch(of: /http:\/\/[0-9.:]+/).map { String($0.output) + "/hook" }
        }
        return (listen, url)
    }

    /// Sends the signal and expects the end in time, in order, with the status that says so.
    private func stop(_ serve: Child, _ signal: Int32 = SIGTERM) async throws {
        let begin = ContinuousClock.now
        serve.signal(signal)
        let status = try await serve.exitStatus()
        let took = ContinuousClock.now - begin
        #expect(took < .seconds(Self.patience), "\(serve.diagnostics)")
        #expect(status == 0, "\(serve.diagnostics)")
        #expect(!serve.diagnostics.contains("The end took longer"), "\(serve.diagnostics)")
    }

    @Test(arguments: Hang.allCases)
    func `it ends in time though something hangs`(_ hang: Hang) async throws {
        let directory = try ScratchDirectory()
        let surroundings = try await Surroundings.start()
        let serve = try await serve(directory)
        var settings: [String: JSON] = [:]
        var hanging: [Child] = []
        if hang == .callbacks {
            let silent = try await silentCallback()
            hanging.append(silent.listen)
            settings["event.notification.callback.url"] = .string(silent.url)
        }
        let body = surroundings.instance(objects: "Account", overriding: settings).text
        _ = try await signalbox(directory, "instances", "create", "--from", "-", input: body)
        switch hang {
        case .org:
            try await slow("/services/data", in: surroundings)
            hanging.append(try command(directory, "instances", "poll", "1"))
            try await waitUntilStruck(surroundings)
        case .loginHost:
            try await slow("/oauth2/token", method: "POST", in: surroundings)
            try await surroundings.control("sessions", [:])
            hanging.append(try command(directory, "instances", "poll", "1"))
            try await waitUntilStruck(surroundings)
        case .callbacks:
            try await create(80, in: surroundings)
            _ = try await signalbox(directory, "instances", "poll", "1")
            try await wait(for: 64, at: hanging[0])
        case .bulkReplay:
            try await create(20, in: surroundings)
            _ = try await signalbox(directory, "instances", "poll", "1")
            try await wait(for: 20, at: surroundings.listen)
            let silent = try await silentCallback()
            let set = "event.notification.callback.url=\(silent.url)"
            _ = try await signalbox(directory, "instances", "update", "1", "--set", set)
            hanging += [silent.listen, try command(directory, "events", "replay", "--filter", "object:Account")]
            try await wait(for: 1, at: silent.listen)
        case .deployment:
            try await slow("/metadata/deployRequest", in: surroundings)
            hanging.append(try command(directory, "apex", "deploy", "--production"))
            try await waitUntilStruck(surroundings)
        case .authorization:
            let connect = try command(directory, "instances", "connect", "1")
            let tail = try command(directory, "events", "tail", "--after", "0")
            hanging += [connect, tail]
            try await create(1, in: surroundings)
            _ = try await signalbox(directory, "instances", "poll", "1")
            try await wait(for: 1, at: tail)
            try await waitUntil("the address", seen: { connect.diagnostics }) {
                connect.diagnostics.contains("/authorize?") ? true : nil
            }
        case .database:
            let script = """
                import signal, sqlite3, sys
                held = sqlite3.connect(sys.argv[1], isolation_level=None)
                held.execute("BEGIN IMMEDIATE")
                print("held", flush=True)
                signal.pause()
                """
            let database = try #require(
                try FileManager.default.contentsOfDirectory(atPath: directory.path).first { $0.hasSuffix(".sqlite") }
            )
            let holder = try Child(["-c", script, directory.path + "/" + database], executable: "/usr/bin/python3")
            try await waitUntil("the lock", seen: { holder.diagnostics }) { !holder.lines.isEmpty }
            try await create(5, in: surroundings)
            try await surroundings.control("faults", ["effect": "slow", "seconds": 0, "path": "/services/data"])
            hanging += [holder, try command(directory, "instances", "poll", "1")]
            // What the org answers now can't be stored.
            try await waitUntilStruck(surroundings)
        }
        try await stop(serve)
        for child in hanging { child.signal(SIGKILL) }
    }

    @Test func `attempts that the end tore use up no rung, and the next start delivers all`() async throws {
        let directory = try ScratchDirectory()
        let surroundings = try await Surroundings.start()
        let silent = try await silentCallback()
        var serve = try await serve(directory)
        let settings: [String: JSON] = ["event.notification.callback.url": .string(silent.url)]
        let body = surroundings.instance(objects: "Account", overriding: settings).text
        _ = try await signalbox(directory, "instances", "create", "--from", "-", input: body)
        let count = 80
        try await create(count, in: surroundings)
        _ = try await signalbox(directory, "instances", "poll", "1")
        try await wait(for: 64, at: silent.listen)
        try await stop(serve, SIGINT)
        silent.listen.signal(SIGKILL)
        _ = try await silent.listen.exitStatus()

        // Without an engine at work: what is on disk.
        let stored = try await signalbox(directory, "events", "list", "--limit", "0").lines
            .map { try JSON(parsing: $0) }
        let ids = stored.compactMap { $0["id"]?.string }
        #expect(Set(ids).count == count)
        let queued = stored.filter { $0["delivery", "state"] == "queued" && $0["delivery", "attempts"] == 0 }
        #expect(queued.count == count)
        let torn = stored.filter { $0["delivery", "lastError"]?.string?.contains("is unknown") == true }
        #expect(torn.count == 64)

        // The same callback, awake again.
        let port = try #require(URL(string: silent.url)?.port)
        let listen = try Child(["listen", "--port", "\(port)", "--key", Surroundings.key])
        try await waitUntil("listen's address", seen: { listen.diagnostics }) {
            listen.diagnostics.contains("Listening on") ? true : nil
        }
        serve = try await self.serve(directory)
        let delivered = try await waitUntil("all events", seen: { listen.output }) { () -> Set<String>? in
            let ids = Set(listen.lines.compactMap { (try? JSON(parsing: $0))?["eventId"]?.string })
            return ids.count >= count ? ids : nil
        }
        #expect(delivered == Set(ids))
        try await stop(serve)
        let ended = try await signalbox(directory, "events", "list", "--limit", "0").lines.map { try JSON(parsing: $0) }
        let once = ended.filter { $0["delivery", "state"] == "delivered" && $0["delivery", "attempts"] == 1 }
        let others = ended.compactMap { $0["delivery"]?.text }
            .filter { !$0.contains(#""state":"delivered","attempts":1,"#) }
        #expect(once.count == count, "\(others.prefix(3))\n\(serve.diagnostics)")
    }

    @Test(arguments: [SIGTERM, SIGINT]) func `a second signal is the end, at once`(_ second: Int32) async throws {
        let directory = try ScratchDirectory()
        let surroundings = try await Surroundings.start()
        let serve = try await serve(directory)
        let body = surroundings.instance(objects: "Account").text
        _ = try await signalbox(directory, "instances", "create", "--from", "-", input: body)
        try await slow("/services/data", in: surroundings)
        let poll = try command(directory, "instances", "poll", "1")
        try await waitUntilStruck(surroundings)
        serve.signal(second == SIGTERM ? SIGINT : SIGTERM)
        // Those that come with the first one count as a part of it, until it is long enough ago.
        let status = try await waitUntil("the end", seen: { serve.diagnostics }) { () -> Int32? in
            serve.signal(second)
            return serve.status
        }
        #expect([128 + SIGTERM, 128 + SIGINT].contains(status), "\(serve.diagnostics)")
        poll.signal(SIGKILL)
    }

    @Test func `two signals at one moment are one, and the end is in order`() async throws {
        let directory = try ScratchDirectory()
        let serve = try await serve(directory)
        serve.signal(SIGTERM)
        serve.signal(SIGINT)
        #expect(try await serve.exitStatus() == 0, "\(serve.diagnostics)")
        #expect(!FileManager.default.fileExists(atPath: directory.path + "/running.json"))
        #expect(serve.diagnostics.contains("Stopped"), "\(serve.diagnostics)")
    }

    /// A hang-up is also what renews a certificate; the terminal that is gone tells the two apart.
    @Test(.enabled(if: Tmux.isInstalled, "tmux is not installed"))
    func `serve ends in order with its terminal`() async throws {
        let directory: ScratchDirectory
        do {
            // The shell of the terminal ends at once. Another one in its job stays until the program has ended.
            let terminal = try await ShellScript(
                """
                (trap : HUP; signalbox serve 2> "$here/log"; echo "ended with $?" > "$here/end"); status=$?
                """
            )
            directory = terminal.directory
            _ = try await terminal.processID()
        }
        func text(_ name: String) -> String {
            FileManager.default.contents(atPath: directory.path + "/" + name)
                .map { String(decoding: $0, as: UTF8.self) } ?? ""
        }
        try await waitUntil("the program to end", seen: { text("log") }) { text("end").hasSuffix("\n") }
        #expect(text("end") == "ended with 0\n", "\(text("log"))")
        #expect(text("log").contains("The terminal was closed, so Signalbox ends"), "\(text("log"))")
        #expect(!text("log").contains("The end took longer"), "\(text("log"))")
        #expect(!FileManager.default.fileExists(atPath: directory.path + "/data/running.json"))
    }

    @Test(.enabled(if: Tmux.isInstalled, "tmux is not installed"))
    func `q ends the dashboard in time though callbacks hang`() async throws {
        let directory = try ScratchDirectory()
        let surroundings = try await Surroundings.start()
        let silent = try await silentCallback()
        let settings: [String: JSON] = ["event.notification.callback.url": .string(silent.url)]
        let body = surroundings.instance(objects: "Account", overriding: settings).text
        _ = try await signalbox(directory, "instances", "create", "--from", "-", input: body)
        try await create(5, in: surroundings)
        let ports = Self.anyPorts.joined(separator: " ")
        let tmux = try Tmux(width: 120, height: 36, "'\(Program.path)' --data-dir '\(directory.path)' \(ports)")
        try await wait(for: 5, at: silent.listen)
        try await tmux.wait(for: "5 open")
        let begin = ContinuousClock.now
        await tmux.press("q")
        try await tmux.wait(for: "deliveries are still to be made")
        await tmux.press("y")
        let screen = try await tmux.wait(for: "EXIT=")
        #expect(ContinuousClock.now - begin < .seconds(Self.patience))
        #expect(screen.contains("EXIT=0"))
    }
}
