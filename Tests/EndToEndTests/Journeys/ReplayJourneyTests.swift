import EngineTestSupport
import Foundation
import Glibc
import Primitives
import TestSupport
import Testing

/// Five hundred deliveries died while a callback was ill. A person sends them again, thinks better of it in the middle, and
/// goes on another day.
@Suite(.programs, .enabled(if: Tmux.isInstalled, "tmux is not installed"), .timeLimit(.minutes(20)))
struct ReplayJourneyTests {
    private static let deaths = 500

    private func opened(_ directory: ScratchDirectory) throws -> Tmux {
        // The callback answers from the tests' own process: beside all other tests one answer may come late, and a delivery
        // that is tried again after its time was taken twice.
        let patience = "--callback-timeout 2m"
        let options = "--receiver 127.0.0.1:0 --management 127.0.0.1:0 --retry-schedule 1ms \(patience)"
        return try Tmux(width: 140, height: 40, "'\(Program.path)' --data-dir '\(directory.path)' \(options)")
    }

    /// An instance with a thousand events, half of them dead.
    private func prepared(
        _ callback: RefusingCallback,
        _ server: LocalServer,
        _ surroundings: Surroundings
    ) async throws -> ScratchDirectory {
        let directory = try ScratchDirectory()
        let body = surroundings.instance(
            objects: "Account",
            overriding: ["event.notification.callback.url": .string(server.url + "/hook")]
        )
        let made = try await Program.run(
            ["instances", "create", "--from", "-", "--data-dir", directory.path],
            input: body.text
        )
        #expect(made.status == 0, "\(made.diagnostics)")
        try await surroundings.control("seed", ["object": "Account", "count": .integer(2 * Self.deaths)])
        return directory
    }

    /// Types a filter, and waits until its count stands in the title.
    private func show(_ filter: String, _ count: Int, _ tmux: Tmux) async throws {
        try await tmux.perform("filter")
        await tmux.press("C-u")
        await tmux.type(filter)
        await tmux.press("Enter")
        try await tmux.wait(until: "\(count) of the events are shown") { screen in
            screen.contains("FILTERED \(filter.prefix(10))") && screen.contains("\(count) of 1")
        }
    }

    /// Begins a bulk replay of so many events, with the filter that the dialog offers.
    private func begin(_ count: Int, rate: Int, _ tmux: Tmux) async throws {
        try await tmux.perform("replay-many")
        try await tmux.wait(for: "\(count) events would go to")
        await tmux.press("Tab")
        await tmux.type("\(rate)")
        try await tmux.wait(for: "‹ \(rate) ›")
        await tmux.press("Enter")
        try await tmux.wait(for: "Replay \(count) events?")
        await tmux.press("y")
        try await tmux.wait(until: "the dialog is closed") { !$0.contains("▸ Replay many events") }
    }

    @Test func `500 dead ones are replayed, cancelled in the middle, and gone on with after restarts`() async throws {
        let surroundings = try await Surroundings.start()
        let callback = RefusingCallback(deaths: Self.deaths, attempts: 2)
        let server = try await callback.start()
        let directory = try await prepared(callback, server, surroundings)

        // They die.
        var tmux = try opened(directory)
        try await tmux.wait(for: "LIVE")
        try await tmux.perform("poll-now")
        try await tmux.wait(for: "✗ \(Self.deaths) dead", without: "open")
        #expect(callback.dead.count == Self.deaths)

        // Most are begun, some are sent, the rest is cancelled: both numbers are said.
        try await show("state:dead", Self.deaths, tmux)
        try await begin(Self.deaths, rate: 40, tmux)
        try await tmux.perform("replay-jobs")
        try await tmux.wait(for: "Bulk replay 1")
        try await waitUntil("some replays", seen: { tmux.screen }) { callback.replays >= 40 }
        try await tmux.perform("cancel-replay")
        let question = try await tmux.wait(for: "End bulk replay 1?")
        #expect(question.contains("of 500 events went out so far"))
        await tmux.press("y")
        let told = try await tmux.wait(until: "how many were sent is said") {
            $0.contains(/Bulk replay 1 was cancelled after \d+ of 500 events/)
        }
        let said = try #require(told.firstMatch(of: /cancelled after (\d+) of 500/).flatMap { Int($0.output.1) })
        var api = try await ManagementAPI.running(in: directory.path)
        // What was under way still ended: a batch, a tenth of a second's at this rate.
        let first = try await waitUntil("the last of the replays to be counted") { () -> Int? in
            let job = try await api.get("/replays/1")
            return job["state"] == "cancelled" && job["succeeded"] == .integer(callback.replays)
                ? callback.replays : nil
        }
        #expect((said...said + 4).contains(first) && (40..<Self.deaths).contains(first))
        await tmux.press("Escape")
        try await tmux.wait(until: "the list is closed") { !$0.contains("▸ Bulk replays") }
        try await tmux.perform("quit")
        try await tmux.wait(for: "EXIT=0")

        // After a restart the job's end is still told, and what is left is what the dialog offers.
        tmux = try opened(directory)
        try await tmux.wait(for: "LIVE")
        try await tmux.perform("replay-jobs")
        try await tmux.wait(for: "cancelled", without: "Loading…")
        try await tmux.wait(for: "\(first)/500")
        await tmux.press("Escape")
        try await tmux.wait(until: "the list is closed") { !$0.contains("▸ Bulk replays") }
        #expect(callback.replays == first)
        try await begin(Self.deaths - first, rate: 20, tmux)
        try await waitUntil("some more replays", seen: { tmux.screen }) { callback.replays >= first + 20 }

        // Killed in the middle, it goes on by itself: at most the two that were under way go out twice.
        api = try await ManagementAPI.running(in: directory.path)
        kill(api.processID, SIGKILL)
        try await tmux.wait(for: "EXIT=137")
        let atKill = callback.replays
        tmux = try opened(directory)
        try await tmux.wait(for: "replaying")
        try await waitUntil("the replay to go on", seen: { tmux.screen }) { callback.replays > atKill + 2 }
        try await tmux.perform("replay-jobs")
        try await tmux.wait(for: "running")
        try await tmux.perform("pause-replay")
        try await tmux.wait(for: "paused", without: "running")
        try await tmux.perform("pause-replay")
        try await tmux.wait(for: "running")
        for rate in [50, 100, 200, 500] {
            try await tmux.perform("speed-up-replay")
            try await tmux.wait(for: "\(rate)/s")
        }
        try await tmux.wait(forMessage: "all were taken.")
        await tmux.press("Escape")
        try await tmux.wait(until: "the list is closed") { !$0.contains("▸ Bulk replays") }

        // Screen, API and callback agree.
        try await show("state:dead replay:succeeded", Self.deaths, tmux)
        api = try await ManagementAPI.running(in: directory.path, otherThan: api.processID)
        let jobs = try await api.get("/instances/1/replays").array ?? []
        #expect(jobs.map { $0["state"]?.string } == ["completed", "cancelled"])
        // What was sent as the process was killed may be known of its event, and not of the job that sent it.
        let counted = jobs.reduce(0) { $0 + ($1["succeeded"]?.integer ?? 0) }
        #expect((Int64(Self.deaths) - 2...Int64(Self.deaths) + 2).contains(counted))
        #expect(jobs.allSatisfy { $0["failed"] == 0 })
        let left = try await api.get("/instances/1/events?filter=state:dead%20-replay:succeeded")
        #expect(left.array?.isEmpty == true)
        #expect(Set(callback.replayed.keys) == callback.dead)
        #expect(callback.replays <= Self.deaths + 2)
        let delivered = callback.delivered
        let both = Set(delivered.keys).intersection(callback.dead)
        #expect(delivered.count == Self.deaths, "\(both) were refused as well")
        let repeated = delivered.filter { $0.value != 1 }
        #expect(repeated == [:])
        try await tmux.perform("quit")
        try await tmux.wait(for: "EXIT=0")
        await server.stop()
    }
}
