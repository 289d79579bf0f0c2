import Drawing

/// A column that the event list can have. What stands in its cells is drawn by `EventsPane.paint`: see <doc:AddingAColumn>.
package enum EventColumn: String, Sendable, Hashable, CaseIterable {
    case time
    case change
    case object
    case record
    case fields
    case callback
    case attempts
    case took
    case source
    case changedBy = "changed-by"
    case recordID = "record-id"
    case eventID = "event-id"
    case instance

    private struct Row {
        let head: String
        let words: String
        /// The highest goes first where room is short.
        let expendability: Int
        var narrowest = 0
        let width: (Int) -> Int?
    }

    private var row: Row {
        switch self {
        case .time: Row(head: "STORED", words: "when it was stored", expendability: 3, narrowest: 44) { _ in 8 }
        case .change: Row(head: "CHANGE", words: "created, updated or deleted", expendability: 2) { _ in 7 }
        case .object:
            Row(head: "OBJECT", words: "the object", expendability: 5, narrowest: 52) {
                $0 >= 90 ? 18 : $0 >= 64 ? 12 : 9
            }
        case .record:
            Row(head: "RECORD", words: "the record's name, and what changed of it", expendability: 0) { _ in nil }
        case .fields:
            Row(head: "FIELDS", words: "what changed, in a column of its own", expendability: 6) {
                $0 >= 110 ? 28 : 16
            }
        case .callback:
            Row(head: "CALLBACK", words: "what became of it at the callback", expendability: 1) {
                $0 >= 64 ? 20 : $0 >= 52 ? 12 : 10
            }
        case .attempts: Row(head: "TRIES", words: "how many attempts there were", expendability: 7) { _ in 5 }
        case .took: Row(head: "TOOK", words: "how long the last attempt took", expendability: 8) { _ in 8 }
        case .source: Row(head: "SOURCE", words: "how it came: polling, webhook", expendability: 9) { _ in 14 }
        case .changedBy: Row(head: "CHANGED BY", words: "who changed the record last", expendability: 10) { _ in 18 }
        case .recordID: Row(head: "RECORD ID", words: "the record's id", expendability: 11) { _ in 18 }
        case .eventID: Row(head: "EVENT ID", words: "the event's id", expendability: 12) { _ in 20 }
        case .instance:
            Row(head: "INSTANCE", words: "the instance that it is of", expendability: 4) {
                $0 >= 90 ? 16 : $0 >= 64 ? 12 : 9
            }
        }
    }

    /// What stands above it.
    var head: DisplayText { DisplayText(row.head) }

    /// What it shows, in the words of a choice.
    var words: DisplayText { DisplayText(row.words) }

    /// Its columns on a list of this width; nil for the one that takes what is left.
    func width(in list: Int) -> Int? { row.width(list) }

    /// Below this width of the list it goes, whatever room there is.
    var narrowest: Int { row.narrowest }

    /// Which goes first where room is short: the highest.
    var expendability: Int { row.expendability }
}
