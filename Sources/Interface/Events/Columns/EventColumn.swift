import Drawing

/// A column that the event list can have.
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

    /// What stands above it.
    var head: DisplayText {
        switch self {
        case .time: "STORED"
        case .change: "CHANGE"
        case .object: "OBJECT"
        case .record: "RECORD"
        case .fields: "FIELDS"
        case .callback: "CALLBACK"
        case .attempts: "TRIES"
        case .took: "TOOK"
        case .source: "SOURCE"
        case .changedBy: "CHANGED BY"
        case .recordID: "RECORD ID"
        case .eventID: "EVENT ID"
        case .instance: "INSTANCE"
        }
    }

    /// What it shows, in the words of a choice.
    var words: DisplayText {
        switch self {
        case .time: "when it was stored"
        case .change: "created, updated or deleted"
        case .object: "the object"
        case .record: "the record's name, and what changed of it"
        case .fields: "what changed, in a column of its own"
        case .callback: "what became of it at the callback"
        case .attempts: "how many attempts there were"
        case .took: "how long the last attempt took"
        case .source: "how it came: polling, webhook"
        case .changedBy: "who changed the record last"
        case .recordID: "the record's id"
        case .eventID: "the event's id"
        case .instance: "the instance that it is of"
        }
    }

    /// Its columns on a list of this width; nil for the one that takes what is left.
    func width(in list: Int) -> Int? {
        switch self {
        case .time: 8
        case .change: 7
        case .object: list >= 90 ? 18 : list >= 64 ? 12 : 9
        case .record: nil
        case .fields: list >= 110 ? 28 : 16
        case .callback: list >= 64 ? 20 : list >= 52 ? 12 : 10
        case .attempts: 5
        case .took: 8
        case .source: 14
        case .changedBy: 18
        case .recordID: 18
        case .eventID: 20
        case .instance: list >= 90 ? 16 : list >= 64 ? 12 : 9
        }
    }

    /// Below this width of the list it goes, whatever room there is.
    var narrowest: Int {
        switch self {
        case .time: 44
        case .object: 52
        default: 0
        }
    }

    /// Which goes first where room is short.
    var expendability: Int {
        switch self {
        case .record: 0
        case .callback: 1
        case .change: 2
        case .time: 3
        case .instance: 4
        case .object: 5
        case .fields: 6
        case .attempts: 7
        case .took: 8
        case .source: 9
        case .changedBy: 10
        case .recordID: 11
        case .eventID: 12
        }
    }
}
