import Domain
import GRDB

extension SQLiteEventIndex {
    /// FTS5 keeps for each part of its index which word its pages begin with, and finds by that where to read. The number of a
    /// page stands twice as large there, as the lowest bit says something else (`fts5WriteFlushBtree` in SQLite's
    /// `fts5_index.c`).
    ///
    /// Each part is found from the one before it, as going through all rows would cost more than what is to be saved.
    private static let sql = """
        WITH RECURSIVE part (id) AS (
            SELECT min(segid) FROM words_idx
            UNION ALL
            SELECT (SELECT min(segid) FROM words_idx WHERE segid > part.id) FROM part WHERE part.id IS NOT NULL
        )
        SELECT sum(
            coalesce(
                (SELECT pgno FROM words_idx WHERE segid = part.id AND term >= ?2 ORDER BY term LIMIT 1),
                (SELECT pgno FROM words_idx WHERE segid = part.id ORDER BY term DESC LIMIT 1)
            ) / 2 - coalesce(
                (SELECT pgno FROM words_idx WHERE segid = part.id AND term <= ?1 ORDER BY term DESC LIMIT 1), 2
            ) / 2
        ) FROM part WHERE part.id IS NOT NULL
        """

    func wordPages(_ word: WordQuery.Word) throws -> Int? {
        // A digit says that it is a whole word. What follows it is the first that is no longer one of these; the last byte of
        // a text is never the highest one.
        let low = [0x30] + Array(word.text.utf8)
        var high = low
        if word.isBegun { high[high.count - 1] += 1 } else { high.append(0) }
        do {
            return try WordFile.reading {
                var values = Bindings(try db.cachedStatement(sql: Self.sql))
                values.add(blob: low)
                values.add(blob: high)
                var pages: Int?
                try values.each(in: db) { pages = $0.numberIfAny(0) }
                return pages
            }
        } catch is WordFault {
            // It only saves time. Whoever asks for the words themselves finds out what is wrong.
            return nil
        }
    }
}
