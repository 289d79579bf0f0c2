import Domain
import Primitives
import Testing

struct APICallsTests {
    @Test func `the allowance pays for all calls but those for tokens`() {
        var calls: APICalls = [.rows: 3, .tokens: 2, .check: 0, .narrow: -4]
        #expect(calls.total == 3 && calls[.tokens] == 2 && calls[.check] == 0 && calls[.narrow] == 0)
        calls.add([.rows: .max, .deletes: 1])
        #expect(calls.total == .max && calls[.rows] == .max)
        #expect(calls.since([.rows: .max]) == [.tokens: 2, .deletes: 1])
    }

    @Test func `calls are read as they were written, and a purpose of a later version counts as well`() throws {
        let calls: APICalls = [.rows: 3, .tokens: 2]
        #expect(APICalls(calls.json) == calls && APICalls(named: calls.named) == calls)
        #expect(calls.json.text == #"{"rows":3,"tokens":2}"#)
        let json = try JSON(parsing: #"{"rows":1,"later":2,"check":-1,"narrow":"x"}"#)
        #expect(APICalls(json) == [.rows: 1, .other: 2])
        #expect(APICalls(named: ["later": 2]) == [.other: 2])
    }

    private let now = Timestamp(parsing: "2026-11-23T18:30:00Z") ?? .distantPast
    private func later(_ hours: Int64) -> Timestamp { now.advanced(bySeconds: hours * 3600) }

    @Test func `calls count for 24 hours`() {
        var spent = SpentCalls()
        spent.add([.rows: 5], at: now)
        spent.add([.check: 1], at: later(12))
        #expect(spent.calls(before: later(24)) == [.rows: 5, .check: 1])
        #expect(spent.calls(before: later(25)) == [.check: 1])
        #expect(spent.calls(hours: 11, before: later(12)) == [.check: 1])
        spent.add([:], at: later(100))
        #expect(spent == SpentCalls())
    }

    @Test func `what was spent is read as it was written, whatever the clock was set to meanwhile`() throws {
        var spent = SpentCalls()
        spent.add([.rows: 5], at: now)
        spent.add([.check: 1], at: later(2))
        let written = spent.text { $0 }
        let text = try #require(written)
        #expect(SpentCalls(parsing: text, now: later(3)) == spent)
        // It was shown by a clock that stands five hours ahead.
        let shifted = spent.text { $0.advanced(bySeconds: 18_000) }
        #expect(shifted != text)
        let back = SpentCalls(parsing: text, now: later(-48))
        #expect(back.calls(before: later(-48)) == [.rows: 5, .check: 1])
        #expect(SpentCalls(parsing: text, now: later(100)) == SpentCalls())
        for text in [nil, "", "[]", "{\"x\":1,\"9223372036854775807\":{\"rows\":1},\"-9223372036854775808\":{}}"] {
            #expect(SpentCalls(parsing: text, now: now).calls(before: now).total <= 1)
        }
        let nothing = SpentCalls().text { $0 }
        #expect(nothing == nil)
    }
}
