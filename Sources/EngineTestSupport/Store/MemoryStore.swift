package import Domain
package import Primitives
package import Store

/// A store in memory: rows are values, and whatever there is to decide the store's rules decide. The contract's tests hold it
/// to the same as SQLite's, so that what is tested with it is tested with a store.
package final class MemoryStore: EventStore {
    /// What outlives a store, as files do.
    package final class Disk: Sendable {
        let tables: Locked<MemoryTables>

        /// An empty one.
        ///
        /// - Parameter firstInstance: the id of the first instance.
        package init(firstInstance: InstanceID = 1) { tables = Locked(MemoryTables(nextInstance: firstInstance)) }

        /// As it stands now, for another store.
        package init(copying disk: Disk) { tables = Locked(disk.tables.withLock { $0 }) }
    }

    private struct Mood {
        var isClosed = false
        var failure: StoreError?
    }

    private let disk: Disk
    let claims = Locked(ClaimTable())
    private let mood = Locked(Mood())
    private let begin = ContinuousClock.now

    package let sharing: (any SharedStore)?

    package init(disk: Disk = Disk(), sharing: (any SharedStore)? = nil) {
        self.disk = disk
        self.sharing = sharing
    }

    // MARK: For tests

    /// Refuses everything from now on, or nothing any more.
    package func fail(_ error: StoreError?) { mood.withLock { $0.failure = error } }

    /// Puts events there as they are, past all rules.
    package func add(_ details: [EventDetail]) { disk.tables.withLock { for detail in details { $0.put(detail) } } }

    // MARK: Access

    func check() throws(StoreError) {
        let (isClosed, failure) = mood.withLock { ($0.isClosed, $0.failure) }
        if isClosed { throw StoreError.closed }
        if let failure { throw failure }
    }

    func read<Value: Sendable>(_ body: (MemoryTables) throws -> Value) throws -> Value {
        try check()
        return try body(disk.tables.withLock { $0 })
    }

    /// All of it or nothing.
    func write<Value: Sendable>(_ body: (inout MemoryTables) throws -> Value) throws -> Value {
        try check()
        return try disk.tables.withLock { tables in
            var changed = tables
            let value = try body(&changed)
            tables = changed
            return value
        }
    }

    var now: Duration { begin.duration(to: .now) }

    package func freeBytes() async -> Int64? { 1 << 40 }

    package func usedBytes() async -> Int64? { nil }

    package func close() async throws { mood.withLock { $0.isClosed = true } }
}

// MARK: - Instances

extension MemoryStore {
    package func instances() async throws -> [Instance] { try read { $0.instances.all } }

    package func instance(_ id: InstanceID) async throws -> Instance? { try read { $0.instances[id] } }

    package func instance(elementToken: String) async throws -> Instance? {
        try read { $0.instances.instance(elementToken: elementToken) }
    }

    package func createInstance(_ make: @Sendable (InstanceID) -> Instance) async throws -> Instance {
        try write { tables in
            let instance = make(tables.nextInstance)
            tables.nextInstance += 1
            tables.instances[instance.id] = instance
            return instance
        }
    }

    package func updateInstance(_ instance: Instance) async throws {
        try write { tables in
            try tables.instances.require(instance.id)
            tables.instances[instance.id] = instance
        }
    }

    package func beginAnew(_ instance: Instance) async throws {
        try write { tables in
            try tables.instances.require(instance.id)
            tables.instances[instance.id] = instance
            tables.forgetOrganization(of: instance.id)
        }
    }

    package func deleteInstance(_ id: InstanceID) async throws {
        try write { tables in
            try tables.instances.require(id)
            tables.forgetOrganization(of: id)
            tables.holds[id] = nil
            tables.end(id, as: .dead, reason: InstanceTable.deletionReason)
            tables.instances[id] = nil
            tables.cancelJobsOfNoInstance()
        }
    }
}

// MARK: - Intake and pollers

extension MemoryStore {
    package func append(_ batch: IntakeBatch) async throws -> IntakeResult {
        let prepared = PreparedBatch(batch)
        return try write { tables in
            try tables.instances.require(batch.instanceID)
            var intake = MemoryIntake(tables: tables, batch: batch)
            let plan = try IntakePlan(prepared, &intake)
            tables = intake.tables
            tables.put(plan, batch)
            return plan.result
        }
    }

    package func ledgerEntry(_ id: InstanceID, object: String, recordID: String) async throws -> LedgerEntry? {
        try read { tables in
            tables.objects[object.lowercased()].flatMap {
                tables.ledger[.init(instance: id, object: $0, recordID: recordID)]?.entry
            }
        }
    }

    package func pollerRecords(_ id: InstanceID) async throws -> [PollerRecord] {
        try read { tables in
            tables.pollers.values.filter { $0.instanceID == id }.sorted {
                $0.object.lowercased() < $1.object.lowercased()
            }
        }
    }

    package func savePollerRecords(_ records: [PollerRecord]) async throws { try write { $0.put(records) } }

    package func removePollerRecords(_ id: InstanceID, keeping objects: [String]) async throws {
        let kept = Set(objects.map { $0.lowercased() })
        try write { tables in
            tables.pollers = tables.pollers.filter {
                $0.value.instanceID != id || kept.contains($0.value.object.lowercased())
            }
        }
    }

    package func ledgerIDs(_ id: InstanceID, object: String, after: String?, limit: Int) async throws -> [String] {
        try read { tables in
            guard let object = tables.objects[object.lowercased()] else { return [] }
            let ids = tables.ledger.filter { key, row in
                key.instance == id && key.object == object && !row.entry.isDeleted && key.recordID > after ?? ""
            }
            return Array(ids.map(\.key.recordID).sorted().prefix(limit))
        }
    }

    package func ledgerStamps(
        _ id: InstanceID,
        object: String,
        from: Timestamp,
        to: Timestamp
    ) async throws -> [StampCount] {
        try read { tables in
            guard let object = tables.objects[object.lowercased()] else { return [] }
            var counts: [Timestamp: Int] = [:]
            for (key, row) in tables.ledger where key.instance == id && key.object == object {
                guard let stamp = row.entry.liveStamp, stamp >= from, stamp < to else { continue }
                counts[stamp, default: 0] += 1
            }
            return counts.sorted { $0.key < $1.key }.map { StampCount(stamp: $0.key, records: $0.value) }
        }
    }

    /// They are counted when they are asked for.
    package func forgetLedgerStamps(_ id: InstanceID, before moment: Timestamp) async throws {}

    package func ledgerStates(
        _ id: InstanceID,
        object: String,
        ids: [String]
    ) async throws -> [String: LedgerState] {
        try read { tables in
            guard let object = tables.objects[object.lowercased()] else { return [:] }
            var states: [String: LedgerState] = [:]
            for recordID in ids {
                let entry = tables.ledger[.init(instance: id, object: object, recordID: recordID)]?.entry
                if let entry { states[recordID] = LedgerState(stamp: entry.stamp, isDeleted: entry.isDeleted) }
            }
            return states
        }
    }
}

// MARK: - Reading

extension MemoryStore {
    package func events(_ page: PageRequest) async throws -> EventPage {
        try read { tables in
            // No patience is as good as none left, as far as a page is concerned.
            let (found, reach) = try EventScan.search(page, tables) { page.patience == 0 }
            let events = found.compactMap { sequence in
                tables.events[sequence].map { row in
                    row.summary(
                        tables.delivery(of: row)?.shown(heldInstances: page.filter.heldInstances),
                        withAuthor: page.withAuthors
                    )
                }
            }
            return EventPage(events, reach: reach)
        }
    }

    package func event(sequence: Int64) async throws -> EventDetail? { try read { $0.detail(sequence) } }

    package func event(id: String) async throws -> EventDetail? {
        try read { tables in
            tables.events.values.first { $0.event.eventID == id }.flatMap { tables.detail($0.event.sequence) }
        }
    }

    package func counts(_ filter: EventFilter, limit: Int64?) async throws -> EventCounts {
        try read { tables in try EventCounts.of(filter, limit: limit, tables) }
    }

    /// Nothing trails behind.
    package func indexWords() async throws -> WordIndexState { try read { $0.words() } }

    package func histogram(_ request: HistogramRequest) async throws -> EventHistogram {
        try read { tables in try EventHistogram.of(request, tables) }
    }

    package func activity(_ id: InstanceID, since: Timestamp) async throws -> ActivitySummary {
        try read { tables in
            let stored = tables.events.values.filter { $0.event.instanceID == id && $0.event.receivedAt >= since }
            let slots = stored.map {
                ActivityBlocks.start(ofSlot: $0.event.receivedAt.milliseconds / ActivityBlocks.slot)
            }
            return ActivitySummary(since: since, events: Dictionary(slots.map { ($0, 1) }, uniquingKeysWith: +))
        }
    }

    package func deliveries(_ filter: EventFilter, before: Int64?, limit: Int) async throws -> [Delivery] {
        try read { tables in
            try EventScan.deliveries(filter, before: before, limit: limit, tables) { sequences in
                sequences.compactMap { tables.events[$0]?.event.notificationID }
                    .compactMap { tables.deliveries[$0]?.delivery }
            }
        }
    }

    package func attempts(notificationID: Int64) async throws -> [Attempt] {
        try read { $0.deliveries[notificationID]?.attempts ?? [] }
    }

    package func lastAttempt(_ id: InstanceID, url: String) async throws -> Attempt? {
        try read { tables in
            tables.deliveries.values.filter { $0.delivery.instanceID == id }.flatMap(\.attempts)
                .filter { $0.url == url }.max { $0.id < $1.id }
        }
    }
}

// MARK: - Jobs and the clock

extension MemoryStore {
    package func createReplayJob(_ draft: ReplayJob) async throws -> ReplayJob {
        try write { tables in
            var job = draft
            job.id = (tables.jobs.keys.max() ?? 0) + 1
            tables.jobs[job.id] = job
            return job
        }
    }

    package func updateReplayJob(_ job: ReplayJob) async throws { try write { $0.jobs[job.id] = job } }

    package func endReplayJob(_ job: ReplayJob) async throws {
        try write { tables in
            tables.jobs[job.id]?.state = job.state
            tables.jobs[job.id]?.waitsForCallback = false
            tables.jobs[job.id]?.lastError = job.lastError
            tables.jobs[job.id]?.updatedAt = job.updatedAt
        }
    }

    package func replayJob(_ id: Int64) async throws -> ReplayJob? { try read { $0.jobs[id] } }

    package func replayJobs(_ id: InstanceID?, onlyOpen: Bool, limit: Int) async throws -> [ReplayJob] {
        try read { tables in
            let found = tables.jobs.values.filter {
                (id ?? $0.instanceID) == $0.instanceID && (!onlyOpen || $0.state.isOpen)
            }
            return Array(found.sorted { $0.id > $1.id }.prefix(limit))
        }
    }

    package func probeWrite() async throws { try write { _ in } }

    package func saveClockStep(_ milliseconds: Int64) async throws { try write { $0.clockStep = milliseconds } }

    package func settleDue(now: Timestamp) async throws {
        try write { tables in
            for instance in tables.instances.all {
                tables.instances[instance.id] = instance.settled(step: tables.clockStep, now: now)
            }
            for delivery in tables.retrying {
                guard let due = delivery.nextAttempt else { continue }
                let wait = tables.deliveries[delivery.notificationID]?.wait
                tables.deliveries[delivery.notificationID]?.delivery.nextAttempt = RetryClock.settled(
                    due,
                    wait: wait,
                    step: tables.clockStep,
                    now: now
                )
            }
            tables.clockStep = 0
            tables.cancelJobsOfNoInstance()
        }
    }
}

extension MemoryTables {
    fileprivate mutating func cancelJobsOfNoInstance() {
        for (id, job) in jobs where job.state.isOpen && instances[job.instanceID] == nil {
            jobs[id]?.state = .cancelled
            jobs[id]?.waitsForCallback = false
            jobs[id]?.lastError = InstanceTable.deletionReason
        }
    }
}
