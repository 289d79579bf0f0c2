import Primitives
import Testing

@testable import SimulatedOrg

struct FaultBookTests {
    private func effects(_ rule: FaultRule, _ requests: [(String, String)], isPart: Bool = false) -> [Bool] {
        var book = FaultBook()
        book.add(rule)
        return requests.map { book.strike(method: $0.0, target: $0.1, isPart: isPart) != nil }
    }

    private let four = [("GET", "/a"), ("GET", "/a"), ("GET", "/a"), ("GET", "/a")]

    @Test func `A rule lets so many pass, strikes so often and is gone`() {
        #expect(effects(FaultRule(.edge), four) == [true, false, false, false])
        #expect(effects(FaultRule(.edge, skip: 1, times: 2), four) == [false, true, true, false])
        #expect(effects(FaultRule(.edge, skip: 2, times: nil), four) == [false, false, true, true])
        #expect(effects(FaultRule(.edge, times: 0), four) == [false, false, false, false])
    }

    @Test(
        arguments: [
            (nil, nil, true), ("get", nil, true), ("POST", nil, false), (nil, "/query", true), (nil, "Lead$", true),
            (nil, "/query/?$", false), (nil, "(broken", false), ("GET", "FROM.(Lead|Case)", true),
        ] as [(String?, String?, Bool)]
    )
    func `A rule asks for method and path`(method: String?, path: String?, strikes: Bool) {
        let rule = FaultRule(.edge, method: method, path: path)
        #expect(effects(rule, [("GET", "/services/data/v67.0/query?q=FROM+Lead")]) == [strikes])
    }

    @Test func `Rules for parts and for whole requests don't meet`() {
        #expect(effects(FaultRule(.queryTimeout, aimsAtParts: true), four) == [false, false, false, false])
        #expect(effects(FaultRule(.queryTimeout, aimsAtParts: true), four, isPart: true)[0])
        #expect(effects(FaultRule(.queryTimeout), four, isPart: true) == [false, false, false, false])
    }

    @Test func `The first rule strikes, and named ones are counted`() {
        var book = FaultBook()
        book.add(FaultRule(.edge, name: "move", times: 2))
        book.add(FaultRule(.serverError, name: "error"))
        book.add(FaultRule(.unavailable))
        let struck = (0..<5).map { _ in book.strike(method: "GET", target: "/", isPart: false) }
        #expect(struck == [.edge, .edge, .serverError, .unavailable, nil])
        #expect(book.strikes == ["move": 2, "error": 1])
        #expect(book.rules.isEmpty)
    }

    @Test func `Faults that end a request before it takes effect don't ask for the answer`() {
        let before: [FaultRule.Effect] = [
            .edge, .unavailable, .login(error: "a", description: "b"), .answer(status: 200, headers: [:], body: ""),
            .reset(afterEffect: false),
        ]
        for effect in before {
            var wasAsked = false
            _ = effect.applied {
                wasAsked = true
                return SimulatedResponse(status: 200)
            }
            #expect(!wasAsked, "\(effect)")
        }
        let answer = SimulatedResponse(status: 200, body: [1, 2, 3])
        #expect(FaultRule.Effect.cut(after: 2).applied { answer }.body == [1, 2])
        #expect(FaultRule.Effect.truncated(after: 2).applied { answer }.transport == .truncated(after: 2))
        #expect(FaultRule.Effect.truncated(after: 2).applied { answer }.body == [1, 2, 3])
        #expect(FaultRule.Effect.slow(seconds: 3).applied { answer }.transport == .slow(seconds: 3))
        #expect(FaultRule.Effect.reset(afterEffect: true).applied { answer }.status == 200)
    }
}
