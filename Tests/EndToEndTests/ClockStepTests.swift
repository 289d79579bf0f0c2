import Domain
import Foundation
import Primitives
import TestSupport
import Testing

/// The real program on a machine whose clock is set while it runs (Debian's `faketime`; the monotonic clock stays true, as
/// it does when somebody sets a machine's clock).
@Suite(.programs, .timeLimit(.minutes(20)))
struct ClockStepTests {
    @Test(
        .enabled(if: FakeClock.library != nil, "faketime is not installed: apt-get install faketime"),
        .enabled(if: FakeClock.compiler != nil, "there is no C compiler: apt-get install gcc"),
        arguments: [86_400, -7200]
    )
    func `polls and retries go on by their interval when the machine's clock is set`(step: Int) async throws {
        let directory = try ScratchDirectory()
        let clock = try await FakeClock(directory)
        let surroundings = try await Surroundings.start()
        let failing = try Child(["listen", "--port", "0", "--status", "503"])
        let address = try await waitUntil("listen's address", seen: { failing.diagnostics }) {
            failing.diagnostics.firstMatch(of: /http:\/\/([0-9.]+):([0-9]+)/).map { String($0.output.2) }
        }
        let serve = try Child(
            clock.command + ["serve", "--data-dir", directory.path] + [
                "--receiver", "127.0.0.1:0", "--management", "127.0.0.1:0", "--retry-schedule", "25s,25s,25s,25s",
            ],
            environment: clock.environment,
            executable: "/usr/bin/env"
        )
        try await waitUntil("serve to be ready", seen: { serve.diagnostics }) {
            FileManager.default.fileExists(atPath: directory.path + "/running.json") ? true : nil
        }
        let body = surroundings.instance(
            interval: "1",
            overriding: ["event.notification.callback.url": .string("http://127.0.0.1:\(address)/hook")]
        )
        _ = try await signalbox(directory, ["instances", "create", "--from", "-"], input: body.text)
        let first = try await create("First", surroundings)
        let watch = ContinuousClock()
        _ = try await signalbox(directory, ["instances", "poll", "1"])
        let polled = watch.now
        try await waitUntil("the first attempt", seen: { failing.output + serve.diagnostics }) {
            failing.output.contains(first) ? true : nil
        }
        failing.signal(SIGTERM)
        #expect(try await failing.exitStatus() == 0)

        try clock.set(bySeconds: step)
        let second = try await create("Second", surroundings)
        // No key: by this machine's own clock the signature of the other one is hours old.
        let listen = try Child(["listen", "--port", address])
        let retry = try await arrival(first, listen, serve)
        let afterRetry = watch.now - polled
        // A rung is 25 s, ±20 %; on a slow machine one of them may find nobody listening yet. By the clock that was set all
        // would be due at once, or hours later.
        let attempt = try #require(retry["attempt"]?.settingText.flatMap { Int($0) })
        #expect(
            attempt >= 2 && afterRetry > .seconds(15 * (attempt - 1)),
            "attempt \(attempt) came after \(afterRetry)"
        )
        #expect(afterRetry < .seconds(300), "the retry came after \(afterRetry)")
        let stamp = try #require(retry["headers", "webhook-timestamp"]?.string.flatMap { Int($0) })
        let expected = Int(Date.now.timeIntervalSince1970) + step
        #expect(abs(stamp - expected) < 120, "signed \(stamp - expected) s off the clock as it is set")

        _ = try await arrival(second, listen, serve)
        let afterPoll = watch.now - polled
        // The interval is a minute.
        #expect(afterPoll > .seconds(50) && afterPoll < .seconds(300), "the poll came after \(afterPoll)")
        serve.signal(SIGTERM)
        #expect(try await serve.exitStatus() == 0)
    }

    private func create(_ name: String, _ surroundings: Surroundings) async throws -> String {
        let order: JSON = ["object": "Account", "fields": ["Name": .string(name)]]
        return try #require(try await surroundings.control("create", order)["id"]?.string)
    }

    private func arrival(_ record: String, _ listen: Child, _ serve: Child) async throws -> JSON {
        try await waitUntil("\(record) at the callback", seen: { listen.output + serve.diagnostics }) {
            listen.lines.lazy.compactMap { try? JSON(parsing: $0) }.first { $0["objectId"]?.string == record }
        }
    }

    private func signalbox(_ directory: ScratchDirectory, _ arguments: [String], input: String = "") async throws
        -> Program.Output
    {
        let result = try await Program.run(arguments + ["--data-dir", directory.path], input: input)
        #expect(result.status == 0, "\(arguments): \(result.diagnostics)")
        return result
    }
}
