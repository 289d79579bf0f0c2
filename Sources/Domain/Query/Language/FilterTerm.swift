/// The names that a filter knows, with what a person should read of them and what may stand behind them.
package enum FilterTerm: String, Sendable, Hashable, CaseIterable {
    case object
    case change
    case source
    case instance
    case field
    case id
    case event
    case name
    case state
    case attempts
    case status
    case took
    case error
    case replay
    case since
    case until

    /// What stands behind the colon.
    package enum Values: Sendable, Hashable {
        /// One of these.
        case words([String])
        case objectNames
        case instanceNames
        case fieldNames
        case recordID
        case eventID
        /// Words of a record's name.
        case searchWords
        case text
        case number
        case status
        case duration
        case moment
    }

    package var values: Values {
        switch self {
        case .object: .objectNames
        case .change: .words(Change.allCases.map { $0.rawValue.lowercased() })
        case .source: .words(SourceWord.allCases.map(\.rawValue))
        case .instance: .instanceNames
        case .field: .fieldNames
        case .id: .recordID
        case .event: .eventID
        case .name: .searchWords
        case .state: .words(DeliveryState.allCases.map(\.rawValue))
        case .attempts: .number
        case .status: .status
        case .took: .duration
        case .error: .text
        case .replay: .words(ReplayVerdict.allCases.map(\.rawValue))
        case .since, .until: .moment
        }
    }

    /// What other words of the screen mean, in those of `values`.
    var aliases: [String: [String]] {
        switch self {
        case .state:
            [
                "open": DeliveryState.allCases.filter(\.isOpen).map(\.rawValue),
                "failing": [DeliveryState.retrying.rawValue],
            ]
        case .source:
            [
                ChangeSource.webhook.rawValue: [SourceWord.apex.rawValue],
                ChangeSource.outboundMessage.rawValue: [SourceWord.outbound.rawValue],
            ]
        default: [:]
        }
    }

    /// Where a word of the screen has no term of its own: the nearest there is, as a sentence.
    func nearest(to word: String) -> String? {
        switch (self, word.lowercased()) {
        case (.change, "undeleted"), (.change, "undelete"): "An undelete is an update: change:updated."
        case (.source, ChangeSource.reconciliation.rawValue): "What reconciliation finds is polled: source:polling."
        default: nil
        }
    }

    package var help: String {
        switch self {
        case .object: "changes of these objects"
        case .change: "created, updated or deleted records"
        case .source: "found by polling, Apex webhooks or outbound messages"
        case .instance: "of the instance with this name or number"
        case .field: "updates that changed this field"
        case .id: "one record, 15 or 18 characters"
        case .event: "one event by its id"
        case .name: "words in the record's name alone"
        case .state: "where the delivery stands"
        case .attempts: "how many attempts there were"
        case .status: "what the callback last answered"
        case .took: "how long the last attempt took"
        case .error: "part of the last attempt's error"
        case .replay: "how the last replay ended"
        case .since: "stored since"
        case .until: "stored before"
        }
    }

    package var example: String {
        switch self {
        case .object: "object:Account,Contact"
        case .change: "change:created"
        case .source: "source:polling,apex"
        case .instance: "instance:production"
        case .field: "field:StageName"
        case .id: "id:0035g00000AbCdEAAV"
        case .event: "event:vIGxWmZ0jXqKk4Gc3bHs"
        case .name: "name:\"Ada L*\""
        case .state: "state:dead,retrying"
        case .attempts: "attempts:>2"
        case .status: "status:5xx"
        case .took: "took:>2s"
        case .error: "error:\"timed out\""
        case .replay: "replay:failed"
        case .since: "since:2h"
        case .until: "until:2026-11-27T10:00"
        }
    }

    /// The language in one paragraph, for the help of commands.
    package static let summary =
        "FILTER is a list of terms that must all hold: "
        + allCases.map(\.example).joined(separator: "  ")
        + ". Words and \"phrases\" without a name are looked for in the record's values, acme* by their beginning. "
        + "a | b is either, -term is not, ( ) groups, a,b any of them."
}
