import Domain
import Primitives
import Store
import Synchronization

@testable import Gateway

/// An `EventStore` that keeps what the gateway's tests put into it.
final class MemoryStore: EventStore {
    struct State {
        var instances: [InstanceID: Instance] = [:]
        var lastID: InstanceID = 400
        var events: [EventDetail] = []
        var lookups = 0
        var failure: StoreError?
        var freeBytes: Int64? = 1 << 40
        var jobs: [ReplayJob] = []
    }

    let state = Mutex(State())

    func fail(_ error: StoreError?) { state.withLock { $0.failure = error } }

    private func check() throws {
        if let failure = state.withLock({ $0.failure }) { throw failure }
    }

    func instances() async throws -> [Instance] {
        try check()
        return state.withLock { Array($0.instances.values) }
    }

    func instance(_ id: InstanceID) async throws -> Instance? { state.withLock { $0.instances[id] } }

    func instance(receiverToken: String) async throws -> Instance? {
        try check()
        return state.withLock { state in
            state.lookups += 1
            return state.instances.values.first { $0.receiverToken.matches(receiverToken) }
        }
    }

    func instance(elementToken: String) async throws -> Instance? {
        state.withLock { $0.instances.values.first { $0.token.matches(elementToken) } }
    }

    func createInstance(_ make: @Sendable (InstanceID) -> Instance) async throws -> Instance {
        try check()
        return state.withLock { state in
            state.lastID += 1
            let instance = make(state.lastID)
            state.instances[instance.id] = instance
            return instance
        }
    }

    func beginAnew(_ instance: Instance) async throws { try await updateInstance(instance) }
    func updateInstance(_ instance: Instance) async throws {
        state.withLock { $0.instances[instance.id] = instance }
    }

    func deleteInstance(_ id: InstanceID) async throws { state.withLock { $0.instances[id] = nil } }

    func append(_ batch: IntakeBatch) async throws -> IntakeResult { IntakeResult() }
    func pollerRecords(_ id: InstanceID) async throws -> [PollerRecord] { [] }
    func savePollerRecords(_ records: [PollerRecord]) async throws {}
    func saveClockStep(_ milliseconds: Int64) async throws {}
    func settleDue(now: Timestamp) async throws {}
    func removePollerRecords(_ id: InstanceID, keeping objects: [String]) async throws {}
    func ledgerEntry(_ id: InstanceID, object: String, recordID: String) async throws -> LedgerEntry? { nil }
    func ledgerIDs(_ id: InstanceID, object: String, after: String?, limit: Int) async throws -> [String] { [] }

    func add(_ detail: EventDetail) { add([detail]) }
    func add(_ details: [EventDetail]) { state.withLock { $0.events += details } }

    func events(_ page: PageRequest) async throws -> [EventSummary] {
        let matching = state.withLock { $0.events }.map { EventSummary($0) }
            .filter { Self.matches($0, page.filter) }
            .sorted { page.direction == .oldestFirst ? $0.sequence < $1.sequence : $0.sequence > $1.sequence }
            .filter { event in
                guard let after = page.after else { return true }
                return page.direction == .oldestFirst ? event.sequence > after : event.sequence < after
            }
        return Array(matching.prefix(page.limit))
    }

    func event(sequence: Int64) async throws -> EventDetail? {
        state.withLock { $0.events.first { $0.event.sequence == sequence } }
    }

    func event(id: String) async throws -> EventDetail? {
        state.withLock { $0.events.first { $0.event.eventID == id } }
    }

    func activity(_ id: InstanceID, since: Timestamp) async throws -> ActivitySummary {
        ActivitySummary(since: since, events: [:])
    }

    func lastAttempt(_ id: InstanceID, url: String) async throws -> Attempt? { nil }

    func counts(_ filter: EventFilter) async throws -> EventCounts {
        let events = state.withLock { $0.events }.map { EventSummary($0) }.filter { Self.matches($0, filter) }
        var counts = EventCounts(total: Int64(events.count))
        for event in events { if let state = event.delivery?.state { counts.byState[state, default: 0] += 1 } }
        return counts
    }

    private static func matches(_ event: EventSummary, _ filter: EventFilter) -> Bool {
        (filter.instanceIDs.isEmpty || filter.instanceIDs.contains(event.instanceID))
            && (filter.objects.isEmpty || filter.objects.contains(event.object))
            && (filter.changes.isEmpty || filter.changes.contains(event.change))
            && (filter.states.isEmpty || event.delivery.map { filter.states.contains($0.state) } ?? false)
            && (filter.from.map { event.receivedAt >= $0 } ?? true) && (filter.to.map { event.receivedAt < $0 } ?? true)
    }

    func outgoing(_ notificationIDs: [Int64]) async throws -> [OutgoingNotification] { [] }
    func claim(_ notificationIDs: [Int64], for owner: ClaimOwner, lasting milliseconds: Int64) async throws -> [Int64] {
        notificationIDs
    }
    func release(_ notificationIDs: [Int64], of owner: ClaimOwner) async throws {}
    func releaseAll(of owner: ClaimOwner) async throws {}
    func dueDeliveries(
        for owner: ClaimOwner,
        now: Timestamp,
        limit: Int,
        excluding: Set<Int64>,
        heldInstances: Set<InstanceID>
    ) async throws -> [Int64] { [] }
    func nextDue(after now: Timestamp, heldInstances: Set<InstanceID>) async throws -> Timestamp? { nil }
    func dueDeliveries(
        of id: InstanceID,
        for owner: ClaimOwner,
        now: Timestamp,
        limit: Int,
        excluding: Set<Int64>
    ) async throws -> [Int64] { [] }
    func nextDue(of id: InstanceID, after now: Timestamp) async throws -> Timestamp? { nil }
    func requeueRetrying(_ id: InstanceID, after: Int64, limit: Int) async throws -> Int64? { nil }
    func record(_ results: [DeliveryResult], by owner: ClaimOwner) async throws -> [Int64] { [] }

    func attempts(notificationID: Int64) async throws -> [Attempt] {
        state.withLock { $0.events }.first { $0.delivery?.notificationID == notificationID }?.attempts ?? []
    }

    func deliveries(_ filter: EventFilter, before: Int64?, limit: Int) async throws -> [Delivery] {
        let all = state.withLock { $0.events }.compactMap(\.delivery).filter { delivery in
            (filter.instanceIDs.isEmpty || filter.instanceIDs.contains(delivery.instanceID))
                && (filter.states.isEmpty || filter.states.contains(delivery.state))
                && (before.map { delivery.notificationID < $0 } ?? true)
        }
        return Array(all.sorted { $0.notificationID > $1.notificationID }.prefix(limit))
    }

    func endOpenDeliveries(_ id: InstanceID, as state: DeliveryState, reason: String) async throws {}
    func requeue(_ notificationIDs: [Int64]) async throws -> [Int64] { [] }
    func createReplayJob(_ draft: ReplayJob) async throws -> ReplayJob {
        state.withLock { state in
            var job = draft
            job.id = Int64(state.jobs.count) + 1
            state.jobs.append(job)
            return job
        }
    }

    func updateReplayJob(_ job: ReplayJob) async throws {
        state.withLock { state in
            if let index = state.jobs.firstIndex(where: { $0.id == job.id }) { state.jobs[index] = job }
        }
    }

    func callbackHold(_ id: InstanceID) async throws -> CallbackHold? { nil }
    func saveCallbackHold(_ hold: CallbackHold?, of id: InstanceID) async throws {}

    func replayJob(_ id: Int64) async throws -> ReplayJob? { state.withLock { $0.jobs.first { $0.id == id } } }

    func replayJobs(_ id: InstanceID?, onlyOpen: Bool, limit: Int) async throws -> [ReplayJob] {
        let jobs = state.withLock { $0.jobs }.filter { job in
            (id.map { job.instanceID == $0 } ?? true) && (job.state.isOpen || !onlyOpen)
        }
        return Array(jobs.reversed().prefix(limit))
    }

    func freeBytes() async -> Int64? { state.withLock { $0.freeBytes } }
    func close() async throws {}
}
