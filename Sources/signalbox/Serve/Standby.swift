import Domain
import Glibc
import Logging
import Store

#if PostgreSQL
import StorePostgres
#endif

/// Opens the node of `serve`. Beside nodes that it can't work with, which are those of another version and commands that have
/// the database alone, it waits until they end.
///
/// Nothing listens meanwhile, so that a balancer sends everything to the nodes that are at work.
struct Standby {
    let settings: Settings
    let environment: [String: String]
    let signs: StartSigns?
    let logger: Logger

    /// Between two looks at the database; a node that was stopped is followed within a second.
    private static let pause = 250

    /// Nil where it was told to end before its turn came. It holds its thread. Where it throws, the signs that have begun are for
    /// the caller to end.
    ///
    /// - Throws: what `EngineNode.open` throws, but for that another node has the database.
    func open() throws -> EngineNode? {
        var signals: Signals?
        var said = ""
        while true {
            signs?.begin()
            do {
                let node = try EngineNode.open(settings, shares: true, logger: logger)
                signs?.opened()
                return node
            } catch let error as StoreError {
                guard settings.database != nil else { throw error }
                // From here on each look at the database is a sign of life.
                signs?.end()
                switch (error.kind, signals) {
                case (.held, nil): begin(error)
                case (.held, _): break
                // Its turn came, and could not be taken yet: as where the other one was paused in a transaction.
                case (.other, .some):
                    if said != error.message { logger.warning("Standing by, though: \(error.message)") }
                    said = error.message
                default: throw error
                }
            }
            let own = signals ?? Signals()
            signals = own
            guard waitUntilFree(own) else { return nil }
        }
    }

    private func begin(_ error: StoreError) {
        logger.notice("Standing by. \(error.message)")
        // A unit that stands by has started: its manager must not give it up.
        notify("READY=1\nSTATUS=Standing by: another node is in the way")
    }

    private func notify(_ message: String) {
        do throws(NotifyFault) { try NotifySocket.given(environment)?.send(message) } catch { logger.debug("\(error)") }
    }

    /// False where a signal came.
    private func waitUntilFree(_ signals: Signals) -> Bool {
        #if PostgreSQL
        guard let address = settings.database.flatMap({ PostgresAddress($0.exposed) }) else { return true }
        let watch = StandbyWatch(address)
        var (looks, isAnswering) = (0, true)
        while !signals.came(within: Self.pause) {
            looks += 1
            if looks % 4 == 0, environment["WATCHDOG_USEC"] != nil { notify("WATCHDOG=1") }
            do throws(StoreError) {
                if try watch.isFree() { return true }
                isAnswering = true
            } catch {
                if isAnswering { logger.warning("Standing by, though: \(error.message)") }
                isAnswering = false
            }
        }
        return false
        #else
        return true
        #endif
    }
}

/// SIGTERM and SIGINT, waited for by the thread that made this; as before when it ends.
private final class Signals {
    private var waited = sigset_t()
    private var former = sigset_t()

    init() {
        unsafe sigemptyset(&waited)
        unsafe sigaddset(&waited, SIGTERM)
        unsafe sigaddset(&waited, SIGINT)
        unsafe pthread_sigmask(SIG_BLOCK, &waited, &former)
    }

    deinit { unsafe pthread_sigmask(SIG_SETMASK, &former, nil) }

    /// Whether one came within so many milliseconds.
    func came(within milliseconds: Int) -> Bool {
        var time = timespec(tv_sec: milliseconds / 1000, tv_nsec: milliseconds % 1000 * 1_000_000)
        return unsafe sigtimedwait(&waited, nil, &time) > 0
    }
}
