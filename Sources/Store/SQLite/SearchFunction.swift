import Domain
import GRDB

/// What SQLite has no words for: whether a record holds words, case and accents folded.
enum SearchFunction {
    static let recordHolds = "signalbox_record_holds"
    static let nameHolds = "signalbox_name_holds"

    /// For a connection that looks at events one by one. A search is given as it is printed.
    static func add(to db: Database) {
        db.add(
            function: DatabaseFunction(recordHolds, argumentCount: 3, pure: true) { values in
                guard let record = String.fromDatabaseValue(values[0]),
                    let search = String.fromDatabaseValue(values[2]).flatMap({ WordSearch(printed: $0) })
                else { return false }
                return search.matches(record: record, name: String.fromDatabaseValue(values[1]))
            }
        )
        db.add(
            function: DatabaseFunction(nameHolds, argumentCount: 2, pure: true) { values in
                guard let name = String.fromDatabaseValue(values[0]),
                    let search = String.fromDatabaseValue(values[1]).flatMap({ WordSearch(printed: $0) })
                else { return false }
                return search.matches(name)
            }
        )
    }
}
