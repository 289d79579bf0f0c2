import Foundation
import Glibc
import Synchronization

/// A terminal of its own, driven as a person would: keys in, screen out.
final class Tmux: Sendable {
    static let isInstalled = FileManager.default.isExecutableFile(atPath: "/usr/bin/tmux")
    private static let number = Mutex(0)

    private let socket: String

    /// Starts a shell command in a screen of that size; the screen stays when the command has ended.
    init(width: Int, height: Int, _ command: String) throws {
        let number = Self.number.withLock { number in
            number += 1
            return number
        }
        socket = "signalbox-\(ProcessInfo.processInfo.processIdentifier)-\(number)"
        let start = [
            "-f", "/dev/null", "new-session", "-d", "-x", String(width), "-y", String(height),
            command + "; echo EXIT=$?; trap '' INT; exec cat",
        ]
        guard Self.tmux(socket, start) != nil else { throw TimedOut(description: "tmux could not be started") }
    }

    deinit { _ = Self.tmux(socket, ["kill-server"]) }

    var screen: String { Self.tmux(socket, ["capture-pane", "-p"]) ?? "" }

    /// Keys by tmux's names: `Tab`, `C-s`, `Enter`, `a`.
    func press(_ keys: String...) async {
        let socket = socket
        await offThread { _ = Self.tmux(socket, ["send-keys"] + keys) }
    }

    func type(_ text: String) async {
        let socket = socket
        await offThread { _ = Self.tmux(socket, ["send-keys", "-l", text]) }
    }

    /// Pastes as a terminal does that brackets what it pastes.
    func paste(_ text: String) async {
        let socket = socket
        await offThread {
            _ = Self.tmux(socket, ["set-buffer", text])
            _ = Self.tmux(socket, ["paste-buffer", "-p"])
        }
    }

    func resize(width: Int, height: Int) async {
        let socket = socket
        await offThread { _ = Self.tmux(socket, ["resize-window", "-x", String(width), "-y", String(height)]) }
    }

    /// Waits until the screen shows something, and gives the screen.
    @discardableResult
    func wait(for text: String, within seconds: Double = 60) async throws -> String {
        try await eventually("“\(text)” on the screen", within: seconds, seen: { [self] in screen }) { [self] in
            let screen = screen
            return screen.contains(text) ? screen : nil
        }
    }

    /// Presses a key until the screen shows something.
    func press(_ key: String, until text: String, atMost times: Int = 40) async throws {
        for _ in 0..<times {
            let before = screen
            if before.contains(text) { return }
            await press(key)
            _ = try? await eventually("the screen to change", within: 0.5) { [self] in screen != before ? true : nil }
        }
        throw TimedOut(description: "pressed \(key) \(times) times, “\(text)” never came; last seen:\n\(screen)")
    }

    private static func tmux(_ socket: String, _ arguments: [String]) -> String? {
        var environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("SIGNALBOX_") }
        environment["LC_ALL"] = "C.UTF-8"
        environment["TERM"] = "xterm-256color"
        environment["TMUX"] = nil
        environment["NO_COLOR"] = nil
        environment["HOME"] = "/nonexistent"
        environment["SWIFT_BACKTRACE"] = "interactive=no"
        let words = ["-u", "-L", socket] + arguments
        guard let process = try? Spawned("/usr/bin/tmux", words, input: "", environment: environment) else {
            return nil
        }
        // tmux's client answers at once.
        for _ in 0..<2000 {
            if let status = process.exitStatus { return status == 0 ? process.output : nil }
            _ = poll(nil, 0, 2)
        }
        return nil
    }
}
