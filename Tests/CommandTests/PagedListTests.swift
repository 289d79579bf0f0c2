import Domain
import Primitives
import Testing

@testable import signalbox

/// Lists that are fetched a page at a time.
@Suite(.timeLimit(.minutes(20)))
struct PagedListTests {
    /// Endless pages of two numbers each.
    private func list(rest: Int, fetched: Fetched) -> PagedList {
        PagedList(rest: rest) { token in
            let page = token.flatMap { Int($0) } ?? 0
            fetched.pages.withLock { $0 += 1 }
            return .init(json: [.integer(page * 2), .integer(page * 2 + 1)], nextPage: String(page + 1))
        }
    }

    @Test func `a page is fetched when the one before was taken, not earlier`() async throws {
        let fetched = Fetched()
        var elements = list(rest: .max, fetched: fetched).makeAsyncIterator()
        for number in 0..<7 {
            #expect(try await elements.next()?.integer == Int64(number))
            #expect(fetched.pages.withLock { $0 } == number / 2 + 1)
        }
    }

    @Test(arguments: [0, 1, 2, 5])
    func `no more are given than asked for`(_ limit: Int) async throws {
        var numbers: [Int64] = []
        for try await json in list(rest: limit, fetched: Fetched()) { numbers += [json.integer ?? -1] }
        #expect(numbers == (0..<Int64(limit)).map { $0 })
    }

    @Test func `empty pages are passed over, and the list ends with the last`() async throws {
        let list = PagedList(rest: .max) { token in
            token == nil ? .init(json: [], nextPage: "1") : .init(json: [7], nextPage: nil)
        }
        var numbers: [Int64] = []
        for try await json in list { numbers += [json.integer ?? -1] }
        #expect(numbers == [7])
    }

    private final class Fetched: Sendable {
        let pages = Locked(0)
    }
}
