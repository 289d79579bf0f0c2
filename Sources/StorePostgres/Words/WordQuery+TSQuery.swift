#if PostgreSQL
import Domain
import Primitives
import Store

extension WordQuery {
    /// The query as PostgreSQL reads it, over `EventWords`. It finds all that match, and perhaps more (`isExact`).
    func text(hasLong: Bool) -> String {
        var parts = wanted.map(Self.text)
        parts += Self.either(instances.sorted().map { IndexedWords.word(instance: $0) })
        parts += Self.either(objects.sorted().map { IndexedWords.word(object: $0) })
        parts += Self.either(changes.sorted { $0.code < $1.code }.map { IndexedWords.word($0) })
        // Each event has a change, so that there is something to take the unwanted ones from.
        if parts.isEmpty { parts += Self.either(Change.allCases.map { IndexedWords.word($0) }) }
        parts += unwanted.filter(Self.isExact).map { "!\(Self.text($0))" }
        let all = parts.joined(separator: " & ")
        return hasLong ? "(\(all)) | '\(EventWords.long)'" : all
    }

    /// Whether a set of words says all of it: no words in a row.
    var isExact: Bool { (wanted + unwanted).allSatisfy(Self.isExact) }

    private static func isExact(_ clause: Clause) -> Bool {
        clause.allSatisfy { $0.allSatisfy { $0.search.words.count == 1 } }
    }

    /// One word of these, as a part of its own. Words hold no quotes.
    private static func either(_ words: [String]) -> [String] {
        words.isEmpty ? [] : ["(\(words.map { "'\($0)'" }.joined(separator: " | ")))"]
    }

    private static func text(_ clause: Clause) -> String {
        let alternatives = clause.map { phrases in "(\(phrases.map(text).joined(separator: " & ")))" }
        return "(\(alternatives.joined(separator: " | ")))"
    }

    private static func text(_ phrase: Phrase) -> String {
        let words = phrase.search.words
        let marked = words.enumerated().map { number, word in
            let isBegun = phrase.search.isPrefix && number == words.count - 1
            return "'\(phrase.isInName ? EventWords.inName(word) : word)'\(isBegun ? ":*" : "")"
        }
        return "(\(marked.joined(separator: " & ")))"
    }
}

extension PostgresEventIndex {
    /// Candidates that are looked at together.
    private static let looked = 4096

    func sequences(
        _ query: WordQuery,
        in range: ClosedRange<Int64>,
        _ direction: PageRequest.Direction,
        limit: Int
    ) throws -> [Int64] {
        let hasLong = try WordIndexRange(connection).hasLong
        let isExact = query.isExact && !hasLong
        let text = query.text(hasLong: hasLong)
        var found: [Int64] = []
        var rest: ClosedRange<Int64>? = range
        while found.count < limit, let range = rest {
            let portion = isExact ? limit : min(max(limit, 64), Self.looked)
            // Planned for these words: frequent ones are found by walking over the events, rare ones by the index.
            let rows = try connection.runOnce(
                """
                SELECT sequence FROM word WHERE words @@ $1::tsquery AND sequence BETWEEN $2 AND $3
                ORDER BY sequence \(direction == .newestFirst ? "DESC" : "ASC") LIMIT $4
                """,
                [text, range.lowerBound, range.upperBound, portion]
            )
            let candidates: [Int64] = rows.map { $0[0] }
            found += isExact ? candidates : try holding(query, among: candidates)
            guard candidates.count == portion, let last = candidates.last else { break }
            switch direction {
            case .newestFirst: rest = last > range.lowerBound ? range.lowerBound...(last - 1) : nil
            case .oldestFirst: rest = last < range.upperBound ? (last + 1)...range.upperBound : nil
            }
        }
        return Array(found.prefix(limit))
    }

    /// Looks at each of these, in their order.
    private func holding(_ query: WordQuery, among sequences: [Int64]) throws -> [Int64] {
        if sequences.isEmpty { return [] }
        let rows = try connection.run(
            """
            SELECT e.sequence, e.instance, e.object, e.change, e.record_name, p.record FROM event e
            JOIN payload p ON p.sequence = e.sequence WHERE e.sequence = ANY ($1)
            """,
            [Column(sequences)]
        )
        let holding: [Int64] = rows.filter { row in
            query.matches(
                instance: row[1],
                object: row[2],
                change: Change(code: row[3]),
                name: row[4],
                record: row[5]
            )
        }.map { $0[0] }
        let known = Set(holding)
        return sequences.filter(known.contains)
    }
}
#endif
