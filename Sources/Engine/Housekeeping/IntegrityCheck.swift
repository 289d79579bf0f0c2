import Domain
import EngineAPI
import Logging
import Primitives
import Store

/// Looks through the store where the last process was ended before it could close it: in the background, as it reads
/// everything. A kill harms nothing; a power cut with a disk that lies about what it has written may.
final class IntegrityCheck: Sendable {
    /// Milliseconds after the start: others come first.
    static let after: Int64 = 5000

    private let store: any IntegrityStore
    private let clock: any EngineClock
    private let notices: NoticeHub
    private let logger: Logger
    private let found = Locked<(sentence: String, since: Timestamp)?>(nil)

    init(store: any IntegrityStore, clock: any EngineClock, notices: NoticeHub, logger: Logger) {
        self.store = store
        self.clock = clock
        self.notices = notices
        self.logger = logger
    }

    /// What is wrong, with the way out, and since when it is known by the clock that nobody sets; nil as far as is known.
    var damage: (sentence: String, since: Timestamp)? { found.withLock { $0 } }

    /// Once; cancelling ends it.
    func run() async {
        guard store.endedBadly else { return }
        logger.notice("The last run did not end properly; the database is being checked in the background")
        do {
            try await clock.sleep(until: clock.due.advanced(byMilliseconds: Self.after))
            let begin = ContinuousClock.now
            guard let fault = try await store.damage() else {
                let took = (ContinuousClock.now - begin) / .seconds(1)
                logger.notice("The database is whole", metadata: ["seconds": "\(Int(took))"])
                return
            }
            let sentence =
                "The database is damaged (\(fault.prefix(200))): stop Signalbox, keep a copy of its data "
                + "directory, and restore a backup with “signalbox restore FILE --replace”."
            logger.error("\(sentence)")
            let due = clock.due
            found.withLock { $0 = (sentence, due) }
            notices.post(.instancesChanged)
        } catch is CancellationError {
            return
        } catch {
            logger.warning("The database could not be checked: \(error)")
        }
    }
}
