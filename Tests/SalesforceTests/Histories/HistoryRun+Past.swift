import Domain
import Primitives
import Salesforce
import SimulatedOrg

/// Histories that begin behind a long past.
extension HistoryRun {
    mutating func runPast() async throws -> [String] {
        try await beginPast()
        for _ in 0..<Int.random(in: 15...45, using: &random) {
            switch Int.random(in: 0..<100, using: &random) {
            case ..<28: try await work()
            case ..<42: try await workLate()
            case ..<56: try await pass()
            case ..<72: try await poll()
            case ..<97: try await disturbBacklogs()
            default:
                tally.count("further pasts")
                try await letPastGrow(Int.random(in: 3...10, using: &random))
            }
            if !oracle.faults.isEmpty { return report }
        }
        return try await end()
    }

    /// A weekend without network, a first run since a moment long ago, or one that reads everything.
    private mutating func beginPast() async throws {
        switch Int.random(in: 0..<3, using: &random) {
        case 0:
            tally.count("weekends")
            for _ in 0..<Int.random(in: 0...5, using: &random) { try await work() }
            for _ in 0..<5 where !objects.allSatisfy(oracle.hasStarted.contains) { try await poll(isCalm: true) }
        case 1:
            tally.count("first runs since a moment")
            for _ in 0..<Int.random(in: 0...5, using: &random) { try await work() }
            while !open.isEmpty { try await commit() }
            await target.advance(seconds: 1)
            firstRun = .since(Timestamp(seconds: Int64(await org.now)))
            try await oracle.look(org)
            for object in objects { oracle.start(object, known: []) }
        default:
            tally.count("first runs of everything")
            firstRun = .backfill
            for object in objects { oracle.start(object, known: []) }
        }
        try await letPastGrow(Int.random(in: 8...30, using: &random))
    }

    /// Much happens over hours while nobody polls.
    private mutating func letPastGrow(_ rounds: Int) async throws {
        note("a past of \(rounds) rounds")
        for _ in 0..<rounds {
            let object = objects.randomElement(using: &random) ?? "Account"
            let field = object == "Contact" ? "LastName" : "Name"
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                try await org.create(object, [field: .string("P\(Int.random(in: 0..<1000, using: &random))")])
            }
            for _ in 0..<Int.random(in: 0...2, using: &random) { try await work() }
            try await pass(Int.random(in: 200...3600, using: &random))
        }
        if random.chance(70) { try await pass(Int.random(in: 1000...8000, using: &random)) }
    }

    /// Takes note of what is in the recycle bin before a first run of everything begins.
    mutating func doubtUnread(_ objects: [String]) {
        guard firstRun == .backfill else { return }
        for object in objects { oracle.doubt(object) }
    }

    /// The org has no place for long requests, or is too slow for this one.
    mutating func refuseReading() async {
        let effects: [FaultRule.Effect] = [.concurrentLimit, .queryTimeout]
        let rule = FaultRule(
            effects.randomElement(using: &backlogRandom) ?? .concurrentLimit,
            path: "/query",
            skip: Int.random(in: 0...4, using: &backlogRandom),
            times: Int.random(in: 1...6, using: &backlogRandom)
        )
        await org.add(rule)
        note("fault \(rule.effect) skip \(rule.skip) times \(rule.times ?? 0)")
    }
}
