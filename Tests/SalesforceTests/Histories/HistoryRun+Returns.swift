import Domain
import Primitives
import Salesforce
import SimulatedOrg

/// Histories in which objects are taken off the list and put back, read as a whole then, and in which the connected user loses
/// sight of records and sees them again.
extension HistoryRun {
    /// Whether anybody may work who does not know what is out of sight: what is written there is told when it is written again.
    var leavesHidden: Bool { faults != .returning || hidden.isEmpty }

    mutating func runReturning() async throws -> [String] {
        firstRun = .backfill
        let beginning = Timestamp(seconds: Int64(await org.now))
        oracle.followsSight = true
        for object in objects { oracle.start(object, known: []) }
        for _ in 0..<Int.random(in: 20...60, using: &random) {
            switch Int.random(in: 0..<100, using: &random) {
            case ..<46: try await workLate()
            case ..<50: try await hide()
            case ..<54: try await show()
            case ..<72: try await pass()
            case ..<94: try await poll()
            default: await putBack(beginning)
            }
            if !oracle.faults.isEmpty { return report }
        }
        if random.chance(70) { while !hidden.isEmpty { try await show() } }
        let found = try await end()
        tally.count("told as deleted out of sight", oracle.outOfSight)
        return found
    }

    /// A person takes an object off the list and puts it back before the next poll, to be read from the beginning.
    private mutating func putBack(_ beginning: Timestamp) async {
        guard let object = objects.randomElement(using: &random) else { return }
        // Nobody remembers then that some were out of sight alone.
        guard !hidden.union(shown).contains(where: { $0.hasPrefix(object + "/") }) else { return }
        await ledger.forget(object)
        firstRun = random.chance(60) ? .backfill : .since(beginning)
        tally.count("objects put back")
        note("put \(object) back, \(firstRun)")
    }

    /// The user loses sight of a record as it was told; what is written to it from then on is nobody's news.
    private mutating func hide() async throws {
        guard open.isEmpty, let object = objects.randomElement(using: &random) else { return }
        try await oracle.look(org)
        let known = try await org.ids(object).filter { id in
            oracle.isTold(object + "/" + id) && !hidden.contains(object + "/" + id)
        }
        guard let one = known.randomElement(using: &random) else { return }
        hidden.insert(object + "/" + one)
        await org.configure { $0.hiddenRecords.insert(one) }
        tally.count("records hidden")
        note("hide \(one)")
    }

    private mutating func show() async throws {
        guard let key = hidden.sorted().randomElement(using: &random) else { return }
        let id = String(key.drop { $0 != "/" }.dropFirst())
        hidden.remove(key)
        await org.configure { _ = $0.hiddenRecords.remove(id) }
        if oracle.isToldDeleted(key) { shown.insert(key) }
        tally.count("records back in sight")
        note("show \(id)")
    }
}
