import Domain
import Logging
import Primitives
import Store

/// Brings what came of attempts to the disk, many in one commit, and goes on trying while the disk refuses them.
final class OutcomeRecorder: Sendable {
    /// What became of outcomes.
    enum News: Sendable {
        /// A batch is on its way to the disk.
        case storing
        /// The disk refused it; it is tried again.
        case refused
        /// They are on disk; these deliveries may go now.
        case stored([DeliveryResult], ready: [Int64])
        /// The program ends, and the disk refuses them or does not say whether it has them: the next start sends those again
        /// that it has not. At least once, never lost.
        case discarded([DeliveryResult])
    }

    private struct State {
        var waiting: [DeliveryResult] = []
        var isFlushing = false
        var isStopping = false
        var pause: Task<Void, Never>?
    }

    static let batch = 512
    /// How often the disk is asked once the program ends.
    private static let lastTries = 2

    private let store: any DeliveryStore
    private let owner: ClaimOwner
    private let clock: any EngineClock
    private let logger: Logger
    private let state = Locked(State())

    init(store: any DeliveryStore, owner: ClaimOwner, clock: any EngineClock, logger: Logger) {
        self.store = store
        self.owner = owner
        self.clock = clock
        self.logger = logger
    }

    /// Outcomes that wait for the disk.
    var count: Int { state.withLock { $0.waiting.count } }
    var isFlushing: Bool { state.withLock { $0.isFlushing } }

    /// Whether an outcome of this notification waits for the disk.
    func holds(_ id: Int64) -> Bool {
        state.withLock { state in state.waiting.contains { $0.attempt.notificationID == id } }
    }

    /// True where the caller has to `flush`: nobody does it yet.
    func add(_ result: DeliveryResult) -> Bool {
        state.withLock { state in
            state.waiting.append(result)
            defer { state.isFlushing = true }
            return !state.isFlushing
        }
    }

    /// From now on the disk is not waited for; what it refuses is given up.
    func stop() {
        let pause = state.withLock { state in
            state.isStopping = true
            return state.pause
        }
        pause?.cancel()
    }

    /// Returns when nothing waits any more. `report` is called for each batch before the next is begun; `whileUnknown` for as
    /// long as the store can't say whether it has the batch.
    func flush(_ report: (News) async -> Void, whileUnknown: @escaping @Sendable () -> Void = {}) async {
        var failures = 0
        var lastFailures = 0
        while let batch = next() {
            await report(.storing)
            do {
                let ready = try await store.record(batch, by: owner, whileUnknown: whileUnknown)
                state.withLock { $0.waiting.removeFirst(batch.count) }
                failures = 0
                await report(.stored(batch, ready: ready))
            } catch {
                failures += 1
                await report(.refused)
                logger.error("Attempts can't be stored", metadata: ["error": "\(error)"])
                if (error as? StoreError)?.kind == .unknown {
                    // Where they are stored after all, they would be so twice.
                    state.withLock { $0.waiting.removeFirst(batch.count) }
                    await report(.discarded(batch))
                    continue
                }
                let isStopping = state.withLock { $0.isStopping }
                if isStopping { lastFailures += 1 }
                if lastFailures >= Self.lastTries {
                    await report(.discarded(dequeueAll()))
                } else if !isStopping {
                    await pause(min(1000 << Int64(min(failures, 5)), 30_000))
                }
            }
        }
    }

    private func next() -> [DeliveryResult]? {
        state.withLock { state in
            guard state.waiting.isEmpty else { return Array(state.waiting.prefix(Self.batch)) }
            state.isFlushing = false
            return nil
        }
    }

    private func dequeueAll() -> [DeliveryResult] {
        state.withLock { state in
            defer { state.waiting = [] }
            return state.waiting
        }
    }

    /// Cut short by `stop`.
    private func pause(_ milliseconds: Int64) async {
        let clock = clock
        let pause = Task { _ = try? await clock.sleep(until: clock.due.advanced(byMilliseconds: milliseconds)) }
        let isStopping = state.withLock { state in
            state.pause = pause
            return state.isStopping
        }
        if isStopping { pause.cancel() }
        await pause.value
    }
}
