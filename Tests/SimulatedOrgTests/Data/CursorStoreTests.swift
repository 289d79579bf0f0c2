import Primitives
import Testing

@testable import SimulatedOrg

struct CursorStoreTests {
    private func cursor(rows: Int, opened: Stamp = 0) throws -> CursorStore.Cursor {
        CursorStore.Cursor(
            query: try QueryBinder.bind("SELECT Id FROM Lead", now: 0),
            columns: [],
            numbers: Array(0..<rows),
            includesDeleted: false,
            pageSize: 200,
            opened: opened
        )
    }

    @Test func `A locator is good for two days and its own cursor`() throws {
        var store = CursorStore()
        let first = store.open(try cursor(rows: 3, opened: 100))
        let second = store.open(try cursor(rows: 5, opened: 200))
        #expect(first != second)
        #expect(store.cursor(first, now: 100 + 2 * 86_400)?.numbers.count == 3)
        #expect(store.cursor(first, now: 101 + 2 * 86_400) == nil)
        #expect(store.cursor(second, now: 101 + 2 * 86_400)?.numbers.count == 5)
        for wrong in ["", "01g", String(first.dropLast()) + "x", RecordID.make(prefix: "01g", number: 3)] {
            #expect(store.cursor(wrong, now: 100) == nil, "\(wrong)")
        }
    }

    @Test func `The oldest go when too many rows are held, the newest never`() throws {
        var store = CursorStore(capacity: 10)
        let locators = try (0..<4).map { _ in store.open(try cursor(rows: 4)) }
        #expect(locators.map { store.cursor($0, now: 0) != nil } == [false, false, true, true])
        let large = store.open(try cursor(rows: 11))
        #expect(locators.allSatisfy { store.cursor($0, now: 0) == nil })
        #expect(store.cursor(large, now: 0)?.numbers.count == 11)
    }

    @Test func `After all have expired there is room again`() throws {
        var store = CursorStore(capacity: 10)
        let old = store.open(try cursor(rows: 9))
        store.expireAll()
        #expect(store.cursor(old, now: 0) == nil)
        let locators = try (0..<2).map { _ in store.open(try cursor(rows: 5)) }
        #expect(locators.allSatisfy { store.cursor($0, now: 0) != nil })
    }
}
