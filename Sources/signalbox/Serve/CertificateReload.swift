import Logging
import Primitives
import ServiceLifecycle
import UnixSignals

/// Reads the listeners' certificate anew on SIGHUP, as whoever renews it asks for. Connections that are open go on with the
/// former one.
struct CertificateReload: Service {
    let doors: TLSDoors
    /// Trapped before the listeners are bound: by default this signal ends a program.
    let signals: UnixSignalsSequence
    let logger: Logger

    func run() async throws {
        for await _ in signals.cancelOnGracefulShutdown() {
            do throws(TLSFiles.Fault) {
                let ends = try doors.reload(now: .now())
                logger.notice("The certificate was read anew; it is valid until \(ends.iso)")
            } catch {
                logger.error("\(error) The one before stays in use.")
            }
        }
    }
}
