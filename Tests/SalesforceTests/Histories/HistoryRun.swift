import Domain
import Salesforce
import SimulatedOrg

/// One random history: people work in the org, the poller polls, things break; the oracle watches.
struct HistoryRun {
    private var random: SeededGenerator
    private let target: InProcessOrg
    private var session: any OrgSession
    private let ledger = MemoryLedger()
    private let objects: [String]
    private var oracle = Oracle()
    private var open: [(id: Int, age: Int)] = []
    private var trail: [String] = []

    private var org: Org { target.org }

    init(seed: UInt64) async {
        var random = SeededGenerator(seed: seed)
        let pageRows = Int.random(in: 1...4, using: &random)
        let isShort = random.chance(30)
        target = InProcessOrg.empty {
            $0.maximumPageRows = pageRows
            $0.hasShortPages = isShort
            $0.seed = seed
        }
        objects = random.chance(50) ? ["Account"] : ["Account", "Contact"]
        session = await target.session()
        self.random = random
    }

    /// What the oracle found wrong, with the steps that led there; empty if nothing.
    mutating func run() async throws -> [String] {
        for _ in 0..<Int.random(in: 0...3, using: &random) { try await work() }
        for _ in 0..<Int.random(in: 6...18, using: &random) {
            switch Int.random(in: 0..<100, using: &random) {
            case ..<58: try await work()
            case ..<78: try await pass()
            default: try await poll()
            }
            if !oracle.faults.isEmpty { return report }
        }
        while !open.isEmpty { try await commit() }
        try await pass()
        // The first may still have to begin; after that everything must be told.
        for _ in 0..<2 { try await poll(isCalm: true) }
        for object in objects where !oracle.hasStarted.contains(object) { return ["never began \(object)"] + trail }
        return report
    }

    private var report: [String] { oracle.faults.isEmpty ? [] : oracle.faults + trail }

    private mutating func note(_ step: String) { trail.append(step) }

    private mutating func work() async throws {
        let object = objects.randomElement(using: &random) ?? "Account"
        let name = "N\(Int.random(in: 0..<1000, using: &random))"
        let transaction = random.chance(25) ? await begin() : nil
        let live = try await org.ids(object)
        let all = try await org.ids(object, includingDeleted: true)
        let one = live.randomElement(using: &random)
        let field = object == "Contact" ? "LastName" : "Name"
        let action = Int.random(in: 0..<100, using: &random)
        // Rows may be locked by an open transaction; the org then refuses, as a real one does.
        do {
            switch action {
            case ..<30:
                let id = try await org.create(object, [field: .string(name)], in: transaction)
                note("create \(id) in \(transaction ?? 0)")
            case ..<60:
                guard let one else { return }
                try await org.change(object, one, [field: .string(name)], in: transaction)
                note("change \(one) in \(transaction ?? 0)")
            case ..<70:
                guard let one else { return }
                try await org.delete(object, one, in: transaction)
                note("delete \(one) in \(transaction ?? 0)")
            case ..<80:
                guard let gone = all.filter({ !live.contains($0) }).randomElement(using: &random) else { return }
                try await org.undelete(object, gone, in: transaction)
                note("undelete \(gone) in \(transaction ?? 0)")
            case ..<86:
                guard let any = all.randomElement(using: &random) else { return }
                try await org.hardDelete(object, any, in: transaction)
                note("hard delete \(any) in \(transaction ?? 0)")
            case ..<92:
                guard let one else { return }
                try await org.touch(object, [one], in: transaction)
                note("touch \(one) in \(transaction ?? 0)")
            case ..<97:
                guard let one, let loser = live.filter({ $0 != one }).randomElement(using: &random) else { return }
                try await org.merge(object, into: one, [loser], in: transaction)
                note("merge \(loser) into \(one) in \(transaction ?? 0)")
            default: try await commit()
            }
        } catch {
            note("refused: \(action)")
        }
    }

    private mutating func begin() async -> Int {
        if let last = open.last, random.chance(50) { return last.id }
        let id = await org.openTransaction()
        open.append((id, 0))
        return id
    }

    private mutating func commit() async throws {
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
    private mutating func pass() async throws {
        let seconds = [1, 5, 30, 59, 60, 300, 590, 900, 1000, 7200, 90_000].randomElement(using: &random) ?? 1
        while let oldest = open.first, oldest.age + seconds > 600 {
            open.removeFirst()
            try await org.commit(oldest.id)
            note("commit \(oldest.id)")
        }
        open = open.map { ($0.id, $0.age + seconds) }
        await org.advanceClock(seconds: seconds)
        note("+\(seconds) s")
    }

    private mutating func poll(isCalm: Bool = false) async throws {
        if random.chance(15) {
            session = await target.session()
            note("restart")
        }
        if !isCalm, random.chance(10) { await org.expireSessions() }
        if !isCalm, random.chance(35) { await addFault() }
        if !isCalm, random.chance(20) {
            await ledger.die(after: Int.random(in: 0...3, using: &random), isStored: random.chance(50))
        }
        let losesLocators = !isCalm && random.chance(10)
        try await oracle.look(org)
        var outcome: PollReport?
        do {
            let (org, ledger) = (org, ledger)
            let request = await ledger.request(objects, reconcile: random.chance(20))
            outcome = try await session.poll(request) { page in
                if losesLocators { await org.expireLocators() }
                return try await ledger.store(page)
            }
            note("poll \(outcome?.problems ?? [:])")
        } catch is MemoryLedger.Killed {
            session = await target.session()
            note("poll killed")
        } catch let error as SalesforceError {
            note("poll failed: \(error)")
            if isCalm { throw error }
        }
        await ledger.live()
        await org.removeFaults()
        let records = await ledger.records
        oracle.judge(await ledger.takeEvents())
        for object in objects where records[object]?.cursor != nil {
            oracle.start(object)
            if let outcome, outcome.problems[object] == nil { oracle.demandAll(of: object) }
        }
    }

    private mutating func addFault() async {
        let effects: [FaultRule.Effect] = [
            .sessionExpired, .dailyLimit, .concurrentLimit, .edge, .serverError, .unavailable, .queryTimeout,
            .truncated(after: 30), .reset(afterEffect: true), .reset(afterEffect: false),
            .error(status: 400, code: "INVALID_FIELD", message: "No such column"),
            .error(status: 400, code: "INVALID_QUERY_LOCATOR", message: "invalid query locator"),
            .error(status: 400, code: "EXCEEDED_ID_LIMIT", message: "too many"),
        ]
        let effect = effects.randomElement(using: &random) ?? .serverError
        let paths: [String?] = [nil, "/deleted", "/query", "/composite", "/updated", "/describe", "/services/data"]
        let path = paths.randomElement(using: &random) ?? nil
        let rule = FaultRule(
            effect,
            path: path,
            skip: Int.random(in: 0...3, using: &random),
            times: Int.random(in: 1...6, using: &random),
            aimsAtParts: random.chance(40)
        )
        await org.add(rule)
        note("fault \(effect) \(path ?? "*") skip \(rule.skip) times \(rule.times ?? 0) parts \(rule.aimsAtParts)")
    }
}
