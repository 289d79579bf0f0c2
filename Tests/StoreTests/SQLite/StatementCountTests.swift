import Domain
import GRDB
import Primitives
import TestSupport
import Testing

@testable import Store

/// How many statements the writer runs for what happens all the time. A number that grows makes intake or delivery slower
/// for everybody: lower it where you can, and raise it only for a reason that you write here.
struct StatementCountTests {
    private func expect(
        _ statements: ClosedRange<Int>,
        on store: SQLiteStore,
        sourceLocation: SourceLocation = #_sourceLocation,
        _ body: () async throws -> Void
    ) async throws {
        let count = Locked(0)
        try await store.pool.writeWithoutTransaction { db in
            db.trace { event in
                let isOwn = ["BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "PRAGMA"].contains { "\(event)".hasPrefix($0) }
                if !isOwn { count.withLock { $0 += 1 } }
            }
        }
        try await body()
        try await store.pool.writeWithoutTransaction { $0.trace(nil) }
        let counted = count.withLock { $0 }
        #expect(statements.contains(counted), "\(counted) statements", sourceLocation: sourceLocation)
    }

    private func run(_ body: (Fixture, SQLiteStore) async throws -> Void) async throws {
        try await withScratchDirectory { directory in
            let store = try SQLiteStore(directory: directory, logger: .quiet)
            let instance = try await store.createInstance { .sample($0) }
            let fixture = Fixture(store: store, instance: instance, directory: directory)
            // Object and sender have their numbers from the first event on.
            try await fixture.append(.row(100, at: 2000))
            try await body(fixture, store)
            try await store.close()
        }
    }

    @Test func `intake costs what it must`() async throws {
        try await run { fixture, store in
            // Ledger read and written, lane read and entered, delivery, event, payload; counter, times and sequence. And what
            // a poll brings of the last day counts by its stamp, so that the next one need not read it again.
            try await expect(11...11, on: store) { try await fixture.append(.row(1, at: 2000)) }
            // It leaves its former stamp.
            try await expect(12...12, on: store) { try await fixture.append(.row(1, at: 2001, name: "B")) }
            // A repeat reads the ledger alone.
            try await expect(1...1, on: store) { try await fixture.append(.row(1, at: 2001, name: "B")) }
            // Seven for each of a batch, three for all, and one for each stamp.
            let batch = fixture.batch((2...51).map { .row($0, at: 2000) })
            try await expect((50 * 7 + 4)...(50 * 7 + 4), on: store) { _ = try await store.append(batch) }
            // In one notification: its delivery is one.
            let notification = fixture.batch((52...101).map { .row($0, at: 2000, name: "C") }, batchSize: 50)
            try await expect(0...(50 * 6 + 1 + 4), on: store) { _ = try await store.append(notification) }
            // Webhooks count nothing, nor does what is older than a day.
            var webhook = fixture.batch([.row(102, at: 2000)])
            webhook.source = .webhook
            try await expect(10...10, on: store) { _ = try await store.append(webhook) }
            let old = fixture.batch([.row(103, at: 2000)], receivedAt: 2001 + 86_400)
            try await expect(10...10, on: store) { _ = try await store.append(old) }
        }
    }

    @Test func `outcomes cost what they must`() async throws {
        try await run { fixture, store in
            try await fixture.append(
                .row(1, at: 2000),
                .row(1, at: 2001, name: "B"),
                .row(2, at: 2000),
                .row(3, at: 2000)
            )
            // Delivery read with its events, attempt, delivery, event, lane left, lane read; two counters.
            try await expect(8...8, on: store) { try await fixture.attempt(4, .delivered) }
            // One that waited behind it is read, leaves and enters its lane, and is queued.
            try await expect(0...15, on: store) { try await fixture.attempt(2, .delivered) }
            // No counter moves the second time.
            try await expect(6...6, on: store) { try await fixture.attempt(5, .retrying, status: 500, next: 9000) }
            try await expect(3...3, on: store) { try await fixture.attempt(5, .retrying, status: 500, next: 9000) }
        }
    }

    @Test func `claims cost no statement`() async throws {
        try await run { fixture, store in
            try await expect(0...0, on: store) {
                _ = try await store.claim([1], for: fixture.owner, lasting: 1000)
                try await store.release([1], of: fixture.owner)
                try await store.releaseAll(of: fixture.owner)
            }
        }
    }
}
