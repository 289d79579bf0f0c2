import EngineAPI
import Testing

struct ObjectProblemsTests {
    @Test func `What is wrong with several objects is said once, with all their names`() {
        let problems = ["Lead": "It is busy.", "Case": "It is gone.", "Account": "It is busy."]
        #expect(ObjectProblems.sentences(problems) == ["Account, Lead: It is busy.", "Case: It is gone."])
        #expect(ObjectProblems.sentences([:]) == [])
    }
}
