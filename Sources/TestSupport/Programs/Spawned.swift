import Foundation
import Glibc
import Spawning

/// A program with files of its own for its streams, killed where nobody needs it any more: pipes would leak into children
/// that are started meanwhile and never end.
package final class Spawned: Sendable {
    private let program: SpawnedProgram
    private let directory: ScratchDirectory

    package init(
        _ executable: String,
        _ arguments: [String],
        input: String = "",
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws {
        directory = try ScratchDirectory()
        try directory.write(input, to: "in")
        let path = directory.path
        program = try SpawnedProgram(
            executable,
            arguments,
            environment: environment,
            input: .file(path + "/in"),
            output: path + "/out",
            diagnostics: path + "/err"
        )
    }

    deinit {
        if exitStatus == nil {
            kill(processID, SIGKILL)
            program.wait()
        }
    }

    package var processID: CInt { program.processID }
    package var output: String { text("out") }
    package var diagnostics: String { text("err") }

    /// Nil while it runs; 128 and the signal's number where one ended it.
    package var exitStatus: Int32? { program.exitStatus }

    /// Waits for the end on this thread.
    package func wait() -> Int32 { program.wait().status }

    private func text(_ name: String) -> String {
        FileManager.default.contents(atPath: directory.path + "/" + name).map { String(decoding: $0, as: UTF8.self) }
            ?? ""
    }
}
