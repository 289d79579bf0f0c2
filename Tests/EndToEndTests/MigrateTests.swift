import Glibc
import Primitives
import TestSupport
import Testing

/// A store that moves into another directory, through the real program.
@Suite(.programs, .timeLimit(.minutes(20)))
struct MigrateTests {
    private static let ports = ["--receiver", "127.0.0.1:0", "--management", "127.0.0.1:0"]

    private func create(_ names: [String], _ surroundings: Surroundings) async throws {
        let records = names.map { JSON.object([.init("Name", .string($0))]) }
        try await surroundings.control("create", ["object": "Account", "records": .array(records)])
    }

    private func poll(_ options: [String]) async throws {
        let polled = try await Program.run(["instances", "poll", "1"] + options)
        #expect(polled.status == 0, "\(polled.diagnostics)")
    }

    private func end(_ node: Child) async throws {
        node.signal(SIGTERM)
        #expect(try await node.exitStatus() == 0)
    }

    @Test func `a moved store goes on where the first one ended, and sends nothing twice`() async throws {
        let surroundings = try await Surroundings.start()
        let (first, own, moved) = (try ScratchDirectory(), try ScratchDirectory(), try ScratchDirectory())
        let body = surroundings.instance(objects: "Account").text
        let made = try await Program.run(
            ["instances", "create", "--from", "-", "--data-dir", first.path],
            input: body
        )
        #expect(made.status == 0, "\(made.diagnostics)")
        let node = try Child(["serve", "--data-dir", first.path] + Self.ports)
        _ = try await ManagementAPI.running(in: first.path)
        try await create(["Company 0", "Company 1"], surroundings)
        try await poll(["--data-dir", first.path])
        try await waitUntil("two notifications", seen: { node.diagnostics }) { surroundings.received.count >= 2 }

        let migrate = ["migrate", "--from", first.path, "--to", moved.path + "/store"]
        let beside = try await Program.run(migrate)
        #expect(beside.status != 0)
        #expect(beside.diagnostics.contains("The store of --from is in use"), "\(beside.diagnostics)")
        try await end(node)
        let result = try await Program.run(migrate)
        #expect(result.status == 0, "\(result.diagnostics)")
        #expect(try JSON(parsing: result.output)["events"]?.integer == 2)

        let options = ["--data-dir", own.path, "--store", moved.path + "/store"]
        let next = try Child(["serve"] + options + Self.ports)
        _ = try await ManagementAPI.running(in: own.path)
        try await create(["Company 2"], surroundings)
        try await poll(options)
        try await waitUntil("the third notification", seen: { next.diagnostics }) { surroundings.received.count >= 3 }
        try await end(next)
        let events = try await Program.run(["events", "list"] + options)
        #expect(events.lines.count == 3, "\(events.output)")
        let sent = surroundings.received
        #expect(sent.count == 3, "\(sent.map(\.text))")
    }
}
