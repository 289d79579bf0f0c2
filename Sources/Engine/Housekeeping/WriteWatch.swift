import Domain
import EngineAPI
import Logging
import Primitives
import Store
import Synchronization

/// Why nothing is taken in.
struct IntakePause: Sendable, Hashable {
    let sentence: String
    /// By the clock that nobody sets.
    let since: Timestamp
}

/// Remembers that the store refused what was to be taken in, until a write works again: whoever asks whether the engine is
/// ready asks for just that. While nobody brings anything, as senders may be kept away by that very answer, it tries a write of
/// its own.
final class WriteWatch: Sendable {
    /// Milliseconds between two tries.
    static let tryEvery: Int64 = 5000

    private struct Fault {
        var message: String
        let since: Timestamp
    }

    private let store: any IntakeStore
    private let disk: DiskGuard
    private let clock: any EngineClock
    private let notices: NoticeHub
    private let logger: Logger
    private let fault = Locked<Fault?>(nil)
    /// Whether there is one, so that intake pays next to nothing for asking.
    private let isFaulty = Atomic<Bool>(false)
    private let bells: AsyncStream<Void>
    private let bell: AsyncStream<Void>.Continuation

    init(store: any IntakeStore, disk: DiskGuard, clock: any EngineClock, notices: NoticeHub, logger: Logger) {
        self.store = store
        self.disk = disk
        self.clock = clock
        self.notices = notices
        self.logger = logger
        (bells, bell) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Nil while the last write worked; costs nothing.
    var pause: IntakePause? {
        fault.withLock { fault in fault.map { IntakePause(sentence: Self.sentence($0.message), since: $0.since) } }
    }

    private static func sentence(_ message: String) -> String {
        "Nothing can be stored, so that nothing is taken in: \(message) A write is tried every \(tryEvery / 1000) s, and it goes on "
            + "by itself."
    }

    /// A write of what was taken in failed.
    func failed(_ error: any Error, for watched: WatchedInstance) {
        guard let error = error as? StoreError, error.concernsAllWrites, !watched.isRemoved else { return }
        let due = clock.due
        let isNews = fault.withLock { fault in
            let former = fault
            fault = Fault(message: error.message, since: former?.since ?? due)
            isFaulty.store(true, ordering: .relaxed)
            return former == nil
        }
        guard isNews else { return }
        logger.warning("\(Self.sentence(error.message))")
        bell.yield()
        notices.post(.instancesChanged)
    }

    /// One worked.
    func worked() {
        guard isFaulty.load(ordering: .relaxed) else { return }
        let wasFaulty = fault.withLock { fault in
            defer { fault = nil }
            isFaulty.store(false, ordering: .relaxed)
            return fault != nil
        }
        guard wasFaulty else { return }
        logger.notice("The store can be written again; events are taken in")
        notices.post(.instancesChanged)
    }

    /// Until it is cancelled.
    func run() async {
        for await _ in bells {
            while isFaulty.load(ordering: .relaxed) {
                do { try await clock.sleep(until: clock.due.advanced(byMilliseconds: Self.tryEvery)) } catch { return }
                await tryWrite()
            }
        }
    }

    private func tryWrite() async {
        // What space there is, is kept for outcomes of deliveries.
        guard disk.shortage == nil else { return }
        do {
            try await store.probeWrite()
            worked()
        } catch {
            guard let error = error as? StoreError, error.concernsAllWrites else { return }
            fault.withLock { $0?.message = error.message }
        }
    }
}

extension StoreError {
    /// Whether what was refused for it says something about any other write.
    fileprivate var concernsAllWrites: Bool { kind != .elsewhere && self != .closed }
}
