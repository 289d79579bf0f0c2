import Primitives
import SimulatedOrg

/// People at work in an org: so many changes a second, some of them in transactions that stay open for minutes.
struct Business {
    static let objects = ["Account", "Contact", "Lead", "Opportunity"]
    private static let mergeable: Set<String> = ["Account", "Contact", "Lead"]

    private let org: Org
    private var dice: SeededGenerator
    private var live: [String: [String]] = [:]
    private var bin: [String: [String]] = [:]
    private var open: [(id: Int, age: Int)] = []
    private(set) var changes = 0

    init(_ org: Org, seed: UInt64) {
        self.org = org
        dice = SeededGenerator(seed: seed)
    }

    /// One second of it.
    mutating func second(changes wanted: Int) async throws {
        let goal = changes + wanted
        var tries = 0
        while changes < goal, tries < 4 * wanted {
            tries += 1
            // A row may be locked or gone; the org then refuses, as a real one does.
            do { if try await work() { changes += 1 } } catch {}
        }
        await org.advanceClock(seconds: 1)
        for index in open.indices { open[index].age += 1 }
        while let oldest = open.first, oldest.age >= 600 || dice.chance(2) { try await end(oldest.id) }
    }

    /// Ends what is open.
    mutating func settle() async throws { while let first = open.first { try await end(first.id) } }

    private mutating func end(_ id: Int) async throws {
        open.removeAll { $0.id == id }
        if dice.chance(10) { try await org.rollBack(id) } else { try await org.commit(id) }
    }

    private mutating func transaction() async -> Int? {
        guard dice.chance(8) else { return nil }
        if open.count < 4 || dice.chance(3) { open.append((await org.openTransaction(), 0)) }
        return open.randomElement(using: &dice)?.id
    }

    private mutating func work() async throws -> Bool {
        let object = Self.objects.randomElement(using: &dice) ?? "Account"
        let transaction = await transaction()
        let text = JSON.string("N\(Int.random(in: 0..<100_000, using: &dice))")
        let name = object == "Contact" || object == "Lead" ? "LastName" : "Name"
        let one = live[object]?.randomElement(using: &dice)
        switch Int.random(in: 0..<100, using: &dice) {
        case ..<28:
            var fields = [name: text]
            if object == "Lead" { fields["Company"] = text }
            if object == "Opportunity" {
                fields["StageName"] = "Prospecting"
                fields["CloseDate"] = "2026-12-24"
            }
            live[object, default: []].append(try await org.create(object, fields, in: transaction))
        case ..<72:
            guard let one else { return false }
            try await org.change(object, one, [name: text], in: transaction)
        case ..<84:
            guard let one else { return false }
            try await org.delete(object, one, in: transaction)
            if transaction == nil {
                forget(one, object)
                bin[object, default: []].append(one)
            }
        case ..<88:
            guard let index = bin[object]?.indices.randomElement(using: &dice), let back = bin[object]?[index] else {
                return false
            }
            try await org.undelete(object, back, in: transaction)
            if transaction == nil {
                bin[object]?.remove(at: index)
                live[object]?.append(back)
            }
        case ..<92:
            guard let one else { return false }
            try await org.hardDelete(object, one, in: transaction)
            if transaction == nil { forget(one, object) }
        case ..<98:
            guard let one else { return false }
            try await org.touch(object, [one], in: transaction)
        default:
            guard Self.mergeable.contains(object), let one, let loser = live[object]?.randomElement(using: &dice),
                loser != one
            else { return false }
            try await org.merge(object, into: one, [loser], in: transaction)
            if transaction == nil { forget(loser, object) }
        }
        return true
    }

    private mutating func forget(_ id: String, _ object: String) {
        guard let index = live[object]?.firstIndex(of: id) else { return }
        live[object]?.remove(at: index)
    }
}
