import Domain
import EngineAPI
import Logging
import Primitives
import Store

/// Takes events away that have been kept long enough, in steps so small that whoever stores something hardly waits, and gives
/// their space back to the disk. What deleted instances have left goes as well.
///
/// It looks once a minute where events go, else once an hour. Between two steps it rests several times as long as a step took, the wait for its turn included: the
/// busier the store, the slower it goes. Its moments are those of the clock that nobody sets, so that a machine whose date is
/// set to next year loses nothing by that, nor does one that starts with such a date (`AgeClock`).
final class HouseKeeping: Sendable {
    /// Milliseconds between two looks.
    static let every: Int64 = 60_000
    /// After the start others come first.
    static let firstAfter: Int64 = 5000
    /// How long a step may keep the writer from others; the number of its events follows from how long the last one took.
    static let longestStep: Duration = .milliseconds(4)
    /// Rests for each step, each as long as the step.
    private static let rests = 3
    private static let steps = 8...512
    /// How often those who look are told meanwhile.
    private static let tellEvery: Duration = .seconds(2)
    /// Milliseconds between two looks for what deletions of instances have left.
    static let remainsEvery: Int64 = 3_600_000
    /// Milliseconds between two entries of the audit trail, which is never shortened; each says what went since the one before.
    static let writesDownEvery: Int64 = 3_600_000

    private struct State {
        var purged: Int64 = 0
        /// Of those, how many the audit trail knows of, and since when.
        var writtenDown: (events: Int64, at: Timestamp?) = (0, nil)
        var problem: String?
        /// Why nothing goes by age.
        var doubt: String?
        /// Events of a step.
        var step = 64
    }

    let policy: RetentionPolicy
    private let store: any RetentionStore
    private let clock: any EngineClock
    private let notices: NoticeHub
    private let ages: AgeClock?
    private let otherClocks: OtherClocks
    /// Takes a sentence for the audit trail.
    private let writeDown: @Sendable (String) async -> Void
    private let logger: Logger
    private let pace = ContinuousClock()
    private let state = Locked(State())

    init(
        store: any RetentionStore,
        policy: RetentionPolicy,
        clock: any EngineClock,
        notices: NoticeHub,
        otherClocks: OtherClocks = OtherClocks(),
        writeDown: @escaping @Sendable (String) async -> Void = { _ in },
        logger: Logger
    ) {
        self.store = store
        self.policy = policy
        self.clock = clock
        self.notices = notices
        let start = clock.due
        ages = policy.age.map { AgeClock(age: $0, start: start) }
        self.otherClocks = otherClocks
        self.writeDown = writeDown
        self.logger = logger
    }

    /// Nil where nothing is limited.
    func figures() async throws -> RetentionFigures? {
        guard !policy.isEmpty else { return nil }
        var limits = policy
        if state.withLock({ $0.doubt != nil }) { limits.age = nil }
        let plan = RetentionPlan(limits, now: AgeClock.date(clock))
        let facts = try await store.retentionFacts(plan.moments)
        return state.withLock { state in
            RetentionFigures(
                policy: policy,
                oldest: facts.oldestMoment,
                dueWithinDay: plan.dueWithinDay(facts),
                purged: state.purged,
                problem: state.doubt ?? state.problem
            )
        }
    }

    /// Until it is cancelled.
    func run() async {
        var wait = policy.isEmpty ? Self.every : Self.firstAfter
        var nextRemains = clock.due
        while !Task.isCancelled {
            do {
                try await clock.sleep(until: clock.due.advanced(byMilliseconds: wait))
                wait = policy.isEmpty ? Self.remainsEvery : Self.every
                if clock.due >= nextRemains {
                    nextRemains = clock.due.advanced(byMilliseconds: Self.remainsEvery)
                    try await removeRemains()
                }
                if !policy.isEmpty { try await sweep() }
            } catch is CancellationError {
                break
            } catch {
                logger.warning(
                    "Events that have been kept long enough could not be removed; it is tried again: \(error)"
                )
            }
            await writeDownWhatWent(isLast: false)
        }
        await writeDownWhatWent(isLast: true)
    }

    /// What is left of deleted instances and of former keys, where a fault or the end of a process came in between.
    private func removeRemains() async throws {
        do {
            while true {
                let begin = pace.now
                guard try await store.removeRemains() else { return }
                try await rest(since: begin)
            }
        } catch let error as CancellationError {
            throw error
        } catch {
            logger.warning("What deleted instances or former keys left can't be removed; it is tried again: \(error)")
        }
    }

    private func writeDownWhatWent(isLast: Bool) async {
        let now = clock.due
        let events = state.withLock { state -> Int64 in
            let (before, last) = state.writtenDown
            let isTime = last.map { now.since($0) >= Self.writesDownEvery } ?? true
            guard state.purged > before, isTime || isLast else { return 0 }
            state.writtenDown = (state.purged, now)
            return state.purged - before
        }
        if events > 0 { await writeDown("\(events) events that were kept long enough") }
    }

    /// Removes whatever may go now.
    private func sweep() async throws {
        // Another node does, and says what it can't.
        guard store.keepsHouse else { return state.withLock { ($0.problem, $0.doubt) = (nil, nil) } }
        let (date, due) = (AgeClock.date(clock), clock.due)
        let facts = try await store.retentionFacts(ages?.moments(date, due: due) ?? [])
        let verdict = ages?.verdict(date, due: due, facts, otherClocks.reading(at: due))
        log(verdict?.doubt)
        var limits = policy
        if verdict?.doubt != nil { limits.age = nil }
        let plan = RetentionPlan(limits, now: date)
        var removed: Int64 = 0
        if var request = plan.request(facts) {
            if verdict?.sparesUndelivered == true { request.undelivered.before = nil }
            removed += try await purge(request, facts) { _ in true }
        }
        var held = facts.heldBytes
        if policy.bytes != nil {
            held = try await store.retentionFacts([]).heldBytes
            for request in plan.requestsBySize(facts) where plan.isTooLarge(held) {
                removed += try await purge(request, facts) { step in
                    held = step.heldBytes ?? held
                    return plan.isTooLarge(held)
                }
            }
        }
        // A node that handed this over meanwhile has not come to the end.
        if store.keepsHouse { log(plan.isTooLarge(held), held) }
        guard removed > 0 else { return }
        logger.info("Events that were kept long enough were removed", metadata: ["events": "\(removed)"])
        notifyReaders(facts)
        try await giveBack(isLarge: removed * 4 > facts.events)
    }

    /// One pass over the history, from the oldest event on, while `goesOn` says so.
    private func purge(
        _ request: PurgeRequest,
        _ facts: RetentionFacts,
        while goesOn: (PurgeStep) -> Bool
    ) async throws -> Int64 {
        var told = pace.now
        var (removed, position): (Int64, Int64?) = (0, 0)
        while let after = position {
            let begin = pace.now
            let limit = state.withLock { $0.step }
            let step = try await store.purge(request, after: after, atMost: limit)
            removed += step.removed
            state.withLock { state in
                state.purged += step.removed
                if step.removed > 0 { state.step = Self.next(limit, after: step) }
            }
            position = step.position
            if step.removed > 0, pace.now - told > Self.tellEvery {
                notifyReaders(facts)
                told = pace.now
            }
            if !goesOn(step) { break }
            try await rest(since: begin)
        }
        return removed
    }

    /// Nothing was stored, but lists and counts are others.
    private func notifyReaders(_ facts: RetentionFacts) {
        notices.post(.stored(count: 0, lastSequence: facts.newest))
        notices.post(.deliveries([]))
    }

    /// How many events the next step takes: as many as fit into its time by the last one, twice as many at most.
    static func next(_ limit: Int, after step: PurgeStep) -> Int {
        guard step.writing > .zero else { return limit }
        let fitting = Double(limit) * (longestStep / step.writing)
        return min(max(Int(min(fitting, Double(limit * 2))), steps.lowerBound), steps.upperBound)
    }

    private func giveBack(isLarge: Bool) async throws {
        var isFirst = true
        while isLarge {
            let begin = pace.now
            guard try await store.giveBack(.words(isFirst: isFirst)) else { break }
            isFirst = false
            try await rest(since: begin)
        }
        while true {
            let begin = pace.now
            guard try await store.giveBack(.pages) else { break }
            try await rest(since: begin)
        }
    }

    private func rest(since begin: ContinuousClock.Instant) async throws {
        try await pace.sleep(for: max((pace.now - begin) * Self.rests, .milliseconds(1)))
    }

    /// A date that is doubted is said once, and until it counts.
    private func log(_ doubt: String?) {
        let before = state.withLock { state in
            defer { state.doubt = doubt }
            return state.doubt
        }
        if let doubt, before == nil { logger.warning("\(doubt)") }
        if before != nil, doubt == nil {
            logger.notice("The machine's date counts; events go by --retention-age again")
        }
    }

    /// A limit that can't be kept is said once, and until it is.
    private func log(_ isTooLarge: Bool, _ held: Int64?) {
        guard let limit = policy.bytes else { return }
        let problem =
            isTooLarge
            ? "The store holds \(ByteSize.text(held ?? 0)), more than --retention-size (\(ByteSize.text(limit))): what is left "
                + "is the ledger and events that are still to be delivered or replayed."
            : nil
        let isNew = state.withLock { state in
            defer { state.problem = problem }
            return (state.problem == nil) != (problem == nil)
        }
        if isNew, let problem { logger.warning("\(problem)") }
    }
}
