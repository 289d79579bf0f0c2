import Domain
import GRDB
package import Primitives

extension SQLiteStore {
    package func retentionFacts(_ moments: [Timestamp]) async throws -> RetentionFacts {
        let newest = queue.state.nextSequence - 1
        return try await look { db in
            var facts = RetentionFacts()
            facts.newest = newest
            facts.events = try SQLiteEventIndex(db: db).facets().all.reduce(0) { $0 + $1.events }
            let oldest = try Row.fetchOne(
                try db.cachedStatement(sql: "SELECT sequence, received FROM event ORDER BY sequence LIMIT 1")
            )
            facts.oldest = oldest?[0] as Int64?
            facts.oldestMoment = (oldest?[1] as Int64?).map { Timestamp(milliseconds: $0) }
            for moment in moments { facts.lastBefore[moment] = try Self.last(before: moment, db) }
            facts.heldBytes = try Self.heldBytes(db)
            return facts
        }
    }

    /// The blocks lead to it, so that few events are looked at.
    private static func last(before moment: Timestamp, _ db: Database) throws -> Int64? {
        let block = try Int64.fetchOne(
            try db.cachedStatement(sql: "SELECT block FROM span WHERE earliest < ? ORDER BY block DESC LIMIT 1"),
            arguments: [moment.milliseconds]
        )
        guard let range = block.map(TimeBlocks.sequences(of:)) else { return nil }
        let statement = try db.cachedStatement(
            sql: "SELECT max(sequence) FROM event NOT INDEXED WHERE sequence BETWEEN ? AND ? AND received < ?"
        )
        return try Int64.fetchOne(statement, arguments: [range.lowerBound, range.upperBound, moment.milliseconds])
    }

    /// Of both files, without the pages that are free to be used again, or given back.
    private static func heldBytes(_ db: Database) throws -> Int64 {
        let held = try heldBytes("main", db)
        guard try WordFile.isAttached(db) else { return held }
        return try held + WordFile.reading { try heldBytes(WordFile.schema, db) }
    }

    private static func heldBytes(_ schema: String, _ db: Database) throws -> Int64 {
        func number(_ name: String) throws -> Int64 { try Int64.fetchOne(db, sql: "PRAGMA \(schema).\(name)") ?? 0 }
        return try (number("page_count") - number("freelist_count")) * number("page_size")
    }

    package func purge(_ request: PurgeRequest, after position: Int64, atMost events: Int) async throws -> PurgeStep {
        let found = try await look { db in
            try PurgeCandidates(request, after: position, atMost: events, db)
        }
        if found.all.isEmpty { return PurgeStep(removed: 0, position: found.position) }
        var step = try await wordChanges.use { try await remove(found, insteadOf: position) }
        step.heldBytes = await tidied()
        return step
    }

    /// Merges the parts of the index that a removal left, and says what is held then; nil: that can't be said now.
    @inline(never)  // As well.
    private func tidied() async -> Int64? {
        await words.health.spare { try await mergeWords() }
        do { return try await read { db in try Self.heldBytes(db) } } catch { return nil }
    }

    /// Removes events and their words; in `wordChanges`.
    @inline(never)  // For the optimiser, as `WordHealth.spare`.
    private func remove(_ found: PurgeCandidates, insteadOf position: Int64) async throws -> PurgeStep {
        let edition = WordEdition.random()
        // Where it can't be announced, the edition that the index doesn't know makes it begin anew.
        await words.health.spare { try await announce(found, edition) }
        try Task.checkCancellation()
        let step = try await queue.perform { transaction in
            let begin = ContinuousClock.now
            // Somebody has begun a bulk replay meanwhile, which may want these: they are asked for again.
            guard try PurgeCandidates.newestJob(transaction.db) == found.newestJob else {
                return PurgeStep(removed: 0, position: position)
            }
            let removed = try transaction.purge(found.all)
            try WordEdition.set(edition, transaction)
            return PurgeStep(removed: removed, position: found.position, writing: ContinuousClock.now - begin)
        }
        // The events are gone, whatever becomes of their words.
        await words.health.spare { try await settleWords() }
        return step
    }

    private func announce(_ found: PurgeCandidates, _ edition: Int64) async throws {
        try await settleWords()
        try await announceRemoval(found.all, edition: edition)
    }

    /// Pages that are moved and given back at once: half a megabyte, some milliseconds of the writer's time.
    private static let pages = 128
    /// Free pages that stay for what comes next: where as much comes as goes, giving them back would only move pages about.
    static let reserve: Int64 = 1024

    package func giveBack(_ what: GivenBack) async throws -> Bool {
        switch what {
        case .words(let isFirst):
            await words.health.spare { try await words.write { try WordFile.merge($0, beginsAnew: isFirst) } } ?? false
        case .pages:
            // One after the other, so that nobody waits for both.
            if await words.health.spare({ try await words.write { try Self.giveBackPages($0) } }) ?? false {
                true
            } else {
                try await queue.perform { try Self.giveBackPages($0.db) }
            }
        }
    }

    private static func giveBackPages(_ db: Database) throws -> Bool {
        let free = try Int64.fetchOne(db, sql: "PRAGMA freelist_count") ?? 0
        // Every database since the first version was made so that pages can be given back.
        guard free > reserve, try Int64.fetchOne(db, sql: "PRAGMA auto_vacuum") == 2 else { return false }
        try db.execute(sql: "PRAGMA incremental_vacuum(\(min(free - reserve, Int64(pages))))")
        return true
    }
}
