import Drawing
import Foundation
import Glibc
import TestSupport
import Testing

@testable import Terminal

@Suite(.serialized)
struct TerminalSessionTests {
    init() { Scenario.quietBacktraces() }

    @Test("A normal end gives everything back")
    func normalEnd() async throws {
        let terminal = try PseudoTerminal(script: [.init(after: "ready", type: "q")])
        await #expect(processExitsWith: .success) { [path = terminal.path as String] in
            var session = try Scenario.open(path)
            Scenario.echo(&session)
            session.leave()
        }
        let output = terminal.finish()
        Scenario.expectRestored(output)
        #expect(output.contains("\u{1B}]2;Signalbox\u{07}"))
        #expect(output.contains("\u{1B}[?2026h") && output.contains("\u{1B}[?2026l"))
        #expect(terminal.isCooked)
    }

    @Test("A link is written over what ncurses drew, and taken back though its letters stay")
    func link() async throws {
        let terminal = try PseudoTerminal()
        await #expect(processExitsWith: .success) { [path = terminal.path as String] in
            var session = try Scenario.open(path)
            Scenario.link(&session, "https://a.example/x")
            session.leave()
        }
        let output = terminal.finish()
        Scenario.expectRestored(output)
        let drawn = try #require(output.firstRange(of: "see here"))
        let linked = try #require(output.firstRange(of: ";https://a.example/x\u{1B}\\"))
        #expect(drawn.lowerBound < linked.lowerBound)
        #expect(output[linked.upperBound...].contains("here\u{1B}]8;;\u{1B}\\\u{1B}8"))
        // The same cells once more, with nothing around them.
        #expect(output[linked.upperBound...].contains("mhere\u{1B}8"))
    }

    @Test("Keys, pastes, the mouse far right and focus arrive through the real terminal")
    func input() async throws {
        let terminal = try PseudoTerminal(
            width: 320,
            script: [
                .init(after: "ready", type: "\u{1B}[A"),
                .init(after: Scenario.answer("up"), type: "\u{1B}OB"),
                .init(after: Scenario.answer("down"), type: "\u{1B}[1;5A"),
                .init(after: Scenario.answer("ctrl+up"), type: "\u{1B}x"),
                .init(after: Scenario.answer("alt+x"), type: "\u{1B}"),
                .init(after: Scenario.answer("esc"), type: "\u{1B}[200~two\rlines\u{1B}[201~"),
                .init(after: Scenario.answer("paste two⏎lines"), type: "\u{1B}[<0;300;5M"),
                .init(after: "299,4\u{07}", type: "\u{1B}[<64;7;9M"),
                .init(after: "6,8\u{07}", type: "\u{1B}[I"),
                .init(after: Scenario.answer("focus true"), type: "é"),
                .init(after: Scenario.answer("é"), type: "\u{1B}[Z"),
                .init(after: Scenario.answer("shift+tab"), type: "q"),
            ]
        )
        await #expect(processExitsWith: .success) { [path = terminal.path as String] in
            var session = try Scenario.open(path)
            Scenario.echo(&session)
            session.leave()
        }
        let output = terminal.finish()
        // The last answer is only typed after all answers before it were drawn.
        #expect(output.contains("shift+tab"), "\(output.suffix(400).debugDescription)")
        Scenario.expectRestored(output)
    }

    @Test("Ctrl-Z gives the screen back and takes it again")
    func suspend() async throws {
        let terminal = try PseudoTerminal(
            script: [.init(after: "ready", type: "\u{1A}"), .init(after: Scenario.answer("ctrl+z"), type: "q")]
        )
        await #expect(processExitsWith: .success) { [path = terminal.path as String] in
            var session = try Scenario.open(path)
            Scenario.echo(&session)
            session.leave()
        }
        let output = terminal.finish()
        #expect(output.ranges(of: "\u{1B}[?2004h").count == 2)
        #expect(output.ranges(of: "\u{1B}[?2004l").count >= 2)
        #expect(output.ranges(of: "\u{1B}[?1049l").count == 2)
        Scenario.expectRestored(output)
    }

    @Test("A resize is told with the new size and drawn in full")
    func resize() async throws {
        let terminal = try PseudoTerminal(
            script: [
                .init(after: "ready", type: "", size: (100, 30)),
                .init(after: Scenario.answer("size 100x30"), type: "", size: (1, 1)),
                .init(after: Scenario.answer("size 1x1"), type: "q"),
            ]
        )
        await #expect(processExitsWith: .success) { [path = terminal.path as String] in
            var session = try Scenario.open(path)
            Scenario.echo(&session)
            guard session.size == Size(width: 1, height: 1) else { exit(3) }
            session.leave()
        }
        Scenario.expectRestored(terminal.finish())
    }

    @Test("What was typed while another program had the terminal is not ours")
    func lent() async throws {
        let terminal = try PseudoTerminal(script: [
            .init(after: "lent", type: "xyy"), .init(after: "\u{1B}]2;back\u{07}", type: "q"),
        ])
        await #expect(processExitsWith: .success) { [path = terminal.path as String] in
            var session = try Scenario.open(path)
            session.present(Scenario.frame(session, "ready"), styles: Scenario.styles)
            // Takes one letter and leaves the others.
            let words = ["/bin/sh", "-c", "stty raw -echo; echo lent; head -c 1 >/dev/null"]
            guard session.lend(to: words) == 0 else { exit(4) }
            session.present(Scenario.frame(session, "back", title: "back"), styles: Scenario.styles)
            var keys: [InputEvent] = []
            while keys.isEmpty {
                let activity = session.wait(timeout: .seconds(20))
                guard !activity.isHungUp, !activity.input.isEmpty || activity.needsRedraw else { exit(5) }
                keys = activity.input
            }
            session.leave()
            guard keys == [.key(.character("q"))] else { exit(3) }
        }
        Scenario.expectRestored(terminal.finish())
    }

    @Test("A resize while stopped is told when the program goes on")
    func resizeWhileStopped() async throws {
        let terminal = try PseudoTerminal(
            script: [.init(after: "ready", type: "", size: (100, 30)), .init(after: "size 100x30", type: "q")]
        )
        await #expect(processExitsWith: .success) { [path = terminal.path as String] in
            // SIGWINCH is what a stopped program does not get; ncurses then finds the size out by itself.
            var session = try Scenario.open(path)
            var blocked = sigset_t()
            unsafe sigemptyset(&blocked)
            unsafe sigaddset(&blocked, SIGWINCH)
            unsafe pthread_sigmask(SIG_BLOCK, &blocked, nil)
            session.present(Scenario.frame(session, "ready"), styles: Scenario.styles)
            let size = Size(width: 100, height: 30)
            guard threadWaits(until: { TerminalLine.standard.size == size }) else { exit(4) }
            session.suspend()
            let told = session.wait(timeout: .seconds(10))
            guard told.input.first == .resize(Size(width: 100, height: 30)) else { exit(3) }
            session.present(Scenario.frame(session, "size 100x30"), styles: Scenario.styles)
            session.leave()
        }
        Scenario.expectRestored(terminal.finish())
    }

    @Test(
        "With ASCII asked for, or a language that has no more, no other byte is sent",
        arguments: ["C", "de_DE.ISO-8859-1"]
    )
    func asciiOnly(language: String) async throws {
        let terminal = try PseudoTerminal()
        await #expect(processExitsWith: .success) { [path = terminal.path as String, language = language as String] in
            unsafe setenv("LC_ALL", language, 1)
            var session = try Scenario.open(path)
            guard !session.capabilities.isUTF8 else { exit(3) }
            var canvas = Canvas(size: session.size, glyphs: session.capabilities.glyphs(ascii: false))
            canvas.draw("≈ 界 é… · Ω", at: .zero)
            session.present(Frame(canvas: canvas, title: "signalbox · é"), styles: Scenario.styles)
            session.leave()
        }
        let output = terminal.finish()
        // Behind the session's end the test's own plumbing writes to the same file.
        let drawn = output[..<(output.ranges(of: "\u{1B}[?1049l").last?.upperBound ?? output.endIndex)]
        #expect(drawn.utf8.allSatisfy { $0 < 0x80 }, "\(drawn.debugDescription)")
        #expect(output.contains("~ ?  e~ - ?"), "\(output.debugDescription)")
    }

    @Test("Much that is typed without the marks of a paste is taken in in pieces")
    func rawPaste() async throws {
        let terminal = try PseudoTerminal(
            script: [.init(after: "ready", type: String(repeating: "x", count: 200_000) + "q")]
        )
        await #expect(processExitsWith: .success) { [path = terminal.path as String] in
            var session = try Scenario.open(path)
            session.present(Scenario.frame(session, "ready"), styles: Scenario.styles)
            var taken = 0
            while taken < 200_001 {
                let input = session.wait(timeout: .seconds(20)).input
                guard !input.isEmpty, input.dropLast().allSatisfy({ $0 == .key(.character("x")) }) else { exit(3) }
                taken += input.count
            }
            session.leave()
        }
        Scenario.expectRestored(terminal.finish())
    }

    @Test("An unknown TERM is replaced and told")
    func unknownTerminal() async throws {
        let terminal = try PseudoTerminal(script: [.init(after: "ready", type: "q")])
        await #expect(processExitsWith: .success) { [path = terminal.path as String] in
            var session = try Scenario.open(path, term: "xterm-of-tomorrow")
            guard session.capabilities.term == "xterm-256color", let notice = session.notice,
                notice.string.contains("xterm-of-tomorrow")
            else { exit(3) }
            Scenario.echo(&session)
            session.leave()
        }
        Scenario.expectRestored(terminal.finish())
    }

    @Test("With COLORTERM, 24-bit colours are sent")
    func directColors() async throws {
        let terminal = try PseudoTerminal(script: [.init(after: "ready", type: "q")])
        let scratch = try ScratchDirectory()
        defer { scratch.remove() }
        let folder = scratch.path
        await #expect(processExitsWith: .success) { [path = terminal.path as String, folder = folder as String] in
            var session = try Scenario.open(path, more: ["COLORTERM": "truecolor", "XDG_CACHE_HOME": folder])
            guard session.capabilities.depth == .truecolor else { exit(3) }
            Scenario.echo(&session)
            session.leave()
        }
        #expect(terminal.finish().contains("38;2;51;102;153"))
    }

    @Test("Only what changed is sent")
    func changes() async throws {
        let terminal = try PseudoTerminal()
        await #expect(processExitsWith: .success) { [path = terminal.path as String] in
            var session = try Scenario.open(path)
            let first = session.present(Scenario.frame(session, "one 界"), styles: Scenario.styles)
            let same = session.present(Scenario.frame(session, "one 界"), styles: Scenario.styles)
            let other = session.present(Scenario.frame(session, "ore 界"), styles: Scenario.styles)
            let wide = session.present(Scenario.frame(session, "ore 語"), styles: Scenario.styles)
            session.leave()
            guard first == 80 * 24 - 1, same == 0, other == 1, wide == 1 else { exit(3) }
        }
        Scenario.expectRestored(terminal.finish())
    }

    @Test("A wake-up from another thread ends the wait, and messages keep their order")
    func wakeUp() throws {
        let wakeup = try Wakeup()
        let inbox = Inbox<Int>(wakeup: wakeup)
        for number in 0..<100 { inbox.post(number) }
        #expect(inbox.drain() == Array(0..<100))
        #expect(inbox.isEmpty)
    }

    @Test("An unknown TERM with COLORTERM still gets 24-bit colours")
    func unknownTerminalWithDirectColors() async throws {
        let terminal = try PseudoTerminal(script: [.init(after: "ready", type: "q")])
        let scratch = try ScratchDirectory()
        defer { scratch.remove() }
        let folder = scratch.path
        await #expect(processExitsWith: .success) { [path = terminal.path as String, folder = folder as String] in
            let more = ["COLORTERM": "truecolor", "XDG_CACHE_HOME": folder]
            var session = try Scenario.open(path, term: "xterm-of-tomorrow", more: more)
            guard session.capabilities.depth == .truecolor, session.notice != nil else { exit(3) }
            Scenario.echo(&session)
            session.leave()
        }
        #expect(terminal.finish().contains("38;2;51;102;153"))
    }

    @Test("Diagnostics go to a file while the screen is drawn, and back afterwards")
    func redirection() async throws {
        let scratch = try ScratchDirectory()
        defer { scratch.remove() }
        let file = scratch.path + "/session.log"
        await #expect(processExitsWith: .success) { [file = file as String] in
            let redirection = StandardErrorRedirection(to: file)
            FileHandle.standardError.write(Data("inside".utf8))
            redirection.restore()
            FileHandle.standardError.write(Data("outside".utf8))
        }
        #expect(try String(contentsOfFile: file, encoding: .utf8) == "inside")
    }

    @Test("Where no file can be written the screen is drawn all the same, and it is told what is lost")
    func unwritableLog() async {
        await #expect(processExitsWith: .success) {
            let redirection = StandardErrorRedirection(to: "/nowhere/x.log")
            guard redirection.problem?.contains("/nowhere/x.log can't be written (No such file") == true else {
                exit(3)
            }
            FileHandle.standardError.write(Data("inside".utf8))
            redirection.restore()
            FileHandle.standardError.write(Data("outside".utf8))
        }
    }

    @Test("A file that root makes belongs to the owner of its folder", .enabled(if: geteuid() == 0))
    func ownedLog() throws {
        let scratch = try ScratchDirectory()
        defer { scratch.remove() }
        try #require(unsafe chown(scratch.path, 65_534, 65_534) == 0)
        let file = scratch.path + "/session.log"
        close(RedirectedLog.open(file))
        let owner = try FileManager.default.attributesOfItem(atPath: file)[.ownerAccountID] as? Int
        #expect(owner == 65_534)
    }

    @Test("Without a terminal the session says what to do")
    func notInteractive() async {
        await #expect(processExitsWith: .success) {
            let null = unsafe open("/dev/null", O_RDWR)
            dup2(null, 0)
            let wakeup = try Wakeup()
            do {
                var session = try TerminalSession(TerminalOptions(environment: ["TERM": "xterm"]), wakeup: wakeup)
                session.leave()
                exit(3)
            } catch let error as TerminalError {
                guard error == .notInteractive, error.description.contains("--plain") else { exit(4) }
            }
        }
    }
}
