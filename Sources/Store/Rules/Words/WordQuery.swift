package import Domain

/// What an index of words is asked for: events with some words and without others, of some kinds.
package struct WordQuery: Sendable, Hashable {
    /// Words that follow one another in one value, or in the name.
    package struct Phrase: Sendable, Hashable {
        package let search: WordSearch
        package let isInName: Bool
    }

    /// Phrases that must all be there.
    package typealias Phrases = [Phrase]
    /// Of these, any must be there whole.
    package typealias Clause = [Phrases]

    /// All of them must hold. Empty: any event will do, less what is unwanted.
    package private(set) var wanted: [Clause] = []
    /// None of them may hold.
    package private(set) var unwanted: [Clause] = []
    /// Empty: all of them.
    package var instances: Set<InstanceID> = []
    /// The instance of every event that there is, where it is known to be one; its word costs an index less than those of all
    /// changes do.
    package var onlyInstance: InstanceID?
    /// By the numbers that stand for their names; empty: all of them.
    package var objects: Set<Int64> = []
    /// Empty: all of them.
    package var changes: Set<Change> = []

    /// Phrases in one query; what goes beyond is looked at event by event.
    static let mostPhrases = 64

    /// What of parts that must all hold can be asked; nil where none can. `rest` is what has to be looked at beside it.
    package init?(_ parts: [EventExpression], rest: inout [EventExpression]) {
        var left: [EventExpression] = []
        var phrases = 0
        for part in parts {
            let isUnwanted: Bool
            let asked: EventExpression
            if case .negated(let inner) = part {
                (isUnwanted, asked) = (true, inner)
            } else {
                (isUnwanted, asked) = (false, part)
            }
            guard let (clause, isExact) = Self.clause(asked), isExact || !isUnwanted,
                case let count = clause.reduce(0, { $0 + $1.count }), phrases + count <= Self.mostPhrases
            else {
                left.append(part)
                continue
            }
            phrases += count
            if isUnwanted { unwanted.append(clause) } else { wanted.append(clause) }
            if !isExact { left.append(part) }
        }
        if wanted.isEmpty, unwanted.isEmpty { return nil }
        rest = left
    }

    /// A part as a clause, and whether the clause says all of it or only what must hold as well.
    private static func clause(_ part: EventExpression) -> (Clause, isExact: Bool)? {
        switch part {
        case .term(.words(let search)): return phrase(search, isInName: false).map { ([[$0]], true) }
        case .term(.name(let searches)):
            var clause: Clause = []
            for search in searches.sorted(by: { $0.description < $1.description }) {
                guard let phrase = phrase(search, isInName: true) else { return nil }
                clause.append([phrase])
            }
            return clause.isEmpty ? nil : (clause, true)
        case .any(let parts):
            var (clause, isExact): (Clause, Bool) = ([], true)
            for part in parts {
                guard let (more, isExactPart) = Self.clause(part) else { return nil }
                clause += more
                isExact = isExact && isExactPart
            }
            return clause.isEmpty ? nil : (clause, isExact)
        case .all(let parts):
            var (phrases, isExact): (Phrases, Bool) = ([], true)
            for part in parts {
                // Either of several within all of several would have to be multiplied out.
                guard let (clause, isExactPart) = Self.clause(part), clause.count == 1 else {
                    isExact = false
                    continue
                }
                phrases += clause[0]
                isExact = isExact && isExactPart
            }
            return phrases.isEmpty ? nil : ([phrases], isExact)
        case .negated, .term: return nil
        }
    }

    private static func phrase(_ search: WordSearch, isInName: Bool) -> Phrase? {
        guard search.words.allSatisfy({ $0.utf8.count <= IndexedWords.longestAsked }) else { return nil }
        return Phrase(search: search, isInName: isInName)
    }

    /// Whether a word is only begun: an index has to gather all words that begin so before it can say the first event.
    package var hasPrefix: Bool {
        (wanted + unwanted).contains { clause in clause.contains { $0.contains(where: \.search.isPrefix) } }
    }

    /// A word that the index looks up.
    package struct Word: Sendable, Hashable {
        package let text: String
        /// Whether all words that begin so are looked up.
        package let isBegun: Bool
    }

    /// The words of all phrases.
    var words: Set<Word> {
        var found: Set<Word> = []
        for phrase in (wanted + unwanted).joined().joined() {
            let words = phrase.search.words
            for (number, text) in words.enumerated() {
                found.insert(Word(text: text, isBegun: phrase.search.isPrefix && number == words.count - 1))
            }
        }
        return found
    }

    /// The words of which each alone keeps an event from being found, where the query says nothing else but one kind of events.
    /// None where it does: an index goes through the rest of its lists where it finds nothing in the part that it is asked of.
    var soleUnwanted: [String] {
        let kinds = [!instances.isEmpty, !objects.isEmpty, !changes.isEmpty].count(where: { $0 })
        let all = unwanted.joined()
        guard wanted.isEmpty, kinds <= 1, all.allSatisfy({ $0.count == 1 }) else { return [] }
        let phrases = all.joined()
        let areWords = phrases.allSatisfy { !$0.isInName && !$0.search.isPrefix && $0.search.words.count == 1 }
        return areWords ? phrases.compactMap(\.search.words.first) : []
    }

    /// Whether words span so few pages of the index; no where nobody knows.
    func spans(_ words: Set<Word>, atMost most: Int, _ index: some EventIndex) throws -> Bool {
        guard most > 0, words.count <= Self.mostPhrases else { return false }
        var left = most
        for word in words {
            guard let pages = try index.wordPages(word), pages <= left else { return false }
            left -= pages
        }
        return true
    }

    /// What the query means, decided for one event.
    package func matches(
        instance: InstanceID,
        object: Int64,
        change: Change,
        name: String?,
        record: @autoclosure () -> String
    ) -> Bool {
        guard instances.isEmpty || instances.contains(instance), objects.isEmpty || objects.contains(object),
            changes.isEmpty || changes.contains(change)
        else { return false }
        let record = record()
        func holds(_ clause: Clause) -> Bool {
            clause.contains { phrases in
                phrases.allSatisfy { phrase in
                    phrase.isInName
                        ? name.map { phrase.search.matches($0) } ?? false
                        : phrase.search.matches(record: record, name: name)
                }
            }
        }
        return wanted.allSatisfy(holds) && !unwanted.contains(where: holds)
    }
}
