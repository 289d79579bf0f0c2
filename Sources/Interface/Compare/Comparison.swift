import Domain
import EngineAPI
import Primitives

/// Two events that are compared, while they are read: the earlier one and the later one.
struct Comparison: Sendable {
    /// The sequences of both; one where the other is still looked for.
    private(set) var sequences: [Int64]
    private(set) var details: [Int64: EventDetail] = [:]
    private(set) var failure: String?
    /// Whether there is no earlier event of the record.
    private(set) var isAlone = false
    /// Counts the answers.
    private(set) var revision = 0
    /// The record whose event before the given one is looked for.
    private let recordID: String
    /// Its instance: a copy of an org has records of the same ids.
    private let instance: InstanceID?
    private let token: Int
    private var isLooking = false
    private var outstanding: Int64?

    /// An event and the one before it of the same record.
    init(of event: EventSummary, token: Int) {
        sequences = [event.sequence]
        (recordID, instance) = (event.recordID, event.instanceID)
        self.token = token
    }

    /// Two events, in whichever order.
    init(_ first: Int64, _ second: Int64, token: Int) {
        sequences = [min(first, second), max(first, second)]
        (recordID, instance) = ("", nil)
        self.token = token
    }

    var earlier: EventDetail? { sequences.count == 2 ? sequences.first.flatMap { details[$0] } : nil }
    var later: EventDetail? { sequences.last.flatMap { details[$0] } }

    mutating func nextLoad() -> Command? {
        guard failure == nil else { return nil }
        if sequences.count == 1, !isLooking, let sequence = sequences.first {
            isLooking = true
            var filter = EventFilter()
            filter.recordID = recordID
            if let instance { filter.instanceIDs = [instance] }
            return .loadPage(
                token: token,
                PageRequest(direction: .newestFirst, after: sequence, limit: 1, filter: filter)
            )
        }
        guard outstanding == nil, let wanted = sequences.first(where: { details[$0] == nil }) else { return nil }
        outstanding = wanted
        return .loadDetail(sequence: wanted)
    }

    mutating func accept(token: Int, _ result: Result<EventPage, Failure>) {
        guard token == self.token, isLooking, sequences.count == 1 else { return }
        revision += 1
        switch result {
        case .success(let page):
            if let former = page.first { sequences.insert(former.sequence, at: 0) } else { isAlone = true }
        case .failure(let error): failure = error.sentence
        }
    }

    mutating func accept(_ sequence: Int64, _ result: Result<EventDetail, Failure>) {
        guard outstanding == sequence else { return }
        outstanding = nil
        revision += 1
        switch result {
        case .success(let detail): details[sequence] = detail
        case .failure(let error): failure = error.sentence
        }
    }
}
