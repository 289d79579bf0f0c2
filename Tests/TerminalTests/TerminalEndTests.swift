import Drawing
import Foundation
import Glibc
import TestSupport
import Testing

@testable import Terminal

/// However the program ends, the terminal is as it was.
@Suite(.serialized)
struct TerminalEndTests {
    init() { Scenario.quietBacktraces() }

    @Test("SIGTERM is told and leaves time to end well")
    func terminate() async throws {
        let terminal = try PseudoTerminal()
        await #expect(processExitsWith: .exitCode(7)) { [path = terminal.path as String] in
            var session = try Scenario.open(path)
            session.present(Scenario.frame(session, "ready"), styles: Scenario.styles)
            kill(getpid(), SIGTERM)
            var told = session.wait(timeout: .seconds(10)).signals
            told.formUnion(session.wait(timeout: .zero).signals)
            session.leave()
            exit(told.contains(.terminate) ? 7 : 1)
        }
        Scenario.expectRestored(terminal.finish())
        #expect(terminal.isCooked)
    }

    @Test(
        "Where the last frame stays on the screen, the prompt gets a line of its own",
        arguments: ["linux", "vt100", "vt220"]
    )
    func noOtherScreen(term: String) async throws {
        let terminal = try PseudoTerminal()
        await #expect(processExitsWith: .exitCode(7)) { [path = terminal.path as String, term = term as String] in
            var session = try Scenario.open(path, term: term)
            session.present(Scenario.frame(session, "ready"), styles: Scenario.styles)
            session.leave()
            exit(7)
        }
        let output = terminal.finish()
        #expect(output.hasSuffix("\r\n"), "\(output.suffix(40).debugDescription)")
        let sudden = try PseudoTerminal()
        await #expect(processExitsWith: .failure) { [path = sudden.path as String, term = term as String] in
            var session = try Scenario.open(path, term: term)
            session.present(Scenario.frame(session, "ready"), styles: Scenario.styles)
            abort()
        }
        let left = sudden.finish()
        #expect(left.hasSuffix("\r\n"), "\(left.suffix(40).debugDescription)")
        #expect(ScreenModes(term: "xterm").end.isEmpty && ScreenModes(term: "xterm").suddenEnd.isEmpty)
    }

    @Test("A terminal that nobody reads does not keep the program from ending")
    func stalled() async throws {
        let terminal = try PseudoTerminal(reads: false)
        await #expect(processExitsWith: .exitCode(7)) { [path = terminal.path as String] in
            var session = try Scenario.open(path)
            let parent = getpid()
            Thread {
                // Once nothing more fits, the drawing thread sleeps inside `write`: it waits for nothing else.
                guard threadWaits(until: { !TerminalLine.standard.isWritable && Scenario.isAsleep }) else { exit(8) }
                kill(parent, SIGTERM)
            }.start()
            var number = 0
            while session.wait(timeout: .zero).signals.isEmpty {
                number += 1
                session.invalidate()
                session.present(Scenario.frame(session, "frame \(number)"), styles: Scenario.styles)
            }
            session.leave()
            exit(7)
        }
    }

    @Test("A terminal that goes away ends the session")
    func hangUp() async throws {
        let terminal = try PseudoTerminal(script: [.init(after: "ready", type: "", hangUp: true)])
        await #expect(processExitsWith: .exitCode(5)) { [path = terminal.path as String] in
            var session = try Scenario.open(path)
            session.present(Scenario.frame(session, "ready"), styles: Scenario.styles)
            for _ in 0..<10 where session.wait(timeout: .seconds(10)).isHungUp { exit(5) }
        }
    }

    @Test("A hang-up that comes again, or late, ends no program that is ending well")
    func lateHangUp() async throws {
        let terminal = try PseudoTerminal(script: [.init(after: "ready", type: "", hangUp: true)])
        await #expect(processExitsWith: .exitCode(5)) { [path = terminal.path as String] in
            var session = try Scenario.open(path)
            session.present(Scenario.frame(session, "ready"), styles: Scenario.styles)
            for _ in 0..<10 where session.wait(timeout: .seconds(10)).isHungUp {
                session.leave()
                raise(SIGHUP)
                exit(5)
            }
        }
    }

    @Test("A trap restores the screen before it ends the process")
    func trap() async throws {
        let terminal = try PseudoTerminal()
        await #expect(processExitsWith: .failure) { [path = terminal.path as String] in
            var session = try Scenario.open(path)
            session.present(Scenario.frame(session, "ready"), styles: Scenario.styles)
            let none: [Int] = []
            _ = none[Int(getpid())]
        }
        Scenario.expectRestored(terminal.finish())
        #expect(terminal.isCooked)
    }

    @Test("A signal that ends the process restores the screen", arguments: [SIGABRT, SIGSEGV])
    func fatalSignal(number: Int32) async throws {
        let terminal = try PseudoTerminal()
        await #expect(processExitsWith: .failure) { [path = terminal.path as String, number = number as Int32] in
            var session = try Scenario.open(path)
            session.present(Scenario.frame(session, "ready"), styles: Scenario.styles)
            // Threads of the pool block SIGABRT; only `abort` gets through.
            if number == SIGABRT { abort() }
            raise(number)
        }
        Scenario.expectRestored(terminal.finish())
        #expect(terminal.isCooked)
    }

    @Test(
        "Every other signal that ends the process restores the screen as well",
        arguments: [SIGUSR1, SIGALRM, SIGXCPU, SIGQUIT]
    )
    func endingSignal(number: Int32) async throws {
        let terminal = try PseudoTerminal()
        await #expect(processExitsWith: .signal(number)) { [path = terminal.path as String, number = number as Int32] in
            var session = try Scenario.open(path)
            session.present(Scenario.frame(session, "ready"), styles: Scenario.styles)
            kill(getpid(), number)
            while true { _ = session.wait(timeout: .seconds(10)) }
        }
        Scenario.expectRestored(terminal.finish())
        #expect(terminal.isCooked)
    }

    @Test("A signal from outside ends the process although a backtracer stands behind", arguments: [SIGABRT, SIGSEGV])
    func signalWithBacktracer(number: Int32) async throws {
        let terminal = try PseudoTerminal()
        unsafe setenv("SWIFT_BACKTRACE", "enable=yes,interactive=yes", 1)
        defer { unsafe setenv("SWIFT_BACKTRACE", "enable=no", 1) }
        await #expect(processExitsWith: .signal(number)) { [path = terminal.path as String, number = number as Int32] in
            var session = try Scenario.open(path)
            session.present(Scenario.frame(session, "ready"), styles: Scenario.styles)
            var allowed = sigset_t()
            unsafe sigfillset(&allowed)
            unsafe pthread_sigmask(SIG_UNBLOCK, &allowed, nil)
            kill(getpid(), number)
            while true { _ = session.wait(timeout: .seconds(10)) }
        }
        let output = terminal.finish()
        Scenario.expectRestored(output)
        #expect(!output.contains("Press"))
        #expect(terminal.isCooked)
    }
}
