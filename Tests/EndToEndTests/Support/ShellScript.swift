import Foundation
import TestSupport
import Testing

/// A shell script in a terminal of its own, with what the terminal is at places of it.
///
/// In the script `signalbox` is the program with a data directory of its own, `line NAME` writes down what the line is, `$here`
/// is the directory, and `$status` in the end the status. The shell has jobs, but keeps no settings of the terminal for them:
/// others mend what a program left behind.
struct ShellScript {
    let tmux: Tmux
    let directory: ScratchDirectory

    init(_ script: String) async throws {
        directory = try ScratchDirectory()
        let path = directory.path
        let text = """
            set -m
            export here='\(path)'
            line() { stty -a > "$here/new"; mv "$here/new" "$here/$1"; }
            signalbox() {
                '\(Program.path)' "$@" --data-dir "$here/data" --receiver 127.0.0.1:0 --management 127.0.0.1:0
            }
            read begin
            echo HERE BEFORE
            line before
            \(script)
            line after
            exit $status

            """
        try directory.write(text, to: "script")
        tmux = try Tmux(width: 120, height: 36, "sh '\(path)/script'")
        await tmux.record(to: path + "/bytes")
        await tmux.press("Enter")
    }

    func file(_ name: String) -> String? {
        FileManager.default.contents(atPath: directory.path + "/" + name).map { String(decoding: $0, as: UTF8.self) }
    }

    /// What the next editor does.
    func setEditor(_ script: String) throws {
        let path = try directory.write("#!/bin/sh\n" + script + "\n", to: "editor")
        try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: path)
    }

    /// The process of the dashboard.
    func processID() async throws -> Int32 {
        try await ManagementAPI.running(in: directory.path + "/data").processID
    }

    /// Expects the terminal to be as it was before where the script says so with some words.
    func expectUsual(
        _ line: String,
        behind words: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let modes = try await modes(at: words)
        #expect(modes == TerminalModes(), sourceLocation: sourceLocation)
        let before = file("before")
        #expect(before != nil && file(line) == before, sourceLocation: sourceLocation)
    }

    /// Expects everything to be as before at the end of the script.
    func expectRestored(status: Int32, sourceLocation: SourceLocation = #_sourceLocation) async throws {
        let screen = try await tmux.wait(for: "EXIT=")
        #expect(screen.contains("EXIT=\(status)"), "\(screen)", sourceLocation: sourceLocation)
        #expect(screen.contains("HERE BEFORE"), "\(screen)", sourceLocation: sourceLocation)
        try await expectUsual("after", behind: "EXIT=", sourceLocation: sourceLocation)
    }

    /// What the terminal was set to where some words were written first: the recording, by another program, may be behind.
    private func modes(at words: String) async throws -> TerminalModes {
        let path = directory.path + "/bytes"
        let (bytes, place) = try await waitUntil("“\(words)” is recorded", seen: { tmux.screen }) {
            () -> (Data, Int)? in
            let bytes = FileManager.default.contents(atPath: path) ?? Data()
            return bytes.firstRange(of: Data(words.utf8)).map { (bytes, $0.lowerBound) }
        }
        return TerminalModes(after: bytes[..<place])
    }
}
