import Foundation

/// The Python whose packages check our work from outside: `SIGNALBOX_PYTHON`, or `python3`.
package enum Python {
    /// A script that ended otherwise than well, with what it said.
    package struct Failed: Error, CustomStringConvertible {
        package let description: String
    }

    package static let executable = ProcessInfo.processInfo.environment["SIGNALBOX_PYTHON"] ?? "python3"

    package static func has(_ module: String) -> Bool {
        (try? run("import \(module)\nprint('yes')")) == "yes"
    }

    /// Runs the script with `input` on its standard input; its output without the last line break.
    ///
    /// It holds its thread meanwhile: a script that asks a server of the test belongs into ``offThread(_:)``.
    package static func run(_ script: String, arguments: [String] = [], input: String = "") throws -> String {
        let script = try Spawned("/usr/bin/env", [executable, "-c", script] + arguments, input: input)
        guard script.wait() == 0 else { throw Failed(description: script.diagnostics) }
        return script.output.trimmingCharacters(in: .newlines)
    }
}
