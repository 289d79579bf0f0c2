import Domain
import EngineAPI

/// What of the open event is shown.
enum DetailTab: Int, Sendable, Hashable, CaseIterable {
    case changes
    case record
    case envelope
    case attempts
    case raw

    /// Stable: `attempts`.
    var name: String { title.lowercased() }

    init?(name: String) {
        guard let tab = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = tab
    }

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

extension DetailMemory {
    /// What a person wants to see of an event first.
    func tab(of event: ChangeEvent) -> DetailTab { tab(of: event.change, hasChanges: !event.changedFields.isEmpty) }

    /// The same as far as its row tells.
    func tab(of event: EventSummary) -> DetailTab {
        tab(of: event.change, hasChanges: !event.changedFieldNames.isEmpty)
    }
}
