package import Domain
import Primitives

/// Follows all objects of a request through one poll. Pure: `next` says what to do, the other methods accept what came of it.
///
/// The first questions of up to five objects share one call, and so do their checks of the overlap. An object with further pages is read to its end before the
/// next group begins, so that only one page is held at a time.
package struct ChangeDetector: Sendable {
    package struct Call: Sendable, Hashable {
        package let object: Int
        package let request: ObjectRequest
        package let purpose: CallPurpose

        init(_ request: ObjectRequest, of poll: ObjectPoll, at index: Int) {
            object = index
            self.request = request
            purpose = poll.purpose(of: request)
        }
    }

    package enum Action: Sendable, Hashable {
        /// Read the descriptions of these objects, given by index.
        case describe([Int])
        /// One call.
        case send([Call])
        case store(PollPage)
        /// Ask the ledger about an object.
        case ledger(Int, LedgerQuestion)
        case finish(PollReport)
    }

    package private(set) var polls: [ObjectPoll]
    private let now: Timestamp
    private var page: PollPage
    /// What the store held back, by object.
    private var heldBack: [String: Set<String>] = [:]
    /// Rows that one transaction should not exceed by much.
    private static let pageRows = 2000

    /// `schemas` by names in lower case.
    package init(
        _ request: PollRequest,
        schemas: [String: ObjectSchema],
        clocks: PollClocks
    ) {
        self.now = clocks.server
        self.polls = request.objects.map { name in
            ObjectPoll(
                name: name,
                request: request,
                schema: schemas[name.lowercased()],
                clocks: clocks
            )
        }
        self.page = Self.emptyPage(clocks.server)
    }

    /// Reads on in a part of a backlog.
    package init(_ poll: ObjectPoll, clocks: PollClocks) {
        self.now = clocks.server
        self.polls = [poll]
        self.page = Self.emptyPage(clocks.server)
    }

    package mutating func next() -> Action {
        var describe: [Int] = []
        var group: [Call] = []
        var queries = 0
        for index in polls.indices {
            steps: while true {
                // Looked at on a copy: a finding that does not fit is given again after the page is stored.
                var poll = polls[index]
                switch poll.next() {
                case .store(let batch):
                    if !accepts(batch) { return flush() }
                    polls[index] = poll
                    add(batch)
                case .describe:
                    describe.append(index)
                    break steps
                case .ledger(let question):
                    polls[index] = poll
                    // The ledger answers by what is on disk; and a sweep goes on from there after a restart.
                    let isSweep = if case .ids = question { true } else { false }
                    if !page.observations.isEmpty || isSweep && !page.pollerRecords.isEmpty { return flush() }
                    return .ledger(index, question)
                case .send(let requests):
                    // As it is now: what it asks may belong to another stage than the one it was in.
                    if !poll.sharesCalls {
                        polls[index] = poll
                        // The page in hand is on disk before the next one is read.
                        if !page.observations.isEmpty { return flush() }
                        return send(requests.map { Call($0, of: poll, at: index) })
                    }
                    let fitting = Self.fitting(requests, in: CompositeCall.maximumQueries - queries)
                    if fitting.contains(where: \.isQuery) {
                        polls[index] = poll
                        group += fitting.map { Call($0, of: poll, at: index) }
                        queries += fitting.count(where: \.isQuery)
                    }
                    break steps
                case .settle:
                    polls[index] = poll
                    // The store has to judge the rows first.
                    if !page.observations.isEmpty { break steps }
                    polls[index].settle(heldBack: heldBack.removeValue(forKey: poll.ledgerName) ?? [])
                case .done:
                    polls[index] = poll
                    break steps
                }
            }
        }
        if !describe.isEmpty { return .describe(describe) }
        if !group.isEmpty {
            if !page.observations.isEmpty { return flush() }
            return send(group)
        }
        if !page.observations.isEmpty || !page.pollerRecords.isEmpty { return flush() }
        return .finish(report)
    }

    /// The first of an object's requests that a call has room for; the others are asked for again by themselves.
    private static func fitting(_ requests: [ObjectRequest], in room: Int) -> ArraySlice<ObjectRequest> {
        var left = room
        return requests.prefix { request in
            if request.isQuery { left -= 1 }
            return left >= 0
        }
    }

    private mutating func send(_ group: [Call]) -> Action {
        for (index, calls) in Dictionary(grouping: group, by: \.object) {
            if let purpose = calls.map(\.purpose).min() { polls[index].countCall(for: purpose) }
        }
        return .send(group)
    }

    package mutating func acceptSchema(_ result: Result<ObjectSchema, SalesforceError>, of object: Int) {
        polls[object].acceptSchema(result)
    }

    package mutating func accept(_ reply: ObjectReply, to call: Call, at clocks: PollClocks) {
        polls[call.object].accept(reply, to: call.request, at: clocks)
        guard case .deleteLog = reply, let word = polls[call.object].word else { return }
        // It is the org's, not the object's: those without such a log go by it, too.
        for index in polls.indices where index != call.object { polls[index].time.otherWord = word }
    }

    /// Takes what became of the page that was stored last.
    package mutating func acceptStored(_ result: IntakeResult) {
        heldBack.merge(result.heldBack) { $0.union($1) }
    }

    package mutating func acceptLedger(_ answer: LedgerAnswer, of object: Int) { polls[object].acceptLedger(answer) }

    /// The failure of the whole poll: all objects failed, and of a cause that is not theirs.
    package var commonFailure: SalesforceError? {
        let failures = polls.compactMap(\.failure)
        guard !failures.isEmpty, failures.count == polls.count else { return nil }
        return failures.first { $0.kind == .transient }
    }

    private var report: PollReport {
        var report = PollReport()
        for poll in polls {
            report.rowsRead += poll.rowsRead
            if poll.outcome.leavesRows { report.leavesRows = true }
            if let problem = poll.record.problem { report.problems[poll.name] = problem }
            if let failure = poll.failure { report.failures[poll.name] = failure }
            if let words = poll.record.providerMessage { report.providerMessages[poll.name] = words }
        }
        return report
    }

    // MARK: Pages for the store

    private static func emptyPage(_ now: Timestamp) -> PollPage {
        PollPage(observations: [], policies: [:], pollerRecords: [], source: .polling, pollDate: now)
    }

    private func accepts(_ batch: ObjectBatch) -> Bool {
        if batch.observations.isEmpty { return true }
        if page.observations.isEmpty { return true }
        return page.source == batch.source
            && page.observations.count + batch.observations.count <= Self.pageRows
            && page.policies[batch.object] ?? batch.policy == batch.policy
    }

    private mutating func add(_ batch: ObjectBatch) {
        if !batch.observations.isEmpty {
            page.observations += batch.observations
            page.policies[batch.object] = batch.policy
            page.source = batch.source
        }
        if let backlog = batch.backlog { page.backlogs[batch.record.object] = backlog }
        page.pollerRecords.removeAll { $0.object == batch.record.object }
        page.pollerRecords.append(batch.record)
    }

    private mutating func flush() -> Action {
        let full = page
        page = Self.emptyPage(now)
        return .store(full)
    }
}
