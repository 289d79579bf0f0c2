import Domain
import Primitives
import TestSupport
import Testing

@testable import Interface

/// One key shows what is open, what is dead, and all again, by the filter.
@Suite(.cases)
struct StateTurnTests {
    private static func driver() -> Driver {
        let states: [Int64: DeliveryState] = [20: .dead, 30: .dead, 40: .queued, 41: .waiting, 42: .retrying]
        var driver = Driver(140, 40, log: (1...60).map { Sample.event($0, state: states[$0]) })
        driver.pass(milliseconds: 600)
        return driver
    }

    private func sequences(_ driver: Driver) -> [Int64] { driver.events.rows.map(\.sequence) }

    @Test func `open ones, dead ones, all`() {
        var driver = Self.driver()
        driver.keys("z")
        driver.pass(milliseconds: 600)
        #expect(sequences(driver) == [40, 41, 42] && driver.text.contains("FILTERED \(StateTurn.open.term)"))
        driver.keys("z")
        driver.pass(milliseconds: 600)
        #expect(sequences(driver) == [20, 30] && driver.text.contains("FILTERED state:dead"))
        driver.keys("z")
        driver.pass(milliseconds: 600)
        #expect(sequences(driver).last == 60 && driver.context.eventFilter.isEmpty)
    }

    @Test(arguments: ["z", "z z"])
    func `what it shows is cleared as any filter`(keys: String) {
        var driver = Self.driver()
        driver.keys(keys)
        driver.pass(milliseconds: 600)
        driver.keys("esc")
        driver.pass(milliseconds: 600)
        #expect(driver.context.eventFilter.isEmpty && sequences(driver).last == 60)
    }

    @Test(arguments: [
        ("object:Lead", "object:Lead"), ("object:Lead | object:Contact", "(object:Lead | object:Contact)"),
        ("(object:Lead | object:Contact)", "(object:Lead | object:Contact)"), ("\"a | b\"", "\"a | b\""),
    ])
    func `what the filter says besides stays`(filter: String, kept: String) {
        let open = StateTurn.next(after: filter)
        #expect(open == "\(kept) \(StateTurn.open.term)")
        let dead = StateTurn.next(after: open)
        #expect(dead == "\(kept) \(StateTurn.dead.term)")
        #expect(StateTurn.next(after: dead) == kept)
    }

    @Test func `a state that is one of an either is left alone`() {
        let next = StateTurn.next(after: "object:Lead | state:dead")
        #expect(next == "(object:Lead | state:dead) \(StateTurn.open.term)")
    }

    @Test(arguments: [("3 open", StateTurn.open), ("2 dead", .dead)])
    func `a click on what the title says shows it`(words: String, kind: StateTurn) throws {
        var driver = Self.driver()
        let line = try #require(
            driver.text.split(separator: "\n", omittingEmptySubsequences: false).firstIndex {
                $0.contains("3 open") && $0.contains("Events")
            }
        )
        let text = String(driver.text.split(separator: "\n", omittingEmptySubsequences: false)[line])
        let start = try #require(text.firstRange(of: words)).lowerBound
        driver.click(text.distance(from: text.startIndex, to: start), line)
        driver.pass(milliseconds: 600)
        #expect(driver.context.eventFilter == kind.term)
    }
}
