import Domain
import EngineTestSupport
import GRDB
import Primitives
import TestSupport
import Testing

@testable import Store

#if PostgreSQL
import StorePostgres
#endif

/// All that a store holds comes into another one, of each kind that is kept, and is compared there.
@Suite(.databases)
struct MoveTests {
    /// Those that are kept anywhere.
    enum Kind: Sendable, CaseIterable {
        case sqlite
        #if PostgreSQL
        case postgres
        #endif

        static var allCases: [Kind] {
            #if PostgreSQL
            if PostgresCluster.isUsed { return [.sqlite, .postgres] }
            #endif
            return [.sqlite]
        }

        func open(_ directory: String, mayBeMoving: Bool = true) async throws -> any MovableStore {
            switch self {
            case .sqlite:
                var options = SQLiteStore.Options()
                options.mayBeMoving = mayBeMoving
                return try SQLiteStore(directory: directory, options: options, logger: .quiet)
            #if PostgreSQL
            case .postgres: return try await PostgresDatabase.of(directory).opened(mayBeMoving: mayBeMoving)
            #endif
            }
        }
    }

    struct Way: Sendable, CustomTestStringConvertible {
        let from: Kind
        let to: Kind

        var testDescription: String { "\(from) to \(to)" }

        static var all: [Way] { Kind.allCases.flatMap { from in Kind.allCases.map { Way(from: from, to: $0) } } }
    }

    /// Something in every table.
    private func fill(_ fixture: Fixture) async throws {
        let store = fixture.store
        try await fixture.append(.row(1, at: 2000), .row(2, at: 2000), .row(3, object: "Lead", at: 2000))
        try await fixture.append(
            .row(1, at: 2001, name: "O\u{2019}Neil “quoted” 🚂"),
            .row(2, at: 2001, isDeleted: true)
        )
        var batch = fixture.batch([.row(9, at: 2002)])
        batch.messageID = "message-1"
        batch.pollerRecords = [PollerRecord(instanceID: fixture.instance.id, object: "account")]
        _ = try await store.append(batch)
        try await fixture.attempt(1, .retrying, status: 500, next: 7000)
        try await fixture.attempt(2, .delivered, isReplay: true)
        try await store.saveCallbackHold(
            CallbackHold(url: "http://h/", reason: "held", until: Timestamp(seconds: 9)),
            of: fixture.instance.id
        )
        try await store.saveClockStep(1234)
        try await store.appendAudit(
            AuditEntry(
                at: Timestamp(seconds: 1),
                actor: "ada",
                action: .holdCallback,
                instance: 1,
                subject: "",
                failure: nil
            )
        )
    }

    private func run(_ way: Way, _ body: (Fixture, any MovableStore, String) async throws -> Void) async throws {
        try await withScratchDirectory { directory in
            let source = try await way.from.open(directory + "/from")
            let instance = try await source.createInstance { .sample($0) }
            let fixture = Fixture(store: source, instance: instance, directory: directory + "/from")
            try await fill(fixture)
            try await body(fixture, source, directory + "/to")
            try await source.close()
        }
    }

    @Test(arguments: Way.all)
    func `all comes along, and the other store goes on from there`(_ way: Way) async throws {
        try await run(way) { fixture, source, place in
            let target = try await way.to.open(place)
            let summary = try await StoreMove(from: source, to: target).run()
            #expect(summary.events == 6 && summary.instances == 1 && summary.hash.count == 64)
            try await target.close()
            // As a node opens it.
            let next = try await way.to.open(place, mayBeMoving: false)
            #expect(try await next.instances() == (try await source.instances()))
            let page = PageRequest(limit: 20)
            #expect(try await next.events(page) == (try await source.events(page)))
            for sequence in 1...6 as ClosedRange<Int64> {
                let (here, there) = (
                    try await source.event(sequence: sequence), try await next.event(sequence: sequence)
                )
                #expect(here == there && here != nil)
            }
            let counts = try await next.counts(EventFilter())
            #expect(counts == (try await source.counts(EventFilter())))
            let hold = try await next.callbackHold(fixture.instance.id)
            #expect(hold?.reason == "held" && hold?.until == Timestamp(seconds: 9))
            #expect(try await next.auditEntries(before: nil, limit: 9).map(\.actor) == ["ada"])
            // What is known is no event again; what is new has the next number.
            let after = Fixture(store: next, instance: fixture.instance, directory: place)
            #expect(try await next.append(after.batch([.row(9, at: 2002)])).lastSequence == nil)
            #expect(try await next.append(after.batch([.row(9, at: 2003, name: "b")])).lastSequence == 7)
            #expect(try await next.createInstance { .sample($0) }.id == 2)
            try await next.appendAudit(
                AuditEntry(
                    at: Timestamp(seconds: 2),
                    actor: "bob",
                    action: .holdCallback,
                    instance: 1,
                    subject: "",
                    failure: nil
                )
            )
            #expect(try await next.auditEntries(before: nil, limit: 9).map(\.actor) == ["bob", "ada"])
            try await next.close()
        }
    }

    @Test(arguments: Way.all)
    func `what was interrupted goes on, and no node opens it before`(_ way: Way) async throws {
        try await run(way) { _, source, place in
            let target = try await way.to.open(place)
            try await target.beginMove(from: try await source.moveIdentity())
            // Some tables, and half of one.
            for table in MovedTable.all.prefix(6) {
                try await target.insertMoved(try await source.movedRows(table, after: nil, limit: 100), into: table)
            }
            try await target.insertMoved(
                try await source.movedRows(MovedTable.all[6], after: nil, limit: 4),
                into: MovedTable.all[6]
            )
            try await target.close()
            let error = await #expect(throws: StoreError.self) { _ = try await way.to.open(place, mayBeMoving: false) }
            #expect(error?.message.contains("run the same `signalbox migrate` again") == true)
            let again = try await way.to.open(place)
            #expect(try await StoreMove(from: source, to: again).run().events == 6)
            try await again.close()
            try await way.to.open(place, mayBeMoving: false).close()
        }
    }

    @Test(arguments: Way.all)
    func `a store that is not empty, or was begun from another one or another state, is refused`(_ way: Way)
        async throws
    {
        try await run(way) { fixture, source, place in
            let target = try await way.to.open(place)
            try await target.beginMove(from: "another one")
            let other = await #expect(throws: StoreError.self) { try await StoreMove(from: source, to: target).run() }
            #expect(other?.message.contains("the beginning of another move") == true)
            try await target.endMove(MovedNumbers(nextSequence: 1, nextInstance: 1, clockStep: nil))
            _ = try await target.createInstance { .sample($0) }
            let full = await #expect(throws: StoreError.self) { try await StoreMove(from: source, to: target).run() }
            #expect(full?.message.contains("“instance” has rows") == true)
            try await target.close()
            // The first store went on after the beginning.
            let late = try await way.to.open(place + "/late")
            try await late.beginMove(from: try await source.moveIdentity())
            for table in MovedTable.all.prefix(7) {
                try await late.insertMoved(try await source.movedRows(table, after: nil, limit: 100), into: table)
            }
            try await fixture.append(.row(1, at: 2009, name: "later"))
            let changed = await #expect(throws: StoreError.self) { try await StoreMove(from: source, to: late).run() }
            #expect(changed?.message.contains("is not the same in both stores") == true)
            try await late.close()
        }
    }

    /// The index of words is made anew, and `meta` is each store's own.
    @Test func `every table and column moves`() async throws {
        let directory = try ScratchDirectory()
        let store = try SQLiteStore(directory: directory.path, logger: .quiet)
        let tables = try await store.read { db in
            let names = try String.fetchAll(db, sql: "SELECT name FROM sqlite_schema WHERE type = 'table'")
                .filter {
                    !$0.hasPrefix("sqlite_") && !$0.hasPrefix("words") && !["grdb_migrations", "meta"].contains($0)
                }
            return try names.map { name in
                let columns = try db.columns(in: name).map(\.name)
                // Its number is the store's own; its key is the record.
                return (name, Set(columns).subtracting(name == "ledger" ? ["id", "event"] : []))
            }
        }
        let moved = MovedTable.all.map { ($0.name, Set($0.columns.map(\.name))) }
        #expect(Dictionary(uniqueKeysWithValues: tables) == Dictionary(uniqueKeysWithValues: moved))
        try await store.close()
    }
}
