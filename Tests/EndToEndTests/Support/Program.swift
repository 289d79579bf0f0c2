import Foundation
import TestSupport

/// The built program, which stands beside the test bundle; `SIGNALBOX_PROGRAM` names another build of it.
enum Program {
    static let path: String = {
        if let other = ProcessInfo.processInfo.environment["SIGNALBOX_PROGRAM"] { return other }
        let bundle = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        return bundle.deletingLastPathComponent().appending(path: "signalbox").path()
    }()

    struct Output: Sendable {
        let status: Int32
        let output: String
        let diagnostics: String

        var lines: [String] { output.split(separator: "\n").map(String.init) }
    }

    /// Runs a command to its end.
    static func run(
        _ arguments: [String],
        input: String = "",
        environment: [String: String] = [:],
        executable: String = Program.path
    ) async throws -> Output {
        let child = try Child(arguments, input: input, environment: environment, executable: executable)
        let status = try await child.exitStatus()
        return Output(status: status, output: child.output, diagnostics: child.diagnostics)
    }
}

/// A running process of the program.
final class Child: Sendable {
    private let process: Spawned

    init(
        _ arguments: [String],
        input: String = "",
        environment: [String: String] = [:],
        executable: String = Program.path
    ) throws {
        // Nothing of the user's own settings may reach the tests.
        var clean = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("SIGNALBOX_") }
        clean["HOME"] = "/nonexistent"
        clean["XDG_CONFIG_HOME"] = nil
        clean["XDG_STATE_HOME"] = nil
        clean["SWIFT_BACKTRACE"] = "interactive=no"
        process = try Spawned(executable, arguments, input: input, environment: clean.merging(environment) { $1 })
    }

    var processID: Int32 { process.processID }
    /// Nil while it runs.
    var status: Int32? { process.exitStatus }
    var output: String { process.output }
    var diagnostics: String { process.diagnostics }
    /// Whole lines only: the last one may still be on its way.
    var lines: [String] {
        output.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
    }

    func signal(_ number: Int32) { kill(processID, number) }

    /// Waits for its end; 128 and the signal's number where one ended it.
    func exitStatus() async throws -> Int32 {
        let process = process
        return try await waitUntil("the process to end", seen: { process.diagnostics }) {
            process.exitStatus
        }
    }
}
