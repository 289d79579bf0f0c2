import GRDB

extension SQLiteStore {
    package func indexWords() async throws -> WordIndexState { try await indexWords(leaving: WordIndexState.trail) }

    /// Adds nothing where fewer than `trail` events are left to it, and `most` at most.
    func indexWords(leaving trail: Int64, atMost most: Int = WordIndexStep.mostEvents) async throws -> WordIndexState {
        if let step = try await read({ db in try WordIndexStep(db, trail: trail, most: most) }) {
            try await mergeWords()
            let texts = step.texts
            try await queue.perform { transaction in
                // Another one was faster.
                guard try WordIndexRange(transaction.db) == step.before else { return }
                for text in texts where try transaction.isStored(text.sequence) {
                    try transaction.run("INSERT INTO words (rowid, name, value, kind) VALUES (?, ?, ?, ?)") {
                        $0.add(text.sequence)
                        $0.add(text.words.name)
                        $0.add(text.words.values)
                        $0.add(text.words.kind)
                    }
                }
                try step.after.write(transaction)
            }
        }
        return try await read { db in try SQLiteEventIndex(db: db).words() }
    }

    /// Merges the parts of the index that former steps left, of which each leaves one, until there are few again: a little in
    /// each transaction, so that whoever stores something never waits for all of it.
    func mergeWords() async throws {
        while try await queue.perform({ try $0.mergeWords() }) { try Task.checkCancellation() }
    }
}

extension WriteTransaction {
    /// Pages of the index of words that are written anew at once: 1 ms, rarely 3. It is exceeded by the places of one word
    /// that stands in very many events, which are never parted.
    static let wordPages = 4

    /// Whether there was anything to merge. With a negative number FTS5 begins to make one of all its parts, positive ones go
    /// on with that; and how many rows change says whether it did anything: https://sqlite.org/fts5.html#the_merge_command
    func mergeWords(beginsAnew: Bool = false) throws -> Bool {
        let before = db.totalChangesCount
        try run(
            "INSERT INTO words (words, rank) VALUES ('merge', ?)",
            [beginsAnew ? -Self.wordPages : Self.wordPages]
        )
        return db.totalChangesCount - before >= 2
    }

    /// Leaves merging to `mergeWords`. By itself FTS5 does it in whatever transaction writes the 64th page, 64 pages of each
    /// level at once: 60 to 80 ms of an index of 100,000 events, for which everybody waits who stores something then.
    func prepareWords() throws {
        let pages = try Int64.fetchOne(db, sql: "SELECT v FROM words_config WHERE k = 'automerge'")
        guard pages != 0 else { return }
        try run("INSERT INTO words (words, rank) VALUES ('automerge', 0)", [])
    }

    /// Whether an event that was read before this transaction is still there: words of one that was purged meanwhile would
    /// stay in the index for good.
    fileprivate func isStored(_ sequence: Int64) throws -> Bool {
        if sequence > state.purgedThrough { return true }
        return try row("SELECT 1 FROM event WHERE sequence = ?", [sequence]) != nil
    }
}
