import Primitives
import SimulatedOrg

/// Works in the org while a poll runs, and notes what came of it.
actor Meddler {
    private var random: SeededGenerator
    private let org: Org
    private let objects: [String]
    private(set) var sequence: Int
    private(set) var sights: [Oracle.Sight] = []
    private(set) var trail: [String] = []
    private var left: Int

    init(_ org: Org, objects: [String], seed: UInt64, after sequence: Int) {
        self.org = org
        self.objects = objects
        self.sequence = sequence
        random = SeededGenerator(seed: seed)
        left = Int.random(in: 1...3, using: &random)
    }

    func meddle() async throws {
        guard left > 0, random.chance(50) else { return }
        left -= 1
        let object = objects.randomElement(using: &random) ?? "Account"
        let name = object == "Account" ? "Name" : "LastName"
        let text = "M\(Int.random(in: 0..<1000, using: &random))"
        let live = try await org.ids(object)
        let gone = try await org.ids(object, includingDeleted: true).filter { !live.contains($0) }
        let one = live.randomElement(using: &random)
        let kind = Int.random(in: 0..<5, using: &random)
        do {
            switch kind {
            case 0: try await org.create(object, [name: .string(text)])
            case 1: if let one { try await org.change(object, one, [name: .string(text)]) }
            case 2: if let one { try await org.delete(object, one) }
            case 3:
                if let back = gone.randomElement(using: &random) { try await org.undelete(object, back) }
            default: if let one { try await org.hardDelete(object, one) }
            }
        } catch {
            // Locked by an open transaction.
        }
        var seen = sequence
        let sights = try await Oracle.sights(org, since: &seen)
        sequence = seen
        self.sights += sights
        trail += sights.map { "  meanwhile \(kind) \($0.key)" }
    }
}
