package import Domain
import Primitives

/// Follows one object through one poll. Pure: it says what to request and what to store, and accepts the replies.
///
/// The order is what makes it complete: the delete log is read first, rows after it. A logged id whose row then shows up
/// came back or is reported by its row; one that does not is gone for good. The cursor becomes the org's time at which the
/// poll began, and only when the last page of it is stored; the next poll reads again from `overlap` before it. The org's
/// time is read from its stamps, not from a clock: see `OrgAnchor`.
///
/// What it knows is in values that each keep their own invariants. `record` and `resume` are what the next poll begins with, and
/// go to the store with each batch. For the whole poll there are `time`, `fields`, `limits`, `outbox` and `outcome`; for one read
/// of rows after the other `reads` and, along with those that take it, `log`; `overlap` for what is known of the rows. `joining`
/// is there while a page is put together. All else belongs to one `Stage`, which carries it.
package struct ObjectPoll: Sendable {
    package enum Step: Sendable, Hashable {
        /// Read the field list (anew).
        case describe
        /// One question, or the first two: delete log and rows, in that order.
        case send([ObjectRequest])
        case store(ObjectBatch)
        /// Learn what the store made of the rows before their place is left.
        case settle
        /// What the ledger knows.
        case ledger(LedgerQuestion)
        case done
    }

    let request: PollRequest
    /// The name as configured.
    package let name: String

    // What later polls go on with.
    package internal(set) var record: PollerRecord
    var resume: ResumeState

    // For the whole poll.
    var stage: Stage = .begin
    var time: OrgTime
    var fields: FieldReading
    var limits: QueryLimits
    var outbox = Outbox()
    var outcome = PollOutcome()

    // For its reads.
    var reads = ReadQueue()
    var log = LogReading()
    var overlap = OverlapState()
    /// The page whose further fields are being read.
    var joining: Joining?

    static let chunk = 2000

    package init(
        name: String,
        request: PollRequest,
        schema: ObjectSchema?,
        clocks: PollClocks
    ) {
        self.name = name
        self.request = request
        let known = request.records.first { $0.object.lowercased() == name.lowercased() }
        var record = known ?? PollerRecord(instanceID: request.instanceID, object: name)
        record.calls = APICalls()
        let resume = ResumeState(parsing: record.resume)
        let reach = resume.anchor?.time(at: clocks) ?? record.cursor
        // Once an hour the fields are read anew whatever the rows show.
        let isDescribed = schema != nil && !request.reconcile
        let fields = FieldReading(schema, parts: resume.parts, isDescribed: isDescribed)
        self.record = record
        self.resume = resume
        self.time = OrgTime(clocks, former: OrgTime.Former(cursor: record.cursor, resume), reach: reach)
        self.fields = fields
        self.limits = QueryLimits(resume, provenWidth: record.cursor == nil ? 0 : fields.first.count)
        if record.cursor == nil, resume.phase == nil, resume.split == nil {
            stage = .anchor(days: nil)
        } else {
            reads.plan(plan())
        }
    }

    package var schema: ObjectSchema? { fields.schema }

    /// What the current question names; the further fields of its rows are read by id.
    package var requestedSchema: ObjectSchema? { fields.requestedSchema }

    /// The failure that ended this object's poll.
    package var failure: SalesforceError? { outcome.failure }

    package var rowsRead: Int { outcome.rowsRead }

    /// How the ledger spells the object.
    package var ledgerName: String { schema?.name ?? name }

    /// Whether the next question is this object's first or checks what is known, so that it can share a call with others'.
    package var sharesCalls: Bool {
        switch stage {
        case .begin, .anchor, .check: joining == nil
        default: false
        }
    }

    package mutating func next() -> Step {
        while true {
            if let step = outbox.next() { return step }
            if !fields.isDescribed { return .describe }
            guard let schema, let requestedSchema else {
                if case .done = stage { return .done }
                close()
                continue
            }
            if isEndless {
                leaveEndless()
                continue
            }
            if let request = nextOfJoin(schema) { return .send([request]) }
            switch stage {
            case .anchor(let days):
                let soql = ChangeQuery.newest(schema, days: days)
                return .send([.query(soql: soql, includesDeleted: schema.hasIsDeleted)])
            case .former: return .ledger(.ids(after: nil, limit: 1))
            case .begin: if let step = nextOfRead(schema, requestedSchema) { return step }
            case .newest:
                return .send([.query(soql: ChangeQuery.newest(schema), includesDeleted: schema.hasIsDeleted)])
            case .page(let path): return .send([.nextPage(path: path)])
            case .weigh: return .ledger(.states(log.unverified.map(\.recordID)))
            case .deletions(let entries, let rows): queueDeletions(entries, behind: rows)
            case .check: if let step = nextOfCheck() { return step }
            case .verify(let look), .fetch(let look), .returned(let look), .lookUp(let look, _):
                if let path = look.path { return .send([.nextPage(path: path)]) }
                let soql = ChangeQuery.soql(requestedSchema, ids: look.open.map(\.recordID))
                return .send([.query(soql: soql, includesDeleted: true)])
            case .updateLog(let reading): if let step = nextOfUpdateLog(reading) { return step }
            case .retrieve(let ids, let covered): if let step = nextToRetrieve(ids, covered) { return step }
            case .recall: return .ledger(.states(resume.unseen))
            case .sweep(let chunks): if let step = nextOfSweep(chunks) { return step }
            case .exists(let chunk): return .send([.exists(ids: chunk.ids)])
            case .absent(let ids, _): return .ledger(.states(ids))
            case .close: close()
            case .done: return .done
            }
        }
    }

    private mutating func close() {
        stage = .done
        widenRows()
        record.problem = outcome.problem ?? aheadWarning ?? purgeWarning
        record.providerMessage = outcome.providerMessage
        if failure == nil || schema != nil {
            let notes = [schema?.note(knowsAll: resume.knowsAll), countingNote].compactMap(\.self)
            record.note = notes.isEmpty ? nil : notes.joined(separator: " ")
        }
        record.lastPoll = time.startedAt
        outcome.doubts.settle(in: &resume, hasFailed: outcome.failure != nil)
        outbox.enqueue(batch([], isBaseline: false))
    }

    /// Takes the answer to one ask of the last step, and what the clocks said when it was here.
    package mutating func accept(_ reply: ObjectReply, to request: ObjectRequest, at clocks: PollClocks) {
        time.update(clocks)
        if log.mustRepeatRows, request.isQuery { return }
        let reply = checked(reply, to: request)
        switch (reply, request) {
        case (_, .count), (_, .narrow): acceptCheck(reply, to: request)
        case (.failure(let error), _): recover(error, request)
        case (.deleteLog(let answer), _): acceptLog(answer, request)
        case (.updateLog(let answer), _):
            stage = .retrieve(answer.recordIDs, covered: answer.covered ?? resume.updatedCursor ?? time.now)
        case (.count, _): break
        case (.page(let page), .exists): acceptExisting(page)
        case (.page(let page), _): acceptPage(page, request)
        }
    }

    private mutating func acceptPage(_ answer: QueryPage, _ request: ObjectRequest) {
        if case .anchor(let days) = stage { return acceptAnchor(answer, days: days) }
        if case .newest = stage { return acceptNewest(answer.rows) }
        limits.recovery.answered(width: askedWidth)
        let page = joining == nil ? counted(answer) : answer
        if joining == nil, fields.isParted, let stamp = schema?.stamp {
            joining = Joining(
                page,
                request: request,
                groups: fields.groups.dropFirst(),
                stamp: stamp,
                width: lookUpWidth
            )
            if joining != nil { return }
        } else if joining != nil {
            joining?.accept(page)
            return acceptJoined()
        }
        acceptWhole(page)
    }

    /// A page whose rows have all their fields.
    mutating func acceptWhole(_ page: QueryPage) {
        limits.recovery.finishedPage()
        switch stage {
        case .retrieve: acceptRetrieved(page)
        case .verify: acceptVerified(page)
        case .fetch: acceptFetched(page)
        case .returned: acceptReturned(page)
        case .lookUp: acceptLookedUp(page)
        default: acceptRows(page)
        }
    }

    /// Counts a call of the allowance that this object had part in.
    package mutating func countCall(for purpose: CallPurpose) { record.calls.count(purpose) }

    func batch(
        _ observations: [Observation],
        isBaseline: Bool,
        source: ChangeSource = .polling,
        awaitsFields: Bool = false
    ) -> ObjectBatch {
        var record = record
        record.resume = resume.text
        return ObjectBatch(
            observations: observations,
            policy: ChangeDecision.Policy(
                baseline: record.baseline,
                isBaselineRead: isBaseline,
                judgesKnown: isBaseline && reads.current?.kind == .bin,
                reportTouches: request.reportTouches,
                derivedFields: schema?.calculated ?? [],
                logFloor: resume.logFloor,
                awaitsFields: awaitsFields,
                knowsAll: resume.knowsAll,
                reached: reached,
                unreached: unreached
            ),
            source: source,
            record: record,
            object: schema?.name ?? name
        )
    }
}
