import Domain
import Drawing

/// The event that is open, and what is shown of it.
struct OpenEvent: Sendable {
    enum Tab: Int, Sendable, Hashable, CaseIterable {
        case payload
        case changes
        case deliveries

        var title: String {
            switch self {
            case .payload: "Payload"
            case .changes: "Changes"
            case .deliveries: "Deliveries"
            }
        }
    }

    /// The lines of a tab, and everything that they depend on.
    struct Layout: Sendable {
        struct Key: Sendable, Hashable {
            let sequence: Int64
            let revision: Int
            let tab: Tab
            let width: Int
            let isReplaying: Bool
            let callback: CallbackState?
            /// Times are written as of this minute.
            let minute: Int64
        }

        let key: Key
        let lines: [StyledText]
    }

    private(set) var sequence: Int64
    var tab: Tab
    var layout: Layout?
    /// Counts the answers.
    private(set) var revision = 0
    /// The first line that is shown.
    var scroll = 0
    private(set) var detail: EventDetail?
    /// The notification's body laid out once, not with each frame.
    private(set) var payload: [StyledText] = []
    private(set) var failure: String?
    /// What of the detail is being asked for; at most one at a time.
    private var outstanding: Int64?
    private var isStale = true

    init(_ sequence: Int64, tab: Tab) {
        self.sequence = sequence
        self.tab = tab
    }

    /// Shows another event; what was loaded of the one before goes.
    mutating func show(_ sequence: Int64) {
        guard sequence != self.sequence else { return }
        self.sequence = sequence
        detail = nil
        payload = []
        failure = nil
        scroll = 0
        isStale = true
    }

    mutating func invalidate() { isStale = true }

    /// Whether these deliveries concern the open event; an empty list means any.
    func concerns(_ notifications: [Int64]) -> Bool {
        guard !notifications.isEmpty, let id = detail?.delivery?.notificationID else { return true }
        return notifications.contains(id)
    }

    mutating func nextLoad() -> Command? {
        guard isStale, outstanding == nil else { return nil }
        isStale = false
        outstanding = sequence
        return .loadDetail(sequence: sequence)
    }

    mutating func accept(_ sequence: Int64, _ result: Result<EventDetail, Failure>) {
        guard outstanding == sequence else { return }
        outstanding = nil
        guard sequence == self.sequence else { return }
        revision += 1
        switch result {
        case .success(let detail):
            if detail.body != self.detail?.body { payload = JSONLines.lines(of: detail.body) }
            self.detail = detail
            failure = nil
        case .failure(let error): failure = error.sentence
        }
    }
}
