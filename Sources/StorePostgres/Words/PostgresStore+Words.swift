#if PostgreSQL
import Domain
package import Store

extension PostgresStore {
    /// Bounds that keep one step short.
    static let mostEvents = 512
    private static let mostBytes = 512 * 1024

    package func indexWords() async throws -> WordIndexState { try await indexWords(leaving: WordIndexState.trail) }

    /// Adds nothing where fewer than `trail` events are left to it, and `most` at most.
    ///
    /// It has a connection of its own, so that nobody who stores something waits for it. An event that is purged meanwhile
    /// waits until its words are there, and takes them along.
    func indexWords(leaving trail: Int64, atMost most: Int = mostEvents) async throws -> WordIndexState {
        try lease.check()
        let fence = lease.fence
        let isHeld = isHeld(InstanceLeases.keeping)
        do {
            return try await words.run(patience: Self.readPatience) { connection in
                try connection.execute("BEGIN")
                // Two never add at once: the row of the range is held.
                try connection.run("SELECT 1 FROM meta WHERE name = 'words first' FOR UPDATE")
                try NodeLease.checkPresence(connection, of: fence)
                if isHeld { try Self.addWords(connection, trail: trail, most: most) }
                let state = try PostgresEventIndex(connection: connection).words()
                try connection.execute("COMMIT")
                // There is nothing to do here for what another node does.
                return isHeld ? state : WordIndexState(indexed: state.stored, stored: state.stored)
            }
        } catch let error as CancellationError {
            throw error
        } catch is NodeLease.Lost {
            lease.lose()
            try lease.check()
            throw StoreError.closed
        } catch {
            throw StoreError(postgres: error, address, logger)
        }
    }

    private static func addWords(_ connection: Connection, trail: Int64, most: Int) throws {
        let before = try WordIndexRange(connection)
        let state = try PostgresEventIndex(connection: connection).words()
        guard state.rest >= trail, let stored = state.stored else { return }
        var after = before
        let newer = stored.upperBound - before.last
        if newer > 0, newer >= trail || before.first <= stored.lowerBound {
            let (last, isLong) = try add((before.last + 1)...stored.upperBound, "ASC", most, connection)
            after.last = last ?? stored.upperBound
            after.hasLong = before.hasLong || isLong
        } else if before.first > stored.lowerBound {
            let (first, isLong) = try add(stored.lowerBound...(before.first - 1), "DESC", most, connection)
            after.first = first ?? stored.lowerBound
            after.hasLong = before.hasLong || isLong
        } else {
            return
        }
        try after.write(connection)
    }

    /// Adds the words of some events in this order; the last one, and whether one had more words than are kept.
    private static func add(
        _ range: ClosedRange<Int64>,
        _ order: String,
        _ most: Int,
        _ connection: Connection
    ) throws -> (last: Int64?, isLong: Bool) {
        let rows = try connection.run(
            """
            SELECT e.sequence, e.instance, e.object, e.change, e.record_name, p.record FROM event e
            JOIN payload p ON p.sequence = e.sequence WHERE e.sequence BETWEEN $1 AND $2 ORDER BY e.sequence \(order)
            LIMIT $3
            """,
            [range.lowerBound, range.upperBound, most]
        )
        var (sequences, texts) = (Column<Int64>(), Column<String>())
        var (last, bytes, isLong): (Int64?, Int, Bool) = (nil, 0, false)
        for row in rows where bytes < mostBytes {
            let record: String = row[5]
            bytes += record.utf8.count
            let words = EventWords(
                IndexedWords(
                    instance: row[1],
                    object: row[2],
                    change: Change(code: row[3]),
                    name: row[4],
                    record: record
                )
            )
            last = row[0]
            isLong = isLong || words.isLong
            sequences.append(row[0])
            texts.append(words.text)
        }
        guard sequences.count > 0 else { return (nil, false) }
        try connection.run(
            """
            INSERT INTO word (sequence, words)
            SELECT u.sequence, array_to_tsvector(string_to_array(u.words, ' ')) FROM unnest($1, $2) u (sequence, words)
            JOIN event e ON e.sequence = u.sequence FOR KEY SHARE OF e ON CONFLICT DO NOTHING
            """,
            [sequences, texts]
        )
        return (last, isLong)
    }
}

/// The words of an event as a set: those of its values and its name, those of its name once more with a mark, and what kind
/// of event it is. Where they stand is not kept, as PostgreSQL keeps no more than 255 places of a word: whoever asks for
/// several in a row looks at the record.
struct EventWords: Sendable, Hashable {
    /// Bytes of all words of one event; PostgreSQL takes a megabyte, what it needs for each of them included.
    private static let most = 512 * 1024

    /// Parted by blanks.
    let text: String
    /// There were more than are kept.
    let isLong: Bool

    init(_ words: IndexedWords) {
        var bytes = 0
        var isLong = false
        var found: [Substring] = []
        var seen: Set<Substring> = []
        func add(_ word: Substring) {
            guard !isLong, seen.insert(word).inserted else { return }
            bytes += word.utf8.count + 8
            isLong = bytes > Self.most
            if !isLong { found.append(word) }
        }
        for word in words.kind.split(separator: " ") { add(word) }
        for word in words.name.split(separator: " ") {
            add(word)
            add(Substring(Self.inName(String(word))))
        }
        for word in words.values.split(separator: " ") where word != FoldedText.mark { add(word) }
        self.isLong = isLong
        if isLong { found.append(Substring(Self.long)) }
        text = found.joined(separator: " ")
    }

    static func inName(_ word: String) -> String { "\(FoldedText.mark)n\(word)" }
    /// Stands for all that was not kept.
    static let long = "\(FoldedText.mark)x"
}
#endif
