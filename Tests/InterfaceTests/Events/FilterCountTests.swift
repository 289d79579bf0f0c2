import Domain
import Primitives
import TestSupport
import Testing

@testable import Interface

/// What the line of the filter says of how many events there are, and of why it takes its time.
@Suite(.cases)
struct FilterCountTests {
    private static let sizes = [(140, 40), (100, 30), (80, 24), (60, 16), (40, 8)]

    private func driver(_ width: Int, _ height: Int, _ counts: EventCounts) throws -> Driver {
        var driver = Driver(width, height, log: (1...400).map { Sample.event($0) })
        driver.pass(milliseconds: 600)
        driver.keys("/")
        driver.type("acme obj")
        driver.wait(milliseconds: 600)
        let tokens = driver.pending.compactMap { command -> Int? in
            guard case .loadCounts(let token, let filter) = command, filter.expression != .everything else {
                return nil
            }
            return token
        }
        driver.send(.counts(token: try #require(tokens.last), .success(counts)))
        return driver
    }

    @Test(arguments: sizes)
    func `a search without its index says how much of it is built, beside what Tab completes`(
        width: Int,
        height: Int
    ) throws {
        let driver = try driver(width, height, EventCounts(total: 12, indexPercent: 42))
        #expect(driver.text.contains("searching without the index, 42 % built") == (height >= 16))
        #expect(height < 16 || driver.text.contains("object:"))
        driver.screen.expectGolden("filter-unindexed-\(width)x\(height)")
    }

    @Test(arguments: ["", "state:"])
    func `a line that says nothing yet shows how many the list has`(text: String) {
        var driver = Driver(140, 40, log: (1...400).map { Sample.event($0) })
        driver.pass(milliseconds: 600)
        driver.keys("/")
        driver.type(text)
        driver.pass(milliseconds: 1000)
        let line = driver.text.split(separator: "\n").first {
            $0.contains(text.isEmpty ? "object:Account" : "/ state:")
        }
        #expect(line?.contains("counting") == false && line?.contains("400") == true, "\(driver.text)")
    }

    @Test func `more than were counted are over that many`() throws {
        let driver = try driver(140, 40, EventCounts(total: 50_000, isCut: true))
        #expect(driver.text.contains("over \(50_000.grouped) of 400"))
        #expect(!driver.text.contains("without the index"))
    }

    @Test func `what a filter finds is counted once the typing rests, and not at each key`() throws {
        var driver = Driver(140, 40, log: (1...400).map { Sample.event($0) })
        driver.pass(milliseconds: 600)
        driver.keys("/")
        driver.forget()
        for character in "acme" {
            driver.type(String(character))
            driver.pass(milliseconds: 100)
        }
        #expect(searches(driver.commands) == [0, 3])
        driver.pass(milliseconds: 60)
        #expect(searches(driver.commands) == [1, 3])
    }

    /// How often a count and a page of what a filter finds were asked for.
    private func searches(_ commands: [Command]) -> [Int] {
        commands.reduce(into: [0, 0]) { found, command in
            switch command {
            case .loadCounts(_, let filter) where filter.expression != .everything: found[0] += 1
            case .loadPage(_, let page) where page.filter.expression != .everything: found[1] += 1
            default: break
            }
        }
    }
}
