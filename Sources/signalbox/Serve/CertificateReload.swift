import Glibc
import Logging
import Primitives
import ServiceLifecycle
import UnixSignals

/// Reads the listeners' certificate anew on SIGHUP, as whoever renews it asks for. Connections that are open go on with the
/// former one.
struct CertificateReload: Service {
    /// Nil where the listeners speak plain HTTP.
    let doors: TLSDoors?
    /// Trapped at the beginning of the program; what came before the listeners were there is seen to then.
    let signals: UnixSignalsSequence
    let terminal: ControllingTerminal
    let logger: Logger

    func run() async throws {
        var isKnown = false
        for await _ in signals.cancelOnGracefulShutdown() {
            // The same signal says that, and then nobody is there to end it.
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
