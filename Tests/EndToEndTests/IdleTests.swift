import Domain
import Foundation
import Primitives
import TestSupport
import Testing

/// A program that has nothing to do sleeps: laptops run on batteries, and servers have others to serve.
@Suite(.enabled(if: Tmux.isInstalled, "tmux is not installed"), .timed, .timeLimit(.minutes(20)))
struct IdleTests {
    /// Wake-ups a second, of all threads, that are allowed where nothing happens.
    private static let allowed = 4.0
    private static let span = 10.0

    @Test(arguments: ["serve", ""])
    func `an instance that waits for its next poll wakes the program less than four times a second`(
        command: String
    ) async throws {
        let directory = try ScratchDirectory()
        let surroundings = try await Surroundings.start()
        // It stays while the screen's shell runs.
        let tmux = try Tmux(
            width: 120,
            height: 40,
            "'\(Program.path)' \(command) --data-dir '\(directory.path)' --receiver 127.0.0.1:0 "
                + "--management 127.0.0.1:0"
        )
        let record = try await waitUntil("the program to listen", seen: { tmux.screen }) { () -> JSON? in
            FileManager.default.contents(atPath: directory.path + "/running.json")
                .flatMap { try? JSON(parsing: Array($0)) }
        }
        let pid = try #require(record["pid"]?.integer)
        let made = try await Program.run(
            ["instances", "create", "--from", "-", "--data-dir", directory.path],
            input: surroundings.instance().text
        )
        #expect(made.status == 0, "\(made.diagnostics)")
        #expect(try JSON(parsing: made.output)["state", "source"] == "LIVE")
        let rates = try await rates(of: pid)
        #expect(rates < Self.allowed, "\(rates) wake-ups a second")
    }

    /// The least of some spans: right after the start there is work to do yet.
    private func rates(of pid: Int64) async throws -> Double {
        var least = Double.infinity
        for _ in 0..<4 where least >= Self.allowed {
            let (before, begin) = (Self.wakeUps(of: pid), ContinuousClock.now)
            let after = try await waitUntil("the span to pass") { () -> Int? in
                ContinuousClock.now - begin < .seconds(Self.span) ? nil : Self.wakeUps(of: pid)
            }
            try #require(before > 0 && after > 0, "the program has ended")
            least = min(least, Double(after - before) / ((ContinuousClock.now - begin) / .seconds(1)))
        }
        return least
    }

    /// How often the threads of a process have gone to sleep so far: each time something wakes them up again.
    private static func wakeUps(of pid: Int64) -> Int {
        let threads = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/task")) ?? []
        return threads.reduce(0) { sum, thread in
            let status = FileManager.default.contents(atPath: "/proc/\(pid)/task/\(thread)/status")
                .map { String(decoding: $0, as: UTF8.self) }
            let line = status?.split(separator: "\n").first { $0.hasPrefix("voluntary_ctxt_switches:") }
            return sum + (line?.split(whereSeparator: \.isWhitespace).last.flatMap { Int($0) } ?? 0)
        }
    }
}
