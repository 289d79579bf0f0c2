import Foundation
import Synchronization

/// The built program, which stands beside the test bundle.
enum Program {
    static let path: String = {
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
        let child = try Child(arguments, environment: environment, executable: executable)
        try child.give(input)
        let status = await child.exitStatus()
        return Output(status: status, output: child.output, diagnostics: child.diagnostics)
    }
}

/// A running process whose output is collected as it comes.
final class Child: Sendable {
    private let process: Mutex<Process>
    private let collected = Mutex<(output: Data, diagnostics: Data)>((Data(), Data()))
    private let input: Pipe
    let processID: Int32

    init(_ arguments: [String], environment: [String: String] = [:], executable: String = Program.path) throws {
        let process = Process()
        process.executableURL = URL(filePath: executable)
        process.arguments = arguments
        // Nothing of the user's own settings may reach the tests.
        var clean = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("SIGNALBOX_") }
        clean["HOME"] = "/nonexistent"
        clean["XDG_CONFIG_HOME"] = nil
        clean["XDG_STATE_HOME"] = nil
        clean["SWIFT_BACKTRACE"] = "interactive=no"
        process.environment = clean.merging(environment) { $1 }
        let (output, diagnostics, input) = (Pipe(), Pipe(), Pipe())
        process.standardOutput = output
        process.standardError = diagnostics
        process.standardInput = input
        self.input = input
        try process.run()
        processID = process.processIdentifier
        self.process = Mutex(process)
        follow(output) { $0.output.append($1) }
        follow(diagnostics) { $0.diagnostics.append($1) }
    }

    deinit { kill(processID, SIGKILL) }

    private func follow(
        _ pipe: Pipe,
        _ take: @escaping @Sendable (inout (output: Data, diagnostics: Data), Data) -> Void
    ) {
        pipe.fileHandleForReading.readabilityHandler = { [weak self] handle in
            let data = handle.availableData
            if data.isEmpty { handle.readabilityHandler = nil }
            self?.collected.withLock { take(&$0, data) }
        }
    }

    func give(_ text: String) throws {
        try input.fileHandleForWriting.write(contentsOf: Data(text.utf8))
        try input.fileHandleForWriting.close()
    }

    var output: String { collected.withLock { String(decoding: $0.output, as: UTF8.self) } }
    var diagnostics: String { collected.withLock { String(decoding: $0.diagnostics, as: UTF8.self) } }
    var lines: [String] { output.split(separator: "\n", omittingEmptySubsequences: true).map(String.init) }

    func signal(_ number: Int32) { kill(processID, number) }

    /// Waits for its end; 128 and the signal's number where one ended it.
    func exitStatus() async -> Int32 {
        await offThread { [self] in
            while process.withLock({ $0.isRunning }) { _ = poll(nil, 0, 5) }
            return process.withLock {
                $0.terminationReason == .uncaughtSignal ? 128 + $0.terminationStatus : $0.terminationStatus
            }
        }
    }
}

/// A directory that goes away with the test.
final class TemporaryDirectory: Sendable {
    let path: String

    init() throws {
        let url = FileManager.default.temporaryDirectory.appending(path: "signalbox-e2e-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        path = url.path()
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ text: String, to name: String) throws -> String {
        let file = path + "/" + name
        try text.write(toFile: file, atomically: true, encoding: .utf8)
        return file
    }
}
