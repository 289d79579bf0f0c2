import Domain
import Primitives
import Salesforce

/// The store's part in a poll, in memory: every page all or nothing, judged by `ChangeDecision`.
actor MemoryLedger {
    struct Event: Sendable {
        let object: String
        let recordID: String
        let change: Change
        let isUndelete: Bool
        let stamp: Timestamp
        let fields: RecordFields
        let source: ChangeSource
        let changed: [String]
        /// Its stamp is when it was received.
        let isGuessed: Bool
    }

    struct Killed: Error {}

    struct Cancellation: Sendable {
        /// Where the backlog ended: what is older and was not read counts as what was there before.
        let end: Timestamp
        /// What had been told by then.
        let told: [Event]
    }

    private(set) var entries: [String: LedgerEntry] = [:]
    private(set) var records: [String: PollerRecord] = [:]
    private(set) var events: [Event] = []
    private(set) var backlogs: [String: Backlog] = [:] {
        didSet { lastPart = max(lastPart, backlogs.values.map(\.lastID).max() ?? 0) }
    }
    private var lastPart: Int64 = 0
    /// Where objects begin whose backlogs were cancelled: a poll that runs goes on with what it began with.
    private var baselines: [String: Timestamp] = [:]
    /// Parts of backlogs that were read to their end, backlogs of which all was, and their rows.
    private(set) var partsRead = 0
    private(set) var backlogsRead = 0
    private(set) var backlogRows: Int64 = 0
    private(set) var pages = 0
    private(set) var questions: [LedgerQuestion] = []
    private(set) var largestPage = 0
    /// Webhooks without stamps that arrive behind the next page, and what the time is then.
    private var waiting: [Observation] = []
    private var clock: @Sendable () -> Timestamp = { .distantPast }
    /// When the last event of each record was received.
    private var toldAt: [String: Timestamp] = [:]
    /// How many pages are stored before the process dies; whether the last of them is on disk then.
    private var kill: (after: Int, isStored: Bool)?

    func die(after pages: Int, isStored: Bool) { kill = (pages, isStored) }
    func live() { kill = nil }

    /// What else than these polls left behind.
    func edit(_ object: String, _ change: @Sendable (inout PollerRecord) -> Void) {
        guard var record = records[object] else { return }
        change(&record)
        records[object] = record
    }

    @discardableResult
    func takeEvents() -> [Event] {
        defer { events = [] }
        return events
    }

    func store(_ page: PollPage) throws -> IntakeResult {
        if let kill, kill.after <= 0 {
            if kill.isStored { apply(page) }
            throw Killed()
        }
        kill?.after -= 1
        let result = apply(page)
        receiveWaiting()
        return result
    }

    /// Judges a webhook without a stamp.
    func receive(_ post: Observation, at moment: Timestamp) {
        var seen = post
        seen.stamp = moment
        seen.guess = moment
        let key = seen.object + "/" + seen.recordID
        let record = records[seen.object]
        let policy = ChangeDecision.Policy(
            baseline: record?.baseline,
            begun: ResumeState(parsing: record?.resume).begun
        )
        let decision = ChangeDecision.make(seen, known: entries[key], policy: policy)
        if let entry = decision.entry { entries[key] = entry }
        if case .event(let change, let isUndelete) = decision.verdict {
            tell(seen, change, isUndelete, decision, from: .webhook)
        }
    }

    func receiveLater(_ posts: [Observation], at clock: @escaping @Sendable () -> Timestamp) {
        waiting += posts
        self.clock = clock
    }

    func receiveWaiting() {
        for post in waiting { receive(post, at: clock()) }
        waiting = []
    }

    /// Without one, no row is held against when the known state was told.
    func setClock(_ clock: @escaping @Sendable () -> Timestamp) { self.clock = clock }

    private func tell(
        _ seen: Observation,
        _ change: Change,
        _ isUndelete: Bool,
        _ decision: ChangeDecision,
        from source: ChangeSource
    ) {
        toldAt[seen.object + "/" + seen.recordID] = clock()
        events.append(
            Event(
                object: seen.object,
                recordID: seen.recordID,
                change: change,
                isUndelete: isUndelete,
                stamp: seen.stamp,
                fields: seen.fields,
                source: source,
                changed: decision.changedFields.map(\.name),
                isGuessed: seen.guess != nil
            )
        )
    }

    /// Stores a page of a backlog with how far it is read behind it.
    func store(_ page: PollPage, of object: String, part: Int64, to place: BacklogPlace) throws -> IntakeResult {
        let isWanted = backlogs[object]?.parts.contains { $0.id == part } ?? false
        // Its last words, once all of it is stored, are about no row.
        guard isWanted || page.observations.isEmpty else { throw CancellationError() }
        let isLast = kill.map { $0.after <= 0 } ?? false
        let survives = !isLast || kill?.isStored == true
        defer {
            if survives {
                let before = backlogs[object]
                backlogs[object]?.advance(to: place, of: part)
                // As a restart finds it.
                backlogs[object] = Backlog(parsing: backlogs[object]?.text)
                if let before {
                    let isRead = backlogs[object]?.parts.contains { $0.id == part } != true
                    if isRead, before.parts.contains(where: { $0.id == part }) { partsRead += 1 }
                    if backlogs[object] == nil { backlogsRead += 1 }
                    backlogRows += place.rows
                }
            }
        }
        let result = try store(page)
        if backlogs[object]?.isPaused == true { throw CancellationError() }
        return result
    }

    /// As whoever takes an object off the list; what is known of its records stays.
    func forget(_ object: String) {
        records[object] = nil
        backlogs[object] = nil
        baselines[object] = nil
    }

    /// Those of which no first run was read.
    func unread(_ objects: [String]) -> [String] { objects.filter { records[$0]?.cursor == nil } }

    /// Those of which a sweep is under way.
    func sweeping(_ objects: [String]) -> Set<String> {
        Set(objects.filter { ResumeState(parsing: records[$0]?.resume).sweep != nil })
    }

    func pause(_ object: String, _ isPaused: Bool) { backlogs[object]?.isPaused = isPaused }

    /// Forgets what is left to be read.
    func cancel(_ object: String) -> Cancellation? {
        guard let end = backlogs.removeValue(forKey: object)?.end else { return nil }
        let baseline = max(records[object]?.baseline ?? end, end)
        records[object]?.baseline = baseline
        baselines[object] = baseline
        return Cancellation(end: end, told: takeEvents())
    }

    private func amended(_ page: PollPage) -> PollPage {
        var page = page
        for (object, baseline) in baselines {
            for index in page.pollerRecords.indices where page.pollerRecords[index].object == object {
                page.pollerRecords[index].baseline = max(page.pollerRecords[index].baseline ?? baseline, baseline)
            }
            if let policy = page.policies[object] {
                page.policies[object]?.baseline = max(policy.baseline ?? baseline, baseline)
            }
        }
        return page
    }

    func spread(_ object: String, over width: Int) -> [Backlog.Part] {
        backlogs[object]?.spread(over: width)
        return Array(backlogs[object]?.parts.prefix(width) ?? [])
    }

    @discardableResult
    private func apply(_ page: PollPage) -> IntakeResult {
        let page = baselines.isEmpty ? page : amended(page)
        pages += 1
        largestPage = max(largestPage, page.observations.count)
        var result = IntakeResult()
        for seen in page.observations {
            let key = seen.object + "/" + seen.recordID
            let policy = page.policies[seen.object] ?? .init(baseline: nil)
            let known = entries[key]
            let asks = known.map { ChangeDecision.looksOlder(seen, than: $0) } ?? false
            let decision = ChangeDecision.make(
                seen,
                known: known,
                toldAt: asks && seen.requestedAt.map { $0 <= clock() } ?? false ? toldAt[key] ?? .distantPast : nil,
                policy: policy
            )
            if let entry = decision.entry { entries[key] = entry }
            if decision.isHeldBack {
                result.heldBack[seen.object, default: []].insert(seen.recordID)
                continue
            }
            guard case .event(let change, let isUndelete) = decision.verdict else {
                result.repeats += 1
                continue
            }
            switch change {
            case .created: result.created += 1
            case .updated: result.updated += 1
            case .deleted: result.deleted += 1
            }
            tell(seen, change, isUndelete, decision, from: page.source)
        }
        for record in page.pollerRecords { records[record.object] = record }
        for (object, span) in page.backlogs { backlogs[object, default: Backlog(after: lastPart)].add(span) }
        return result
    }

    func request(
        _ objects: [String],
        firstRun: FirstRun = .now,
        overlapSeconds: Int = 900,
        reconcile: Bool = false
    ) -> PollRequest {
        PollRequest(
            instanceID: 1,
            objects: objects,
            records: Array(records.values),
            firstRun: firstRun,
            overlapSeconds: overlapSeconds,
            reconcile: reconcile
        )
    }

    /// The store's page of live records.
    func known(_ object: String, _ after: String?, _ limit: Int) -> [String] {
        let prefix = object + "/"
        return Array(
            entries.lazy.filter { $0.key.hasPrefix(prefix) && !$0.value.isDeleted }
                .map { String($0.key.dropFirst(prefix.count)) }
                .filter { id in after.map { id > $0 } ?? true }.sorted().prefix(limit)
        )
    }

    /// The store's answers.
    func answer(_ object: String, _ question: LedgerQuestion) -> LedgerAnswer {
        questions.append(question)
        switch question {
        case .ids(let after, let limit): return .ids(known(object, after, limit))
        case .stamps(let from, let to):
            var counts: [Timestamp: Int] = [:]
            let prefix = object + "/"
            for (key, entry) in entries where key.hasPrefix(prefix) {
                guard let stamp = entry.liveStamp, stamp >= from, stamp < to else { continue }
                counts[stamp, default: 0] += 1
            }
            return .stamps(counts.sorted { $0.key < $1.key }.map { StampCount(stamp: $0.key, records: $0.value) })
        case .states(let ids):
            let known = ids.compactMap { id in
                entries[object + "/" + id].map { (id, LedgerState(stamp: $0.stamp, isDeleted: $0.isDeleted)) }
            }
            return .states(Dictionary(known, uniquingKeysWith: { $1 }))
        }
    }

    func backlogRequest(_ object: String, _ part: Backlog.Part, pages: Int, readsFields: Bool) -> BacklogRequest {
        BacklogRequest(
            instanceID: 1,
            object: object,
            record: records[object],
            part: part,
            pages: pages,
            readsFields: readsFields
        )
    }

    /// What happened, as short texts: `CREATED 001…`.
    func log() -> [String] {
        takeEvents().map { "\($0.change.rawValue)\($0.isUndelete ? "*" : "") \($0.recordID)" }
    }
}

extension OrgSession {
    /// For those whom any list suffices.
    func describeObjects() async throws -> [ObjectDescription] {
        try await describeObjects(where: { _ in true })
    }

    @discardableResult
    func poll(_ request: PollRequest, into ledger: MemoryLedger) async throws -> PollReport {
        try await poll(request, ledger) { try await ledger.store($0) }
    }

    /// Polls with a step of the test's own around each page.
    @discardableResult
    func poll(
        _ request: PollRequest,
        _ ledger: MemoryLedger,
        store: @Sendable (PollPage) async throws -> IntakeResult
    ) async throws -> PollReport {
        try await poll(request, known: { await ledger.answer($0, $1) }, store: store)
    }

    /// Reads on in an object's backlog, some parts of it side by side and some pages of each; false where there is none.
    func readBacklog(
        _ object: String,
        _ ledger: MemoryLedger,
        width: Int = 2,
        pages: Int = 3,
        before: @escaping @Sendable () async throws -> Void = {}
    ) async throws -> Bool {
        let parts = await ledger.spread(object, over: width)
        let readsFields = await ledger.backlogs[object]?.rows == 0
        try await withThrowingTaskGroup(of: Void.self) { group in
            for part in parts {
                group.addTask {
                    let request = await ledger.backlogRequest(object, part, pages: pages, readsFields: readsFields)
                    try await read(
                        request,
                        known: { await ledger.answer($0, $1) },
                        store: { page, place in
                            try await before()
                            return try await ledger.store(page, of: object, part: part.id, to: place)
                        }
                    )
                }
            }
            try await group.waitForAll()
        }
        return !parts.isEmpty
    }
}
