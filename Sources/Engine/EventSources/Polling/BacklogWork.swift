import Domain
import Primitives
import Salesforce

/// The backlogs of an instance, and how the reading of them goes.
struct BacklogWork: Sendable {
    /// By the object's name in lower case; as they are on disk.
    var backlogs: [String: Backlog] = [:]
    /// Reads them, one after the other.
    var task: Task<Void, Never>?
    /// Why it does not go on just now.
    var problem: String?
    /// Objects whose field list was read since they had a backlog.
    var hasFields: Set<String> = []
    private var failures = 0
    private var narrowUntil: Timestamp?
    /// Calls and time that no page has accounted for yet.
    private var unbookedCalls = 0
    private var bookedUntil: Timestamp?

    /// Pages of a part before it is looked again what there is to do.
    static let pages = 25
    private static let narrowMilliseconds: Int64 = 600_000

    /// Parts that may be read side by side now, where the settings allow so many.
    func width(_ wanted: Int, at now: Timestamp) -> Int { narrowUntil.map { now < $0 } ?? false ? 1 : wanted }

    // MARK: What it costs

    mutating func begin(at now: Timestamp) { bookedUntil = now }

    mutating func add(_ calls: APICalls) { unbookedCalls += calls[.backlog] }

    /// What was spent since the last page, for the backlog that this page is of.
    mutating func book(on backlog: inout Backlog, at now: Timestamp) {
        backlog.spend(calls: unbookedCalls, milliseconds: bookedUntil.map { now.since($0) } ?? 0)
        unbookedCalls = 0
        bookedUntil = now
    }

    // MARK: What goes wrong

    mutating func succeeded() {
        failures = 0
        problem = nil
    }

    /// Milliseconds to wait before the next try. What was stored meanwhile makes it a first failure.
    mutating func failed(_ error: any Error, hasMoved: Bool, at now: Timestamp) -> Int64 {
        failures = hasMoved ? 1 : failures + 1
        problem = ErrorSentence.text(error)
        let wait = min(PollSchedule.firstBackoff << min(Int64(failures) - 1, 20), PollSchedule.longestBackoff)
        switch error {
        case is DiskShortage: return PollSchedule.storagePause
        case let error as SalesforceError:
            if error.isConcurrencyRefusal { narrowUntil = now.advanced(byMilliseconds: Self.narrowMilliseconds) }
            return switch error.kind {
            case .authorization: max(wait, PollSchedule.firstRefusalPause)
            case .dailyLimit: PollSchedule.dailyLimitPause
            case .transient, .refused, .unreachable, .elsewhere: wait
            }
        default: return wait
        }
    }
}

extension SalesforceError {
    /// Whether the org handles too many requests at once.
    var isConcurrencyRefusal: Bool { kind == .transient && code == "REQUEST_LIMIT_EXCEEDED" }
}
