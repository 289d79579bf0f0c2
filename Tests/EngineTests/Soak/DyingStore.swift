import Domain
import Primitives
import Store

/// A store that dies as a process does: from some write on, nothing reaches the disk and nobody hears of anything. Or one
/// of whose calls some hang.
struct DyingStore: EventStore {
    struct Dead: Error {}
    /// What a call meets that a test refuses.
    struct Refused: Error {}

    private struct Fate {
        /// Writes that still succeed; nil: it lives.
        var left: Int?
        /// Whether the last write is on disk, though nobody learns of it.
        var keepsLast = false
        var isDead = false
    }

    private final class Life: Sendable {
        let fate = Locked(Fate())
        let refused = Locked<@Sendable (String) -> Bool>({ _ in false })
        let refusal = Locked<any Error>(Refused())
        let free = Locked<Int64?>(nil)
        let damage = Locked<String?>(nil)
        let hasLostFilters = Locked(false)
    }

    let disk: any EventStore
    private let life = Life()

    private let hanging: HangingCalls

    init(_ disk: any EventStore, hanging: HangingCalls = HangingCalls()) {
        self.disk = disk
        self.hanging = hanging
    }

    var isDead: Bool { life.fate.withLock { $0.isDead } }

    func die(after writes: Int, keepingLast: Bool) {
        life.fate.withLock { $0 = Fate(left: writes, keepsLast: keepingLast) }
    }

    /// Refuses calls by their names, like `record(_:by:)`, from now on.
    func refuse(with refusal: any Error = Refused(), _ isRefused: @escaping @Sendable (String) -> Bool) {
        life.refusal.withLock { $0 = refusal }
        life.refused.withLock { $0 = isRefused }
    }

    /// What the disk beside it is said to have, from now on.
    func setFree(_ bytes: Int64?) { life.free.withLock { $0 = bytes } }

    /// Can't read the filters of open bulk replays any more.
    func loseFilters() { life.hasLostFilters.withLock { $0 = true } }

    /// Says that it was not closed properly, and what is wrong with it since.
    func setDamage(_ fault: String) { life.damage.withLock { $0 = fault } }

    private func check(_ name: String) throws {
        if life.refused.withLock({ $0 })(name) { throw life.refusal.withLock { $0 } }
    }

    private func read<T: Sendable>(_ name: String = #function, _ body: () async throws -> T) async throws -> T {
        if isDead { throw Dead() }
        try check(name)
        return try await body()
    }

    private func write<T: Sendable>(_ name: String = #function, _ body: () async throws -> T) async throws -> T {
        try check(name)
        let (mayWrite, isLast) = life.fate.withLock { fate -> (Bool, Bool) in
            if fate.isDead { return (false, true) }
            guard let left = fate.left else { return (true, false) }
            if left > 0 {
                fate.left = left - 1
                return (true, false)
            }
            fate.isDead = true
            return (fate.keepsLast, true)
        }
        guard mayWrite else { throw Dead() }
        let result = try await body()
        if isLast { throw Dead() }
        return result
    }

    func instances() async throws -> [Instance] { try await read { try await disk.instances() } }
    func instance(_ id: InstanceID) async throws -> Instance? { try await read { try await disk.instance(id) } }
    func instance(elementToken: String) async throws -> Instance? {
        try await read { try await disk.instance(elementToken: elementToken) }
    }
    func createInstance(_ make: @Sendable (InstanceID) -> Instance) async throws -> Instance {
        try await write { try await disk.createInstance(make) }
    }
    func updateInstance(_ instance: Instance) async throws {
        try await write { try await disk.updateInstance(instance) }
    }
    /// Hangs once the instance is gone, while what it has left goes.
    func deleteInstance(_ id: InstanceID) async throws {
        try await write { try await disk.deleteInstance(id) }
        await hanging.pass(.deleteInstance)
    }

    func append(_ batch: IntakeBatch) async throws -> IntakeResult {
        await hanging.pass(.append)
        return try await write { try await disk.append(batch) }
    }
    func probeWrite() async throws { try await write { try await disk.probeWrite() } }
    func pollerRecords(_ id: InstanceID) async throws -> [PollerRecord] {
        try await read { try await disk.pollerRecords(id) }
    }
    func admitWork() throws(StoreError) {
        if life.refused.withLock({ $0 })("admitWork()") { throw StoreError(.held, "Another node may have it.") }
        try disk.admitWork()
    }
    func savePollerRecords(_ records: [PollerRecord]) async throws {
        try await write { try await disk.savePollerRecords(records) }
    }
    func saveClockStep(_ milliseconds: Int64) async throws {
        try await write { try await disk.saveClockStep(milliseconds) }
    }

    func settleDue(now: Timestamp) async throws { try await write { try await disk.settleDue(now: now) } }

    func beginAnew(_ instance: Instance) async throws { try await write { try await disk.beginAnew(instance) } }
    func removePollerRecords(_ id: InstanceID, keeping objects: [String]) async throws {
        try await write { try await disk.removePollerRecords(id, keeping: objects) }
    }
    func ledgerEntry(_ id: InstanceID, object: String, recordID: String) async throws -> LedgerEntry? {
        try await read { try await disk.ledgerEntry(id, object: object, recordID: recordID) }
    }
    func ledgerIDs(_ id: InstanceID, object: String, after: String?, limit: Int) async throws -> [String] {
        try await read { try await disk.ledgerIDs(id, object: object, after: after, limit: limit) }
    }
    func ledgerStamps(_ id: InstanceID, object: String, from: Timestamp, to: Timestamp) async throws -> [StampCount] {
        try await read { try await disk.ledgerStamps(id, object: object, from: from, to: to) }
    }
    func forgetLedgerStamps(_ id: InstanceID, before moment: Timestamp) async throws {
        try await write { try await disk.forgetLedgerStamps(id, before: moment) }
    }
    func ledgerStates(_ id: InstanceID, object: String, ids: [String]) async throws -> [String: LedgerState] {
        try await read { try await disk.ledgerStates(id, object: object, ids: ids) }
    }

    func events(_ page: PageRequest) async throws -> EventPage { try await read { try await disk.events(page) } }
    func event(sequence: Int64) async throws -> EventDetail? {
        try await read { try await disk.event(sequence: sequence) }
    }
    func event(id: String) async throws -> EventDetail? { try await read { try await disk.event(id: id) } }
    func indexWords() async throws -> WordIndexState { try await write { try await disk.indexWords() } }
    func counts(_ filter: EventFilter, limit: Int64?) async throws -> EventCounts {
        try await read { try await disk.counts(filter, limit: limit) }
    }
    func histogram(_ request: HistogramRequest) async throws -> EventHistogram {
        try await read { try await disk.histogram(request) }
    }
    func activity(_ id: InstanceID, since: Timestamp) async throws -> ActivitySummary {
        try await read { try await disk.activity(id, since: since) }
    }
    func rotateKey(to new: GivenKey?, entry: AuditEntry) async throws -> Int {
        try await write { try await disk.rotateKey(to: new, entry: entry) }
    }

    func appendAudit(_ entry: AuditEntry) async throws { try await write { try await disk.appendAudit(entry) } }

    func auditEntries(before id: Int64?, limit: Int) async throws -> [AuditEntry] {
        try await read { try await disk.auditEntries(before: id, limit: limit) }
    }

    func failures(_ id: InstanceID) async throws -> [FailureGroup] { try await read { try await disk.failures(id) } }
    func statistics(_ request: StatisticsRequest?, at now: Timestamp) async throws -> StoredStatistics {
        try await read { try await disk.statistics(request, at: now) }
    }
    func lastAttempt(_ id: InstanceID, url: String) async throws -> Attempt? {
        try await read { try await disk.lastAttempt(id, url: url) }
    }

    func outgoing(_ notificationIDs: [Int64]) async throws -> [OutgoingNotification] {
        await hanging.pass(.outgoing)
        return try await read { try await disk.outgoing(notificationIDs) }
    }
    func claim(_ notificationIDs: [Int64], for owner: ClaimOwner, lasting milliseconds: Int64) async throws -> [Int64] {
        try await read { try await disk.claim(notificationIDs, for: owner, lasting: milliseconds) }
    }
    func release(_ notificationIDs: [Int64], of owner: ClaimOwner) async throws {
        try await read { try await disk.release(notificationIDs, of: owner) }
    }
    func releaseAll(of owner: ClaimOwner) async throws { try await read { try await disk.releaseAll(of: owner) } }
    func dueDeliveries(
        for owner: ClaimOwner,
        now: Timestamp,
        limit: Int,
        excluding: Set<Int64>,
        heldInstances: Set<InstanceID>
    ) async throws -> [Int64] {
        try await read {
            try await disk.dueDeliveries(
                for: owner,
                now: now,
                limit: limit,
                excluding: excluding,
                heldInstances: heldInstances
            )
        }
    }
    func nextDue(after now: Timestamp, heldInstances: Set<InstanceID>) async throws -> Timestamp? {
        try await read { try await disk.nextDue(after: now, heldInstances: heldInstances) }
    }
    func dueDeliveries(
        of id: InstanceID,
        for owner: ClaimOwner,
        now: Timestamp,
        limit: Int,
        excluding: Set<Int64>
    ) async throws -> [Int64] {
        try await read {
            try await disk.dueDeliveries(of: id, for: owner, now: now, limit: limit, excluding: excluding)
        }
    }
    func queuedDelivery(
        of id: InstanceID,
        for owner: ClaimOwner,
        place: Double,
        excluding: Set<Int64>
    ) async throws -> Int64? {
        try await read { try await disk.queuedDelivery(of: id, for: owner, place: place, excluding: excluding) }
    }
    func nextDue(of id: InstanceID, after now: Timestamp) async throws -> Timestamp? {
        try await read { try await disk.nextDue(of: id, after: now) }
    }
    func retryingDeliveries(of id: InstanceID) async throws -> [Int64] {
        try await read { try await disk.retryingDeliveries(of: id) }
    }
    func requeueRetrying(_ notificationIDs: [Int64], of id: InstanceID) async throws {
        try await write { try await disk.requeueRetrying(notificationIDs, of: id) }
    }
    func record(_ results: [DeliveryResult], by owner: ClaimOwner) async throws -> [Int64] {
        await hanging.pass(.record)
        // Else the dead would try again and again.
        do { return try await write { try await disk.record(results, by: owner) } } catch is Dead { return [] }
    }
    func record(
        _ results: [DeliveryResult],
        by owner: ClaimOwner,
        whileUnknown: @escaping @Sendable () -> Void
    ) async throws -> [Int64] {
        try await hanging.hearing(whileUnknown) { try await record(results, by: owner) }
    }
    func attempts(notificationID: Int64) async throws -> [Attempt] {
        try await read { try await disk.attempts(notificationID: notificationID) }
    }
    func deliveries(_ filter: EventFilter, before: Int64?, limit: Int) async throws -> [Delivery] {
        try await read { try await disk.deliveries(filter, before: before, limit: limit) }
    }

    func callbackHold(_ id: InstanceID) async throws -> CallbackHold? {
        try await read { try await disk.callbackHold(id) }
    }
    func saveCallbackHold(_ hold: CallbackHold?, of id: InstanceID) async throws {
        await hanging.pass(.saveCallbackHold)
        try await write { try await disk.saveCallbackHold(hold, of: id) }
    }

    func createReplayJob(_ draft: ReplayJob) async throws -> ReplayJob {
        try await write { try await disk.createReplayJob(draft) }
    }
    func updateReplayJob(_ job: ReplayJob) async throws { try await write { try await disk.updateReplayJob(job) } }
    func endReplayJob(_ job: ReplayJob) async throws { try await write { try await disk.endReplayJob(job) } }
    func replayJob(_ id: Int64) async throws -> ReplayJob? { try await read { try await disk.replayJob(id) } }
    func replayJobs(_ id: InstanceID?, onlyOpen: Bool, limit: Int) async throws -> [ReplayJob] {
        let jobs = try await read { try await disk.replayJobs(id, onlyOpen: onlyOpen, limit: limit) }
        guard life.hasLostFilters.withLock({ $0 }) else { return jobs }
        return jobs.map { job in
            var job = job
            if job.state.isOpen { (job.state, job.lastError) = (.cancelled, "its filter can't be read any more") }
            return job
        }
    }

    var keepsHouse: Bool { disk.keepsHouse }

    func retentionFacts(_ moments: [Timestamp]) async throws -> RetentionFacts {
        try await read { try await disk.retentionFacts(moments) }
    }
    func purge(_ request: PurgeRequest, after position: Int64, atMost events: Int) async throws -> PurgeStep {
        try await write { try await disk.purge(request, after: position, atMost: events) }
    }
    func removeRemains() async throws -> Bool { try await write { try await disk.removeRemains() } }
    func giveBack(_ what: GivenBack) async throws -> Bool { try await write { try await disk.giveBack(what) } }

    var endedBadly: Bool { life.damage.withLock { $0 != nil } || disk.endedBadly }
    func damage() async throws -> String? {
        if let damage = life.damage.withLock({ $0 }) { return damage }
        return try await read { try await disk.damage() }
    }

    func freeBytes() async -> Int64? {
        if let free = life.free.withLock({ $0 }) { return free }
        return await disk.freeBytes()
    }
    func usedBytes() async -> Int64? { await disk.usedBytes() }
    func close() async throws { try await disk.close() }
}
