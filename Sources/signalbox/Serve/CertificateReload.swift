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
    let logger: Logger

    func run() async throws {
        var isKnown = false
        for await _ in signals.cancelOnGracefulShutdown() {
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
