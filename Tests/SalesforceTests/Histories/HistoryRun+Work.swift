import Domain
import Primitives
import Salesforce
import SimulatedOrg

extension HistoryRun {
    mutating func work() async throws {
        let object = objects.randomElement(using: &random) ?? "Account"
        let name = "N\(Int.random(in: 0..<1000, using: &random))"
        let transaction = random.chance(25) ? await begin() : nil
        let live = try await org.ids(object)
        let all = try await org.ids(object, includingDeleted: true)
        let one = live.randomElement(using: &random)
        let field = object == "Contact" ? "LastName" : "Name"
        let action = Int.random(in: 0..<110, using: &random)
        // Rows may be locked by an open transaction; the org then refuses, as a real one does.
        do {
            switch action {
            case ..<30:
                var fields = [field: JSON.string(name)]
                if retypes, object == "Account" { fields[Oracle.retypedField] = 500_000 }
                let id = try await org.create(object, fields, in: transaction)
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
            case ..<100: try await commit()
            case ..<103:
                // One stamp over several pages.
                for id in live { try await org.change(object, id, [field: .string(name)], in: transaction) }
                note("change all \(object) in \(transaction ?? 0)")
            case ..<105:
                try await org.touch(object, nil, in: transaction)
                note("touch all \(object) in \(transaction ?? 0)")
            case ..<108:
                // What an open transaction deletes is dated before the purge and logged after it.
                let isLogToo = random.chance(60) && open.isEmpty
                try await org.purge(object, before: await org.now, includingLog: isLogToo)
                if isLogToo { lossy.insert(object) }
                note("purge \(object)\(isLogToo ? " with its log" : "")")
            case 108 where retypes:
                target.retyped.withLock { $0 = $0 == nil ? Oracle.retypedField : nil }
                tally.count("field retyped")
                note("retype a field")
            default:
                let shy = "Account." + Oracle.shyField
                await org.configure {
                    if $0.hiddenFields.remove(shy) == nil { $0.hiddenFields.insert(shy) }
                }
                tally.count("field hidden or shown")
                note("hide or show a field")
            }
        } catch {
            note("refused: \(action)")
        }
    }
}
