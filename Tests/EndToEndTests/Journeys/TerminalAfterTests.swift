import Foundation
import Glibc
import TestSupport
import Testing

/// However the dashboard ends or pauses, the terminal behind it is what it was before. Nothing can be done against
/// `kill -9`, which README says.
@Suite(.programs, .serialized, .enabled(if: Tmux.isInstalled, "tmux is not installed"), .timeLimit(.minutes(20)))
struct TerminalAfterTests {
    /// What ends it, and the status that the shell is told.
    enum End: Sendable, CustomTestStringConvertible {
        case keys([String], String)
        case signal(Int32, status: Int32, String)

        static let all: [End] =
            [
                .keys(["q"], "q"), .keys(["C-c", "C-c"], "Ctrl-C twice"),
                .keys(["?", "C-c", "C-c"], "Ctrl-C in the help"),
                .signal(SIGTERM, status: 0, "kill"), .signal(SIGINT, status: 0, "kill -INT"),
                .signal(SIGHUP, status: 0, "a shell that ends"),
            ]
            + [
                (SIGSEGV, "a bad pointer"), (SIGABRT, "an abort"), (SIGBUS, "a torn mapping"), (SIGILL, "a trap"),
                (SIGQUIT, "kill -QUIT"), (SIGUSR1, "a mistaken kill"), (SIGXCPU, "a limit of time"),
                (40, "a real-time signal"),
            ].map { .signal($0, status: 128 + $0, $1) }

        var testDescription: String {
            switch self {
            case .keys(_, let words), .signal(_, _, let words): words
            }
        }
    }

    @Test(arguments: End.all) func `an end gives the terminal back`(_ end: End) async throws {
        let terminal = try await ShellScript("signalbox; status=$?")
        try await terminal.tmux.wait(for: "Events enabled")
        let pid = try await terminal.processID()
        #expect(terminal.tmux.screen.contains("HERE BEFORE") == false)
        switch end {
        case .keys(let keys, _):
            await terminal.tmux.press(keys)
            try await terminal.expectRestored(status: 0)
        case .signal(let number, let status, _):
            kill(pid, number)
            try await terminal.expectRestored(status: status)
        }
    }

    @Test func `a stop gives the terminal back, however it comes, and fg takes it again`() async throws {
        let terminal = try await ShellScript(
            """
            signalbox; line key; echo SHELL 1; read go
            fg; line signal; echo SHELL 2; read go
            fg; status=$?
            # The last stop is over at once; where the shell has seen it nevertheless, it is told to go on.
            while [ $status -gt 128 ]; do fg; status=$?; done
            """
        )
        try await terminal.tmux.wait(for: "Events enabled")
        let pid = try await terminal.processID()
        await terminal.tmux.press("C-z")
        try await terminal.expectUsual("key", behind: "SHELL 1")
        await terminal.tmux.press("Enter")
        try await terminal.tmux.wait(for: "Events enabled")
        kill(pid, SIGTSTP)
        try await terminal.expectUsual("signal", behind: "SHELL 2")
        await terminal.tmux.press("Enter")
        try await terminal.tmux.wait(for: "Events enabled")
        // A stop that no program hears of: the shell takes the line as it is; `fg`, or as here going on, draws anew.
        kill(pid, SIGSTOP)
        kill(pid, SIGCONT)
        await terminal.tmux.press("?")
        try await terminal.tmux.wait(for: "type to search")
        await terminal.tmux.press("C-c", "C-c")
        try await terminal.expectRestored(status: 0)
    }

    @Test func `an editor gets the terminal as the shell had it, and what it leaves behind reaches nobody`()
        async throws
    {
        let terminal = try await ShellScript(
            """
            export VISUAL= EDITOR="$here/editor"
            signalbox demo --rate 1; line stopped; echo SHELL 1; read go
            fg; status=$?
            """
        )
        let tmux = terminal.tmux
        func edit(_ script: String) async throws {
            try terminal.setEditor("stty -a > \"$here/editor-line\"\necho EDITING\n" + script)
            try await tmux.perform("edit-and-replay")
        }
        try await tmux.wait(for: "✓ 200")
        await tmux.press("k")
        try await tmux.wait(for: "PAUSED")
        try await edit("exit 0")
        try await tmux.wait(forMessage: "Nothing was changed, so nothing was sent.")
        try await terminal.expectUsual("editor-line", behind: "EDITING")
        try await edit("exit 3")
        try await tmux.wait(forMessage: "ended with 3. Nothing was sent.")

        // One that dies in the middle of its own screen.
        let left = [
            "[?1049h", "[?1000h", "[?1003h", "[?1015h", "[?2004h", "[?25l", "[?1h", "=", "[?7l", "[4h", "[31m", "[3;9r",
            "(0", "[5 q", "[>1u", "[>4;2m",
        ]
        try await edit("stty raw -echo\nprintf '\(left.map { "\\033" + $0 }.joined())'\nexit 4")
        try await tmux.wait(forMessage: "ended with 4. Nothing was sent.")
        // The screen is whole, to its last column and row, and takes keys.
        let screen = try await tmux.wait(for: "help", without: "Messages")
        let rows = screen.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(rows.first?.contains("signalbox") == true && rows.last { !$0.isEmpty }?.contains("help") == true)

        // Ctrl-Z in it stops both; fg goes on in the editor.
        try await edit("cat > \"$here/typed\"; exit 5")
        try await tmux.wait(for: "EDITING", without: "PAUSED")
        await tmux.press("C-z")
        try await terminal.expectUsual("stopped", behind: "SHELL 1")
        await tmux.press("Enter")
        await tmux.type("still here\n")
        await tmux.press("C-d")
        try await tmux.wait(forMessage: "ended with 5. Nothing was sent.")
        #expect(terminal.file("typed") == "still here\n")
        await tmux.press("C-c", "C-c")
        try await terminal.expectRestored(status: 0)
    }

    @Test(arguments: [(SIGTERM, Int32(0)), (SIGSEGV, 128 + SIGSEGV)])
    func `an end while the editor has the terminal gives it back`(_ number: Int32, _ status: Int32) async throws {
        let terminal = try await ShellScript(
            """
            export VISUAL= EDITOR="$here/editor"
            signalbox demo --rate 1; status=$?
            """
        )
        try terminal.setEditor("stty raw -echo\nprintf '\\033[?1049h\\033[?25lEDITING'\ndd bs=1 count=1 2> /dev/null")
        try await terminal.tmux.wait(for: "✓ 200")
        try await terminal.tmux.perform("edit-and-replay")
        try await terminal.tmux.wait(for: "EDITING")
        kill(try await terminal.processID(), number)
        // What is asked for well waits for the person's own end of the editor: the text in it is theirs.
        if status == 0 { await terminal.tmux.press("x") }
        try await terminal.expectRestored(status: status)
    }

    @Test(arguments: [false, true])
    func `a stopped one that is killed ends, and the terminal stays the shell's`(isEditing: Bool) async throws {
        let terminal = try await ShellScript(
            """
            export VISUAL= EDITOR="$here/editor"
            signalbox \(isEditing ? "demo --rate 1" : ""); echo SHELL 1; read go
            kill -TERM %1; bg %1; wait %1; status=$?
            read still; echo "STILL $still"
            """
        )
        if isEditing {
            try terminal.setEditor("echo $$ > \"$here/pid\"; echo EDITING; exec cat")
            try await terminal.tmux.wait(for: "✓ 200")
            try await terminal.tmux.perform("edit-and-replay")
            try await terminal.tmux.wait(for: "EDITING")
        } else {
            try await terminal.tmux.wait(for: "Events enabled")
        }
        await terminal.tmux.press("C-z")
        try await terminal.tmux.wait(for: "SHELL 1")
        await terminal.tmux.press("Enter")
        await terminal.tmux.type("mine\n")
        try await terminal.tmux.wait(for: "STILL mine")
        try await terminal.expectRestored(status: 0)
        guard isEditing else { return }
        let editor = try #require(
            terminal.file("pid").flatMap { Int32($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
        )
        try await waitUntil("the editor to end") { kill(editor, 0) != 0 }
    }

    @Test func `a window that is closed ends the program in order`() async throws {
        let directory: ScratchDirectory
        do {
            let terminal = try await ShellScript("signalbox; status=$?")
            directory = terminal.directory
            try await terminal.tmux.wait(for: "Events enabled")
            _ = try await terminal.processID()
        }
        try await waitUntil("the running record to go") {
            !FileManager.default.fileExists(atPath: directory.path + "/data/running.json")
        }
    }
}
