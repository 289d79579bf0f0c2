import EngineAPI
import Foundation
import Logging
import Primitives
import TestSupport
import Testing

@testable import Gateway

/// What another program makes of the description: calls at the edges of what it says may be asked, each answer held against
/// what it says may be answered. Each run of the suite takes a few of the operations; `SIGNALBOX_SCHEMATHESIS=600` takes all
/// of them, and that many seconds. `SIGNALBOX_SEED` repeats a run.
@Suite(.campaign, .timeLimit(.minutes(30)), .enabled(if: Python.has("schemathesis")))
struct SchemathesisTests {
    /// All but streams: some don't end by themselves, and it holds each event against the schema that is of the whole text.
    private static let operations = [Route].all.filter { $0.answer.mediaType != "text/event-stream" }.map(\.operation)
    private static let ofEachRun = 12
    /// What the description does not say: which of the values that fit it are possible here, and which of those that don't fit
    /// are passed over (as unknown parameters are, that clients of the original send).
    private static let unsaid = ["positive_data_acceptance", "negative_data_rejection"]

    private static let script = """
        import subprocess, sys, tempfile
        with tempfile.TemporaryDirectory() as place:
            run = subprocess.run(
                [sys.executable, "-m", "schemathesis.cli", "run", *sys.argv[1:]],
                cwd=place, capture_output=True, text=True, stdin=subprocess.DEVNULL,
            )
        print(run.stdout[-30000:], run.stderr[-4000:])
        print("ended with", run.returncode)
        """

    @Test func `every answer to every call is one that the description has`() async throws {
        let environment = ProcessInfo.processInfo.environment
        let seconds = environment["SIGNALBOX_SCHEMATHESIS"].flatMap { Int($0) }
        let seed = environment["SIGNALBOX_SEED"].flatMap { UInt32($0) } ?? UInt32.random(in: .min ... .max)
        var dice = SeededGenerator(seed: UInt64(seed))
        let some = Self.operations.shuffled(using: &dice).prefix(seconds == nil ? Self.ofEachRun : .max)
        print("schemathesis: SIGNALBOX_SEED=\(seed), \(some.count) operations")
        let log = LogLines()
        try await RunningListeners.run(limit: 1 << 20, logger: log.logger) { engine, _, management in
            _ = try await engine.createInstance(BrokenRequestTests.draft)
            var arguments = [
                management + "/openapi.json", "--header", "Authorization: \(Fixture.authorization)", "--max-time",
                "\(seconds ?? 60)", "--phases", seconds == nil ? "coverage" : "examples,coverage,fuzzing", "--seed",
                "\(seed)",
                "--request-timeout", "60", "--suppress-health-check", "all", "--continue-on-failure",
                "--exclude-checks",
                // One worker: with two, CPython 3.11 parses source in both at once and dies of "AST constructor recursion depth
                // mismatch", which the tool then reports as an error of an operation.
                Self.unsaid.joined(separator: ","), "--workers", "1",
            ]
            for operation in some { arguments += ["--include-operation-id", operation] }
            let given = arguments
            let said = try await offThread { Result { try Python.run(Self.script, arguments: given) } }.get()
            #expect(said.hasSuffix("ended with 0"), Comment(rawValue: said))
        }
        #expect(log.lines { $0 >= .error } == [])
    }
}
