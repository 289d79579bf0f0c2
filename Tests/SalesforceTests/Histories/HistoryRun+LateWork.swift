import Domain
import Primitives
import Salesforce
import SimulatedOrg

extension HistoryRun {
    /// Rows come late, and rows that are known leave their windows in every way: written, deleted, erased, out of sight.
    mutating func workLate() async throws {
        let object = objects.randomElement(using: &random) ?? "Account"
        let field = object == "Contact" ? "LastName" : "Name"
        let name = JSON.string("L\(Int.random(in: 0..<1000, using: &random))")
        let live = try await org.ids(object).filter { !hidden.contains(object + "/" + $0) }
        let one = live.randomElement(using: &random)
        do {
            switch Int.random(in: 0..<125, using: &random) {
            case ..<15:
                for _ in 0..<Int.random(in: 1...6, using: &random) { try await org.create(object, [field: name]) }
                note("create some \(object)")
            case ..<45:
                let transaction = await begin()
                if random.chance(50) {
                    let id = try await org.create(object, [field: name], in: transaction)
                    note("create \(id) in \(transaction)")
                } else if let one {
                    try await org.change(object, one, [field: name], in: transaction)
                    note("change \(one) in \(transaction)")
                }
            case ..<65: try await commit()
            case ..<75:
                guard let one else { return }
                try await org.change(object, one, [field: name])
                note("change \(one)")
            case ..<82:
                guard let one else { return }
                try await org.delete(object, one, in: random.chance(30) ? await begin() : nil)
                note("delete \(one)")
            case ..<89:
                guard let one else { return }
                try await org.hardDelete(object, one, in: random.chance(30) ? await begin() : nil)
                note("hard delete \(one)")
            case ..<93:
                let gone = try await org.ids(object, includingDeleted: true).filter { !live.contains($0) }
                guard let back = gone.filter({ !hidden.contains(object + "/" + $0) }).randomElement(using: &random)
                else { return }
                try await org.undelete(object, back, in: random.chance(50) ? await begin() : nil)
                note("undelete \(back)")
            case ..<97:
                // What is known and not shared any more; nobody hears what becomes of it.
                guard faults != .returning, let one,
                    await ledger.entries[object + "/" + one]?.isDeleted == false
                else { return }
                hidden.insert(object + "/" + one)
                await org.configure { $0.hiddenRecords.insert(one) }
                tally.count("record hidden")
                note("hide \(one)")
            case ..<100:
                try await org.purge(object, before: await org.now)
                note("empty the bin of \(object)")
            default: try await saveTwice(object, one, field)
            }
        } catch {
            note("refused")
        }
    }

    /// Two states of a record with one stamp: the first shows at once, the second when its transaction commits, mostly after
    /// a poll.
    private mutating func saveTwice(_ object: String, _ known: String?, _ field: String) async throws {
        let transaction = await begin()
        let texts = ["T", "U"].map { JSON.string("\($0)\(Int.random(in: 0..<1000, using: &random))") }
        var one = known
        if let known, random.chance(80) {
            try await org.change(object, known, [field: texts[0]])
        } else {
            one = try await org.create(object, [field: texts[0]])
        }
        guard let one else { return }
        tally.count("saved twice in a second")
        if random.chance(70) { try await poll() }
        try await org.change(object, one, [field: texts[1]], in: transaction)
        note("save \(one) twice, then in \(transaction)")
        if random.chance(50) { try await poll() }
    }
}
