import EngineAPI
import Testing

struct ObjectProblemsTests {
    @Test func `What is wrong with several objects is said once, with all their names`() {
        let problems = ["Lead": "It is busy.", "Case": "It is gone.", "Account": "It is busy."]
        #expect(ObjectProblems.sentences(problems) == ["Account, Lead: It is busy.", "Case: It is gone."])
        #expect(ObjectProblems.sentences([:]) == [])
    }

    @Test func `Of many objects some are named and the others counted`() {
        let names = ["A", "B", "C", "D", "E", "F", "G", "H", "I", "J"]
        let problems = Dictionary(uniqueKeysWithValues: names.map { ($0, "It is busy.") })
        #expect(ObjectProblems.sentences(problems) == ["A, B, C and 7 more: It is busy."])
        #expect(ObjectProblems.sentences(problems, naming: .max) == ["A, B, C, D, E, F, G, H, I, J: It is busy."])
    }

    @Test func `Problems that differ in the name of their object alone are one`() {
        func hidden(_ name: String) -> String { "The org shows no \u{201C}\(name)\u{201D}; check Case and Lead_x." }
        #expect(ObjectProblems.sentences(["Lead": hidden("Lead")]) == [hidden("Lead")])
        let some = ["Lead": hidden("Lead"), "Asset": hidden("Asset"), "Case": "It is gone."]
        #expect(
            ObjectProblems.sentences(some) == ["Case: It is gone.", hidden("Asset") + " The same holds of Lead."]
        )
        let names = ["A", "B", "D", "E", "F"]
        let many = Dictionary(uniqueKeysWithValues: names.map { ($0, hidden($0)) })
        #expect(ObjectProblems.sentences(many) == [hidden("A") + " The same holds of B, D, E and 1 more."])
    }
}
