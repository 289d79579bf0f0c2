import Domain
import Primitives
import Salesforce
import SimulatedOrg

/// One random history: people work in the org, the poller polls, things break; the oracle watches.
struct HistoryRun {
    /// Which clock is wrong. Never two of them, as then nobody could tell.
    private enum Clocks { case right, dateJumps, machineJumps }

    var random: SeededGenerator
    let target: InProcessOrg
    let faults: Faults
    var session: any OrgSession
    private let kept: KeptConnection?
    let ledger = MemoryLedger()
    let objects: [String]
    private let unreplicated: Set<String>
    private let clocks: Clocks
    let hasComposite: Bool
    private let missingPercent: Int
    /// Of how many rows on a poll leaves what is long past to be read beside the polls.
    let backlogRows: Int
    var backlogRandom: SeededGenerator
    var lies: Lies
    var firstRun = FirstRun.now
    /// A number field becomes a text now and then, and back.
    let retypes: Bool
    /// A refresh token is good for one renewal: one that was lost on the way is lost for good.
    let rotates: Bool
    /// Rows are put together from several answers. What two writes of one second did to them in between shows in no stamp,
    /// so time goes by there before somebody writes.
    private let joins: Bool
    /// How much of the overlap is read again. Where nothing is for being open in the org, what counts can't show is told
    /// when it leaves the overlap at the latest, so that only the end demands all.
    private let overlap: OverlapLimits
    /// Records that the connected user does not see any more.
    var hidden: Set<String> = []
    /// Records that are back in sight and were told as deleted meanwhile; only a reconciliation tells that they are back.
    var shown: Set<String> = []
    var oracle = Oracle()
    var tally = Tally()
    private(set) var open: [(id: Int, age: Int)] = []
    var trail: [String] = []
    /// Objects whose log of deletions had a gap, so that what is gone and was never known stays unknown.
    var lossy: Set<String>
    /// Whether the trigger without stamps sends only some fields, always the same.
    let choosesFields: Bool
    /// What a trigger without stamps has still to post, and of which commits it is.
    var posts: [Observation] = []
    var postedSequence = 0
    /// Records that such a post has told since the last poll or before.
    var guesses: Set<String> = []

    /// Polls within which a first read begins, whatever the org refuses to answer at once.
    private static let maximumNarrowing = 5

    var org: Org { target.org }

    init(seed: UInt64, faults: Faults = .answers) async throws {
        var random = SeededGenerator(seed: seed)
        let pageRows = Int.random(in: 1...4, using: &random)
        let isShort = random.chance(30)
        objects = random.chance(50) ? ["Account"] : ["Account", "Contact"]
        // Where there is no log of deletions, a record out of sight passes for deleted.
        let isUnreplicated = random.chance(faults == .returning ? 50 : 20) && faults != .late && faults != .past
        let unreplicated = isUnreplicated ? Set(objects.suffix(1)) : []
        let hasRightClocks = faults == .unstamped || faults == .returning
        let clocks: Clocks =
            hasRightClocks || random.chance(50) ? .right : random.chance(50) ? .dateJumps : .machineJumps
        let offsets = [0, 0, 0, 45, -45, 3600, -3600, 200_000, -200_000, 60_000_000, -60_000_000]
        // With the machine's clock wrong, the date is the one to be right.
        let offset: Int? =
            clocks == .machineJumps || hasRightClocks
            ? 0 : random.chance(5) && clocks == .right ? nil : offsets.randomElement(using: &random) ?? 0
        target = InProcessOrg.empty {
            $0.maximumPageRows = pageRows
            $0.hasShortPages = isShort
            $0.seed = seed
            $0.unreplicated = unreplicated
            $0.dateOffset = offset
            if faults == .catalogue { $0.instanceURL = nil }
        }
        await target.org.serve(at: InProcessOrg.address)
        await ledger.setClock { [target] in target.machine.now }
        self.unreplicated = unreplicated
        self.clocks = clocks
        lossy = unreplicated
        hasComposite = !random.chance(15)
        missingPercent = random.chance(50) ? 20 : 100
        self.faults = faults
        if faults == .catalogue {
            let kept = try await target.connect(random.chance(50) ? .authorizationCode : .clientCredentials)
            self.kept = kept
            session = target.session(kept)
            let calls = random.chance(30) ? Int.random(in: 2...20, using: &random) : nil
            await target.org.configure { $0.sessionCalls = calls }
            if calls != nil { tally.count("short sessions") }
            let limits = Limits(from: &random)
            rotates = limits.rotates && kept.grant == .authorizationCode
            retypes = limits.retypes
            joins = limits.queryFields != nil
            await target.org.configure { limits.apply(to: &$0) }
            for name in limits.names { tally.count(name) }
            if let most = Self.answerLimit(seed: seed) {
                target.answerLimit.withLock { $0 = most }
                tally.count("large rows")
            }
        } else {
            rotates = false
            retypes = false
            joins = false
            kept = nil
            session = await target.session()
        }
        overlap = Self.limits(seed: seed, faults)
        choosesFields = seed % 2 == 0
        backlogRandom = SeededGenerator(seed: seed &* 31 &+ 17)
        // Without the org's word of how far it is, two wrong clocks can't be told from a right one.
        let mayLie = (faults == .answers || faults == .late) && unreplicated.isEmpty && clocks == .right && offset == 0
        lies = Lies(seed: seed, mayLie: mayLie)
        let isShortBacklog = backlogRandom.chance(60) && faults != .unstamped || faults == .past
        backlogRows = isShortBacklog ? Int.random(in: 1...8, using: &backlogRandom) : 10_000
        if backlogRows < 10_000 { tally.count("short backlogs") }
        tally.count(overlap.unsettled == 0 ? "by counts" : overlap.familiar < 200 ? "small limits" : "usual limits")
        self.random = random
        tally.histories = 1
        if !hasComposite { await removeComposite() }
        if faults == .unstamped, let leap = Self.strangeClocks.randomElement(using: &self.random) {
            target.machine.jump(seconds: leap)
        }
        trail = [
            "pages of \(pageRows), unreplicated \(unreplicated), clocks \(clocks), date \(offset ?? -1), "
                + "composite \(hasComposite)"
        ]
    }

    private var demandsAllAtOnce: Bool { overlap.unsettled > 0 }

    /// What the oracle found wrong, with the steps that led there; empty if nothing.
    mutating func run() async throws -> [String] {
        if faults == .past { return try await runPast() }
        if faults == .returning { return try await runReturning() }
        for _ in 0..<Int.random(in: 0...3, using: &random) { try await work() }
        if random.chance(10) {
            for _ in 0..<Int.random(in: 5...15, using: &random) { try await org.create("Account", ["Name": "many"]) }
        }
        for _ in 0..<Int.random(in: 6...18, using: &random) * (faults == .late ? 3 : 1) {
            switch Int.random(in: 0..<100, using: &random) {
            case ..<58: if faults == .late { try await workLate() } else { try await work() }
            case ..<78: try await pass()
            default: try await poll()
            }
            if faults == .unstamped { try await post() }
            try await stampAhead()
            if !oracle.faults.isEmpty { return report }
        }
        return try await end()
    }

    /// Everything comes to rest, and then all must be told.
    mutating func end() async throws -> [String] {
        while !open.isEmpty { try await commit() }
        try await pass()
        // So long that all leaves the overlap, and with it what is read before it does.
        if !demandsAllAtOnce {
            for _ in 0..<2 {
                try await poll(isCalm: true)
                await target.advance(seconds: 3000)
            }
        }
        do {
            // Questions are made narrower in steps, a few in each poll, and where there never was more than one poll the
            // first may still have to begin; after that everything must be told.
            for _ in 0..<Self.maximumNarrowing where !objects.allSatisfy(oracle.hasStarted.contains) {
                try await poll(isCalm: true)
            }
            for _ in 0..<2 { try await poll(isCalm: true) }
            // A row is not believed that was asked for too soon after its deletion was told.
            if faults == .returning { try await pass(120) }
            try await poll(isCalm: true, reconcile: true, isLast: true)
        } catch let error as SalesforceError {
            return ["does not poll again by itself: \(error)"] + trail
        }
        for object in objects {
            let hasCursor = await ledger.records[object]?.cursor != nil
            if !hasCursor || !oracle.hasStarted.contains(object) { return ["never began \(object)"] + trail }
        }
        return report
    }

    var report: [String] { oracle.faults.isEmpty ? [] : oracle.faults + trail }

    mutating func note(_ step: String) { trail.append(step) }

    mutating func begin() async -> Int {
        if let last = open.last, random.chance(50) { return last.id }
        let id = await org.openTransaction()
        open.append((id, 0))
        return id
    }

    mutating func commit() async throws {
        guard !open.isEmpty else { return }
        let id = open.remove(at: Int.random(in: 0..<open.count, using: &random)).id
        if random.chance(15) {
            try await org.rollBack(id)
            note("roll back \(id)")
        } else {
            try await org.commit(id)
            note("commit \(id)")
        }
    }

    /// Time goes by; no transaction lasts longer than ten minutes.
    mutating func pass() async throws {
        if clocks != .right, random.chance(20) { await jump() }
        let steps =
            switch faults {
            case .late: [1, 1, 2, 5, 20, 60, 60, 200, 590]
            case .returning: [1, 5, 30, 60, 300, 590, 900, 1000, 7200]
            case .past: [1, 5, 20, 60, 60, 300, 590, 900, 1000, 7200]
            case .answers, .catalogue, .unstamped: [1, 5, 30, 59, 60, 300, 590, 900, 1000, 7200, 90_000]
            }
        var seconds = steps.randomElement(using: &random) ?? 1
        if random.chance(3), faults != .late, faults != .past, faults != .returning {
            seconds = random.chance(50) ? 1_728_000 : 3_456_000
            lossy.formUnion(objects)
        }
        try await pass(seconds)
    }

    mutating func pass(_ seconds: Int) async throws {
        while let oldest = open.first, oldest.age + seconds > 600 {
            open.removeFirst()
            try await org.commit(oldest.id)
            note("commit \(oldest.id)")
        }
        open = open.map { ($0.id, $0.age + seconds) }
        await target.advance(seconds: seconds)
        note("+\(seconds) s")
    }

    private mutating func jump() async {
        let leap = [-4_000_000, -90_000, -3600, -61, 61, 3600, 90_000, 4_000_000].randomElement(using: &random) ?? 0
        if clocks == .machineJumps {
            target.machine.jump(seconds: Int64(leap))
        } else {
            await org.configure { $0.dateOffset = ($0.dateOffset ?? 0) + leap }
        }
        note("clock jumps by \(leap) s")
    }

    func removeComposite() async {
        await org.add(FaultRule(.error(status: 404, code: "NOT_FOUND", message: "no"), path: "/composite$", times: nil))
    }

    func request(reconcile: Bool) async -> PollRequest {
        var request = await ledger.request(objects, firstRun: firstRun, reconcile: reconcile)
        request.missingPercent = missingPercent
        request.overlapLimits = overlap
        request.backlogRows = backlogRows
        return request
    }

    mutating func restart() async {
        if let kept { session = target.session(kept) } else { session = await target.session() }
    }

    mutating func poll(
        isCalm: Bool = false,
        reconcile: Bool? = nil,
        isLast: Bool = false
    ) async throws {
        if random.chance(15) {
            await restart()
            note("restart")
        }
        if !isCalm, random.chance(10) {
            await org.expireSessions()
            tally.count("sessions ended")
        }
        if !isCalm, random.chance(35) { await addFaults() }
        if !isCalm, random.chance(20) {
            await ledger.die(after: Int.random(in: 0...3, using: &random), isStored: random.chance(50))
        }
        if faults == .unstamped {
            // What was received before is older than what is asked for now.
            try await pass(1)
            try await collectPosts()
            let late = drawPosts(percent: 40)
            await ledger.receiveLater(late) { [target] in target.machine.now }
        }
        let losesLocators = !isCalm && random.chance(10)
        let reconcile = reconcile ?? random.chance(20)
        let leap = isCalm ? nil : await leapAhead()
        try await oracle.look(org)
        let unread = await ledger.unread(objects)
        // A sweep that goes on from a poll before looks at nothing twice: what it has passed by then is for the next.
        let sweeping = await ledger.sweeping(objects)
        doubtUnread(unread)
        var meddler: Meddler?
        let mayMeddle = faults != .unstamped && leavesHidden && !isCalm
        if mayMeddle, random.chance(15), objects.allSatisfy({ oracle.hasStarted.contains($0) }) {
            meddler = Meddler(org, objects: objects, seed: random.next(), after: oracle.sequence)
        }
        if losesLocators { tally.count("locators ended") }
        tally.polls += 1
        var outcome: PollReport?
        do {
            let (org, ledger, meddling) = (org, ledger, meddler)
            let passesTime: @Sendable () async -> Void = { [joins, target] in
                if joins, meddling != nil { await target.advance(seconds: 1) }
            }
            let request = await request(reconcile: reconcile)
            outcome = try await session.poll(
                request,
                known: { object, question in
                    await passesTime()
                    try await meddling?.meddle()
                    return await ledger.answer(object, question)
                },
                store: { page in
                    if losesLocators { await org.expireLocators() }
                    await passesTime()
                    try await meddling?.meddle()
                    let result = try await ledger.store(page)
                    try await meddling?.meddle()
                    return result
                }
            )
            note("poll \(reconcile ? "and reconcile " : "")\(outcome?.problems ?? [:])")
        } catch is MemoryLedger.Killed {
            await restart()
            tally.kills += 1
            note("poll killed")
        } catch let error as SalesforceError {
            tally.failedPolls += 1
            note("poll failed: \(error)")
            if isCalm { throw error }
        }
        await leapBack(leap)
        await calm(meddler)
        if meddler != nil { doubtUnread(unread) }
        await ledger.receiveWaiting()
        await rememberGuesses()
        let (records, events) = (await ledger.records, await ledger.takeEvents())
        tally.events += events.count
        oracle.judge(events, but: hidden)
        shown = shown.filter(oracle.isToldDeleted)
        let unseen = isLast ? hidden : hidden.union(shown)
        oracle.settle(guesses)
        guesses = []
        await rememberGuesses()
        if isCalm { try await readBacklogs() }
        let backlogs = await ledger.backlogs
        for object in objects where records[object]?.cursor != nil {
            oracle.start(object, known: Set(await ledger.entries.filter { !$0.value.isDeleted }.keys))
            // What is left of the past is read later.
            let end = backlogs[object]?.end
            let resume = ResumeState(parsing: records[object]?.resume)
            // What was deleted while the object was off the list is found by a sweep.
            if end == nil, !resume.mustSweep, let settled = resume.settled {
                oracle.demandSettled(object, before: settled, but: unseen)
                tally.count("settled states judged")
            }
            guard meddler == nil, let outcome else { continue }
            // That something is ahead is no excuse.
            if let problem = outcome.problems[object], !problem.contains("a clock is ahead of") { continue }
            // A part of the fields that was answered amiss leaves its rows to the next poll.
            guard demandsAllAtOnce && (isCalm || !joins) || isLast else { continue }
            let known = await ledger.entries
            // The poll behind one with a clock ahead goes back with the log; the next reads it from there.
            let isBehind = oracle.hadClockAhead && !isLast || sweeping.contains(object)
            let isBlind = isBehind || unreplicated.contains(object) && !reconcile
            if end != nil { tally.count("newest demanded before the past") }
            oracle.demandAll(of: object, since: end, but: unseen) {
                isBlind || lossy.contains(object) && known[object + "/" + $0] == nil
            }
        }
        if !isCalm, faults != .past, backlogRandom.chance(40) { try await disturbBacklogs() }
        // Where the log can't be read at a first run, what is deleted within its second was so before it or after.
        if unread.contains(where: { ResumeState(parsing: records[$0]?.resume).logFloor != nil }) { try await pass(1) }
    }
}
