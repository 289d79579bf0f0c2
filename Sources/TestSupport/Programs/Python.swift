import Foundation

/// The Python whose packages check our work from outside: `SIGNALBOX_PYTHON`, or `python3`.
package enum Python {
    package static let executable = ProcessInfo.processInfo.environment["SIGNALBOX_PYTHON"] ?? "python3"

    package static func has(_ module: String) -> Bool {
        (try? run("import \(module)\nprint('yes')", input: "")) == "yes"
    }

    /// Runs the script with `input` on its standard input; its output without the last line break.
    package static func run(_ script: String, input: String) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [executable, "-c", script]
        let standardInput = Pipe()
        let standardOutput = Pipe()
        process.standardInput = standardInput
        process.standardOutput = standardOutput
        process.standardError = FileHandle.nullDevice
        try process.run()
        try standardInput.fileHandleForWriting.write(contentsOf: Data(input.utf8))
        try standardInput.fileHandleForWriting.close()
        let output = try standardOutput.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return String(decoding: output, as: UTF8.self).trimmingCharacters(in: .newlines)
    }
}
