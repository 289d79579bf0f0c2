import Foundation
import Glibc
import Primitives
import TestSupport

/// A terminal of its own, driven as a person would: keys in, screen out.
final class Tmux: Sendable {
    static let isInstalled = FileManager.default.isExecutableFile(atPath: "/usr/bin/tmux")
    private static let number = Locked(0)

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
    func press(_ keys: String...) async { await press(keys) }

    /// At once, so that what ends the program has been sent before it ends.
    func press(_ keys: [String]) async {
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

    /// Appends to a file what is written to the terminal from now on.
    func record(to file: String) async {
        let socket = socket
        await offThread { _ = Self.tmux(socket, ["pipe-pane", "-O", "cat >> '\(file)'"]) }
    }

    func resize(width: Int, height: Int) async {
        let socket = socket
        await offThread { _ = Self.tmux(socket, ["resize-window", "-x", String(width), "-y", String(height)]) }
    }

    /// Waits until the screen shows something, and something else no more, and gives the screen. What shows for a moment
    /// only, as a toast does, may come and go between two looks.
    @discardableResult
    func wait(for text: String, without gone: String? = nil, within seconds: Double = Patience.wait) async throws
        -> String
    {
        try await wait(until: "“\(text)” is on the screen", within: seconds) { screen in
            screen.contains(text) && gone.map(screen.contains) != true
        }
    }

    /// Waits until the screen is as it shall be, and gives it.
    @discardableResult
    func wait(
        until what: String,
        within seconds: Double = Patience.wait,
        _ isShown: (String) -> Bool
    ) async throws -> String {
        try await waitUntil(what, within: seconds, seen: { await offThread { self.screen } }) {
            let screen = await offThread { self.screen }
            return isShown(screen) ? screen : nil
        }
    }

    /// Waits for a message of the dashboard: it may have come and gone between two looks, and then stands in the list of
    /// messages alone.
    func wait(forMessage text: String) async throws {
        do {
            try await wait(for: text, within: 5)
        } catch is TimedOut {
            await press("C-l")
            try await wait(for: text)
            await press("Escape")
        }
    }

    /// Tabs to a field of the form. The mark beside its label is what tells that it has the focus: a help line gives way
    /// to the fault of a field that was passed, and letters typed before may still change the screen.
    func focus(_ label: String) async throws {
        for _ in 0..<80 {
            let before = Self.focusedRows(screen)
            if before.contains(where: { $0.hasPrefix(label) }) { return }
            await press("Tab")
            try await wait(until: "the focus moves") { screen in
                let rows = Self.focusedRows(screen)
                return !rows.isEmpty && rows != before
            }
        }
        throw TimedOut(description: "pressed Tab 80 times, “\(label)” never had the focus; last seen:\n\(screen)")
    }

    /// Tabs to a field of the form and writes over what stands in it.
    func fill(_ label: String, _ text: String) async throws {
        try await focus(label)
        await press("C-e", "C-u")
        await type(text)
    }

    /// What stands behind the mark of the focus, in the rows that show one.
    private static func focusedRows(_ screen: String) -> [String] {
        screen.split(separator: "\n").compactMap { row in
            guard let mark = row.range(of: "▸"), row.hasPrefix("┃") else { return nil }
            return String(row[mark.upperBound...].drop { " •▾▹".contains($0) })
        }
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
        // tmux's client answers at once, on a machine that lets it run.
        guard threadWaits(within: 240, until: { process.exitStatus != nil }) else { return nil }
        return process.exitStatus == 0 ? process.output : nil
    }
}
