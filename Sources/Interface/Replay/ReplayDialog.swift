import Domain
import Drawing
import Primitives

/// The dialog that begins a bulk replay: which events, how fast, and what that would be.
struct ReplayDialog: Sendable {
    enum Field: Sendable, Hashable, CaseIterable {
        case filter
        case rate
        case start
        case cancel
    }

    let instance: InstanceID
    var filter: TextField
    var rate = RateField(ReplayJob.defaultRate)
    var focus = Field.filter
    var preview = ReplayPreviewLoad()
    /// Enter was pressed before the events were counted.
    var wantsStart = false
    /// It was asked for and not answered yet.
    var isStarting = false
    /// Why the engine did not begin it.
    var refusal: String?

    init(_ instance: InstanceID, filter: String) {
        self.instance = instance
        self.filter = TextField(filter)
    }

    /// What the words find, or the sentence about the wrong one.
    func query(at now: Timestamp) -> Result<EventFilter, EventQuery.Fault> {
        do {
            let query = try EventQuery(parsing: filter.text, now: now)
            guard query.instance ?? instance == instance else { return .failure(.otherInstance) }
            return .success(query.filter)
        } catch { return .failure(error) }
    }

    mutating func move(by step: Int) {
        let fields = Field.allCases
        let index = fields.firstIndex(of: focus) ?? 0
        focus = fields[(index + step + fields.count) % fields.count]
    }

    /// The text of the filter changed: nothing that was said of the former one holds.
    mutating func filterChanged(at now: Timestamp) {
        preview.restart(at: now)
        wantsStart = false
        refusal = nil
    }
}

extension EventQuery.Fault {
    static let otherInstance = EventQuery.Fault(
        "This replays events of the instance on the screen; switch the instance with i to replay another's."
    )
}
