import Domain
import GRDB
import Primitives

/// What SQLite has no words for: whether a record holds words, case and accents folded.
enum SearchFunction {
    static let recordHolds = "signalbox_record_holds"
    static let nameHolds = "signalbox_name_holds"

    /// For a connection that looks at events one by one. A search is given as it is printed.
    static func add(to db: Database) {
        let searches = ParsedSearches()
        db.add(
            function: DatabaseFunction(recordHolds, argumentCount: 3, pure: true) { values in
                guard let record = String.fromDatabaseValue(values[0]),
                    let search = String.fromDatabaseValue(values[2]).flatMap({ searches.search($0) })
                else { return false }
                return search.matches(record: record, name: String.fromDatabaseValue(values[1]))
            }
        )
        db.add(
            function: DatabaseFunction(nameHolds, argumentCount: 2, pure: true) { values in
                guard let name = String.fromDatabaseValue(values[0]),
                    let search = String.fromDatabaseValue(values[1]).flatMap({ searches.search($0) })
                else { return false }
                return search.matches(name)
            }
        )
    }
}

/// The searches of the statements of one connection: SQLite gives their texts anew for every row, and they are parsed once.
final class ParsedSearches: Sendable {
    private struct Known {
        let text: String
        let search: WordSearch
    }

    /// More than a filter that a person types has; so that they stay few, whoever searches.
    static let most = 64

    private let known = Locked<[Known]>([])

    var count: Int { known.withLock { $0.count } }

    func search(_ text: String) -> WordSearch? {
        known.withLock { known in
            // Byte by byte: what Swift holds for the same text, as a syllable and its letters, is folded to other words.
            if let found = known.first(where: { $0.text.utf8.elementsEqual(text.utf8) }) { return found.search }
            guard let search = WordSearch(printed: text) else { return nil }
            if known.count >= Self.most { known.removeAll(keepingCapacity: true) }
            known.append(Known(text: text, search: search))
            return search
        }
    }
}
