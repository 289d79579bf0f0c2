import Foundation
import Primitives
import TestSupport
import Testing

/// A person changes what is watched and how often while the org is busy and others poll.
@Suite(.programs, .enabled(if: Tmux.isInstalled, "tmux is not installed"), .timeLimit(.minutes(20)))
struct SettingsJourneyTests {
    /// The rows of the list by their place on the screen, each from its change on: what stands there, without what becomes
    /// of it.
    private func list(_ screen: String) -> [Int: String] {
        var rows: [Int: String] = [:]
        for (place, row) in screen.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            rows[place] = row.firstMatch(of: /CREATED +\w+ +Flow \d+\b/).map { String($0.output) }
        }
        return rows
    }

    /// Expects each row where it was; below them there may be more.
    private func expectSteady(_ before: [Int: String], _ screen: String) {
        #expect(list(screen).filter { before[$0.key] != nil } == before)
    }

    private func names(_ text: String) -> [String] { text.matches(of: /Flow \d+/).map { String($0.output) } }

    @Test func `objects and interval change while events flow: none is lost or doubled, and the list stands still`()
        async throws
    {
        let surroundings = try await Surroundings.start()
        let directory = try ScratchDirectory()
        let made = try await Program.run(
            ["instances", "create", "--from", "-", "--data-dir", directory.path],
            input: surroundings.instance(objects: "Account").text
        )
        #expect(made.status == 0, "\(made.diagnostics)")
        let tmux = try Tmux(
            width: 140,
            height: 50,
            "'\(Program.path)' --data-dir '\(directory.path)' --receiver 127.0.0.1:0 --management 127.0.0.1:0"
        )
        try await tmux.wait(for: "LIVE")
        let api = try await ManagementAPI.running(in: directory.path)

        // An account and a poll, again and again, until the test has seen enough.
        let goesOn = GoesOn()
        defer { goesOn.end() }
        let flow = Task { () throws -> Int in
            var count = 0
            while goesOn.isTrue {
                try await surroundings.control(
                    "create",
                    ["object": "Account", "fields": ["Name": .string("Flow \(count)")]]
                )
                count += 1
                // Contacts come all the time; nobody watches them yet.
                try await surroundings.control("create", ["object": "Contact", "fields": ["LastName": "Early"]])
                try await api.post("/instances/1/poll")
            }
            return count
        }
        func received() -> [String] { names(surroundings.listen.output) }

        // The list stops at a row, with more to come below it.
        try await tmux.wait(for: "Flow 12 ")
        await tmux.press("Up", "Up", "Up")
        try await tmux.wait(for: "PAUSED — ")
        let before = list(tmux.screen)
        #expect(before.count >= 10)

        try await tmux.focus("Event poller refresh interval")
        await tmux.press("Left", "Left")
        try await tmux.wait(for: "30 min")
        try await tmux.focus("Objects to monitor")
        await tmux.type("Contact")
        try await tmux.wait(for: "[ ] Contact")
        await tmux.press("Enter")
        try await tmux.wait(for: "[x] Contact")
        try await tmux.wait(for: "2 unsaved changes")
        try await tmux.perform("apply")
        try await tmux.wait(forMessage: "Applied. The changes are in force.")
        try await tmux.wait(for: "No unsaved changes")
        expectSteady(before, tmux.screen)
        let applied = Set(received())

        // In force: the next poll is half an hour away, and the new object's records come.
        let shown = try await api.get("/instances/1")
        #expect(shown["configuration", "event.poller.refresh_interval"]?.text.contains("30") == true)
        try await surroundings.control("create", ["object": "Contact", "fields": ["LastName": "Lovelace"]])
        let contact = try await surroundings.received { $0["body"]?.text.contains("Lovelace") == true }
        #expect(contact["objectType"] == "Contact")
        try await waitUntil("accounts after the change", seen: { tmux.screen }) {
            Set(received()).subtracting(applied).count >= 5
        }
        expectSteady(before, tmux.screen)
        goesOn.end()
        let count = try await flow.value
        try await api.post("/instances/1/poll")

        // Each account once, at the callback and in the history; nothing of a contact from before it was watched.
        let all = (0..<count).map { "Flow \($0)" }
        try await waitUntil("the last account", seen: { surroundings.listen.diagnostics }) {
            surroundings.received.contains { $0["body"]?.text.contains("\"\(all.last ?? "")\"") == true }
        }
        let objects = surroundings.received.compactMap { $0["objectType"]?.string }
        #expect(surroundings.received.filter { $0["objectType"] == "Account" }.count == count)
        #expect(Set(received()) == Set(all))
        #expect(objects.filter { $0 == "Contact" }.count >= 1)
        let stored = try await Program.run(["events", "list", "--limit", "0", "--data-dir", directory.path])
        let known = try stored.lines.map { try JSON(parsing: $0) }.filter { $0["objectType"] == "Account" }
            .compactMap { $0["name"]?.string ?? $0["objectName"]?.string }
        #expect(known.sorted() == all.sorted(), "\(stored.lines.prefix(2))")
        // Following again, the newest are there.
        await tmux.press("Escape")
        try await tmux.wait(for: "▸ Events")
        try await tmux.perform("follow")
        try await tmux.wait(for: "Flow \(count - 1) ")
        let next = try #require(tmux.screen.firstMatch(of: /next poll (\d\d:\d\d)/).map { String($0.output.1) })
        #expect(Self.minutesOfHalfHour().contains(next))
        try await tmux.perform("quit")
        try await tmux.wait(for: "EXIT=0")
    }

    /// The minutes of the clock from now until half an hour from now.
    private static func minutesOfHalfHour() -> [String] {
        let format = DateFormatter()
        format.dateFormat = "HH:mm"
        return (0...30).map { format.string(from: Date(timeIntervalSinceNow: Double($0) * 60)) }
    }
}

/// Whether the org is busy: a request under way is not torn, as with a cancelled task.
private final class GoesOn: Sendable {
    private let state = Locked(true)

    var isTrue: Bool { state.withLock { $0 } }

    func end() { state.withLock { $0 = false } }
}
