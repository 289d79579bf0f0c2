import Domain
import EngineAPI

/// What of the open event is shown.
enum DetailTab: Int, Sendable, Hashable, CaseIterable {
    case changes
    case record
    case envelope
    case attempts
    case raw

    var title: String {
        switch self {
        case .changes: "Changes"
        case .record: "Record"
        case .envelope: "Envelope"
        case .attempts: "Attempts"
        case .raw: "Raw"
        }
    }

    /// How many there are of what it shows; nil where that is no news.
    func count(_ detail: EventDetail) -> Int? {
        let count =
            switch self {
            case .changes: detail.event.changedFields.lazy.filter { !$0.isAudit }.count
            case .attempts: detail.attempts.count
            case .record, .envelope, .raw: 0
            }
        return count > 0 ? count : nil
    }
}

extension ChangeEvent {
    /// What a person wants to see of it first: what was changed or, where that says nothing, the record.
    var firstTab: DetailTab { change == .updated && !changedFields.isEmpty ? .changes : .record }
}
