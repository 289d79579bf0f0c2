import GRDB

extension SQLiteStore {
    package func indexWords() async throws -> WordIndexState { try await indexWords(leaving: WordIndexState.trail) }

    /// Adds nothing where fewer than `trail` events are left to it, and `most` at most.
    func indexWords(leaving trail: Int64, atMost most: Int = WordIndexStep.mostEvents) async throws -> WordIndexState {
        if let step = try await read({ db in try WordIndexStep(db, trail: trail, most: most) }) {
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
}

extension WriteTransaction {
    /// Whether an event that was read before this transaction is still there: words of one that was purged meanwhile would
    /// stay in the index for good.
    fileprivate func isStored(_ sequence: Int64) throws -> Bool {
        if sequence > state.purgedThrough { return true }
        return try row("SELECT 1 FROM event WHERE sequence = ?", [sequence]) != nil
    }
}
