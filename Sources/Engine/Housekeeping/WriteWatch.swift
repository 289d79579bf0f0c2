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
///
/// A node beside others hears by its signs of life that it is cut off from the store, though nobody brings anything: it says so
/// while it may not work for what is stored.
final class WriteWatch: Sendable {
    /// Milliseconds between two tries.
    static let tryEvery: Int64 = 5000

    private struct Fault {
        var message: String
        let since: Timestamp
    }

    private let store: any EventStore
    private let disk: DiskGuard
    private let clock: any EngineClock
    private let notices: NoticeHub
    private let logger: Logger
    private let fault = Locked<Fault?>(nil)
    /// Since when the store admits no work.
    private let refusedSince = Locked<Timestamp?>(nil)
    /// Whether there is one, so that intake pays next to nothing for asking.
    private let isFaulty = Atomic<Bool>(false)
    private let bells: AsyncStream<Void>
    private let bell: AsyncStream<Void>.Continuation

    init(store: any EventStore, disk: DiskGuard, clock: any EngineClock, notices: NoticeHub, logger: Logger) {
        self.store = store
        self.disk = disk
        self.clock = clock
        self.notices = notices
        self.logger = logger
        (bells, bell) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Nil while the last write worked and the store admits work; costs nothing.
    var pause: IntakePause? {
        let known = fault.withLock { $0 }
        if let known { return IntakePause(sentence: Self.sentence(known.message), since: known.since) }
        return refusal
    }

    private var refusal: IntakePause? {
        let error: StoreError?
        do throws(StoreError) {
            try store.admitWork()
            error = nil
        } catch let refused { error = refused }
        let due = clock.due
        let (since, isNews) = refusedSince.withLock { since -> (Timestamp?, Bool) in
            let former = since
            since = error == nil ? nil : former ?? due
            return (since, (former == nil) != (since == nil))
        }
        if isNews { notices.post(.instancesChanged) }
        guard let error, let since else { return nil }
        return IntakePause(
            sentence: "Nothing can be stored, so that nothing is taken in: \(error.message)",
            since: since
        )
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
        await withTaskGroup { group in
            group.addTask { await self.tryWrites() }
            // The store of one process always admits work.
            if store.sharing != nil { group.addTask { await self.lookAgain() } }
        }
    }

    /// Whoever looks at a dashboard hears that the node was cut off, though nobody asks.
    private func lookAgain() async {
        while !Task.isCancelled {
            _ = pause
            do { try await clock.sleep(until: clock.due.advanced(byMilliseconds: Self.tryEvery)) } catch { return }
        }
    }

    private func tryWrites() async {
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
    fileprivate var concernsAllWrites: Bool {
        switch kind {
        case .elsewhere, .gone, .invalid: false
        default: self != .closed
        }
    }
}
