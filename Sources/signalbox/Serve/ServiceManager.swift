import Domain
import Glibc
import Logging
import ServiceLifecycle

/// Notifies systemd (or whoever started the program with `NOTIFY_SOCKET`) that it is ready, that it lives and that it ends.
///
/// It is fed only while nothing is overdue: what hangs in spite of its new beginning ends the process by the unit's
/// `WatchdogSec=`, and `Restart=` begins it anew.
struct ServiceManager: Service {
    private let socket: NotifySocket
    /// Between two signs of life; nil where nobody waits for them.
    let interval: Duration?
    private let isHealthy: @Sendable () -> Bool
    private let untilReady: @Sendable () async -> Void
    private let logger: Logger

    /// Nil where no service manager asks for notifications. A variable that can't be parsed is reported once in the log.
    ///
    /// `untilReady` returns when the program does what it is for, or is to end; `isHealthy` is asked before each sign of
    /// life.
    init?(
        environment: [String: String],
        processID: Int32 = getpid(),
        logger: Logger,
        untilReady: @escaping @Sendable () async -> Void,
        isHealthy: @escaping @Sendable () -> Bool
    ) {
        do {
            guard let given = try NotifySocket.given(environment) else { return nil }
            socket = given
        } catch {
            logger.warning("\(error)")
            return nil
        }
        do {
            interval = try Self.interval(environment, processID)
        } catch {
            logger.warning("\(error)")
            interval = nil
        }
        self.isHealthy = isHealthy
        self.untilReady = untilReady
        self.logger = logger
    }

    /// Half of `WATCHDOG_USEC`, if that is meant for this process.
    static func interval(
        _ environment: [String: String],
        _ processID: Int32 = getpid()
    ) throws(NotifyFault) -> Duration? {
        guard let text = environment["WATCHDOG_USEC"], !text.isEmpty else { return nil }
        if let owner = environment["WATCHDOG_PID"], !owner.isEmpty {
            guard let id = Int32(owner) else {
                throw NotifyFault("WATCHDOG_PID is not a process id; no watchdog notifications are sent.")
            }
            if id != processID { return nil }
        }
        guard let microseconds = Int64(text), microseconds >= 2000 else {
            throw NotifyFault(
                "WATCHDOG_USEC is not a number of microseconds of at least 2000; no watchdog notifications are sent."
            )
        }
        return .microseconds(microseconds / 2)
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await untilReady()
            guard !Task.isCancelled else { return }
            // In the place of what was said of a node that stood by.
            await notify("READY=1\nSTATUS=At work")
            // A service that returned would end the program.
            guard let interval else { return await untilCancelled() }
            while !Task.isCancelled {
                if isHealthy() { try? socket.send("WATCHDOG=1") }
                try? await Task.sleep(for: interval)
            }
        }
        await notify("STOPPING=1")
    }

    private func untilCancelled() async {
        let (never, end) = AsyncStream<Void>.makeStream()
        for await _ in never {}
        end.finish()
    }

    /// Says what must not get lost, however many others talk to the same socket; but nothing waits for it for long.
    private func notify(_ message: String) async {
        for _ in 1..<Self.tries {
            if (try? socket.send(message)) != nil { return }
            do { try await Task.sleep(for: .milliseconds(50)) } catch { break }
        }
        do { try socket.send(message) } catch {
            logger.warning("\(error)", metadata: ["message": "\(message)"])
        }
    }

    private static let tries = 10
}
