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
        let directory = try ScratchDirectory()
        let diagnostics = try directory.write("", to: "diagnostics")
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [executable, "-c", script] + arguments
        let standardInput = Pipe()
        let standardOutput = Pipe()
        process.standardInput = standardInput
        process.standardOutput = standardOutput
        process.standardError = FileHandle(forWritingAtPath: diagnostics)
        try process.run()
        try standardInput.fileHandleForWriting.write(contentsOf: Data(input.utf8))
        try standardInput.fileHandleForWriting.close()
        let output = try standardOutput.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Failed(description: try String(contentsOfFile: diagnostics, encoding: .utf8))
        }
        return String(decoding: output, as: UTF8.self).trimmingCharacters(in: .newlines)
    }
}
