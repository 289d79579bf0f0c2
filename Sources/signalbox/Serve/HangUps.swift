import Glibc
import Logging
import Primitives
import ServiceLifecycle
import UnixSignals

/// What SIGHUP asks for. Whoever renews the listeners' certificate has it read anew, while connections that are open go on with
/// the former one; the kernel says so that the terminal was closed.
struct HangUps: Service {
    /// Nil where the listeners speak plain HTTP.
    let doors: TLSDoors?
    /// Trapped at the beginning of the program; what came before the listeners were there is seen to then.
    let signals: UnixSignalsSequence
    let terminal: ControllingTerminal
    let logger: Logger

    func run() async throws {
        var isKnown = false
        for await _ in signals.cancelOnGracefulShutdown() {
            if terminal.isLost {
                logger.notice("The terminal was closed, so Signalbox ends")
                kill(getpid(), SIGTERM)
                continue
            }
            guard let doors else {
                if !isKnown {
                    logger.notice("SIGHUP reads a certificate anew, and there is none; nothing else changes by it")
                }
                isKnown = true
                continue
            }
            do throws(TLSFiles.Fault) {
                let ends = try doors.reload(now: .now())
                logger.notice("The certificate was read anew; it is valid until \(ends.iso)")
            } catch {
                logger.error("\(error) The one before stays in use.")
            }
        }
    }
}

/// The terminal that the program was started in, if any.
struct ControllingTerminal: Sendable {
    private let wasThere = Self.isThere

    var isLost: Bool { wasThere && !Self.isThere }

    private static var isThere: Bool {
        let terminal = unsafe open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC)
        guard terminal >= 0 else { return false }
        close(terminal)
        return true
    }
}
