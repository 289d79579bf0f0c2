import GRDB
import Synchronization

extension SQLiteStore {
    package func indexWords() async throws -> WordIndexState { try await indexWords(leaving: WordIndexState.trail) }

    /// Adds nothing where fewer than `trail` events are left to it, and `most` at most.
    func indexWords(leaving trail: Int64, atMost most: Int = WordIndexStep.mostEvents) async throws -> WordIndexState {
        let hasGrown = try await wordChanges.use { () async throws -> Bool in
            try await settleWords()
            guard let step = try await readWords({ db in try WordIndexStep(db, trail: trail, most: most) }) else {
                return false
            }
            let texts = step.texts
            let common = CommonWords(texts.map(\.words))
            try await words.write { db in
                let add = try db.cachedStatement(
                    sql: "INSERT INTO words (rowid, name, value, kind) VALUES (?, ?, ?, ?)"
                )
                for text in texts {
                    try add.execute(
                        arguments: [text.sequence, text.words.name, text.words.values, text.words.kind]
                    )
                }
                try common.write(step.added, oldest: step.oldest, db)
                try step.after.write(db)
            }
            return true
        }
        if hasGrown { try await mergeWords(atMost: Self.mergesOfStep) }
        return try await read { db in try SQLiteEventIndex(db: db).words() }
    }

    /// Merges of one step: many times what it adds, so that they never lag behind; and yet what is new gets into the index
    /// while two large parts become one.
    private static let mergesOfStep = 32

    /// Merges the parts of the index that former steps left, of which each leaves one, until there are few again.
    func mergeWords(atMost most: Int = .max) async throws {
        var left = most
        while left > 0, try await words.write({ try WordFile.merge($0) }) {
            try Task.checkCancellation()
            left -= 1
        }
    }

    /// Ends what a purge has left unfinished, and begins anew where the index can't be used or is one of another state of the
    /// database. Called by whoever changes it, in `wordChanges`.
    func settleWords() async throws {
        try renewWords()
        guard let settling = try await readWords({ db in try WordEdition.settling(db) }) else { return }
        try await words.write { db in try settling.apply(db) }
    }

    /// The same while the store is opened, after which it has an edition.
    static func settleWords(_ words: WordFile, _ pool: DatabasePool) throws {
        try pool.write { db in
            guard try WordEdition.ofDatabase(db) == nil else { return }
            try db.execute(
                sql: "INSERT INTO meta (name, value) VALUES (?, ?)",
                arguments: [WordEdition.name, WordEdition.random()]
            )
        }
        // The second time it is another file. Where there can't be one, the store goes without.
        for _ in 0..<2 {
            do {
                try renew(words, pool)
                if let settling = try pool.read({ db in try WordEdition.settling(db) }) {
                    try words.writeNow { db in try settling.apply(db) }
                }
                if !words.health.isLost { return }
            } catch let error as DatabaseError {
                throw error
            } catch {
                // Even if it is whole: it may be that of another database, which nobody must search.
                words.health.lose(words.health.file, error)
            }
        }
    }

    /// Another file in the place of one that can't be used; in `wordChanges`.
    func renewWords() throws {
        if isClosing.load(ordering: .relaxed) { throw StoreError.closed }
        try Self.renew(words, pool)
    }

    private static func renew(_ words: WordFile, _ pool: DatabasePool) throws {
        guard words.health.isLost else { return }
        // Readers that have the former one open go with what they are reading; later ones see none where none can be made.
        defer { pool.invalidateReadOnlyConnections() }
        try words.renew()
        words.health.renewed()
    }

    /// Lays ready what a purge will take out of the index.
    func announceRemoval(_ candidates: [PurgeCandidates.Candidate], edition: Int64) async throws {
        try await words.write { db in
            guard let indexed = try WordIndexRange(db).sequences else { return }
            let add = try db.cachedStatement(
                sql: "INSERT INTO removal (sequence, name, value, kind) VALUES (?, ?, ?, ?)"
            )
            for candidate in candidates {
                for (sequence, words) in zip(candidate.delivery.id..., candidate.words) where indexed.contains(sequence)
                {
                    try add.execute(arguments: [sequence, words.name, words.values, words.kind])
                }
            }
            try db.execute(sql: "UPDATE indexed SET next_edition = ?", arguments: [edition])
        }
    }
}

extension SQLiteStore {
    package func onWordsLost(_ body: @escaping @Sendable () -> Void) { words.health.onLoss(body) }
}

extension WordFile {
    /// Pages that are written anew at once: some milliseconds in which no step can add to the index.
    static let pages = 64

    /// Whether there was anything to merge. With a negative number FTS5 begins to make one of all its parts, positive ones go
    /// on with that; and how many rows change says whether it did anything: https://sqlite.org/fts5.html#the_merge_command
    static func merge(_ db: Database, beginsAnew: Bool = false) throws -> Bool {
        let before = db.totalChangesCount
        try db.cachedStatement(sql: "INSERT INTO words (words, rank) VALUES ('merge', ?)")
            .execute(arguments: [beginsAnew ? -pages : pages])
        return db.totalChangesCount - before >= 2
    }
}
