import Domain
import Primitives
import Salesforce

/// The backlogs of an instance, and how the reading of them goes.
struct BacklogWork: Sendable {
    /// Why one of them does not go on just now; the others do.
    private struct Trouble: Sendable {
        var failures = 0
        var problem: String
        /// When it is tried again.
        var notBefore: Timestamp
        /// Whether it would keep polls from being made, too: one that succeeds shows that it is over.
        var endsWithPoll: Bool
    }

    /// By the object's name in lower case; as they are on disk.
    var backlogs: [String: Backlog] = [:] {
        didSet { lastPart = max(lastPart, backlogs.values.map(\.lastID).max() ?? 0) }
    }
    /// The highest number that any part has had.
    private(set) var lastPart: Int64 = 0
    /// Reads them, one after the other.
    var task: Task<Void, Never>?
    /// The wait of that task, while none of them can go on.
    var sleep: Task<Void, Never>?
    /// Objects whose field list was read since they had a backlog.
    var hasFields: Set<String> = []
    private var troubles: [String: Trouble] = [:]
    /// All of them wait since then, and until then, as calls are spent that are better left to polls.
    private var held: (since: Timestamp, until: Timestamp)?
    private var narrowUntil: Timestamp?
    /// Calls and time that no page has accounted for yet.
    private var unbookedCalls = 0
    private var bookedUntil: Timestamp?

    /// Pages of a part before it is looked again what there is to do.
    static let pages = 25
    private static let narrowMilliseconds: Int64 = 600_000

    /// Parts that may be read side by side now, where the settings allow so many.
    func width(_ wanted: Int, at now: Timestamp) -> Int { narrowUntil.map { now < $0 } ?? false ? 1 : wanted }

    /// Forgets those of objects that are not among these.
    mutating func removeAll(but names: Set<String>) {
        backlogs = backlogs.filter { names.contains($0.key) }
        troubles = troubles.filter { names.contains($0.key) }
        hasFields.formIntersection(names)
    }

    // MARK: Which goes on

    /// Whether one is left to be read that nobody has paused, now or later.
    func isOpen(_ key: String) -> Bool { backlogs[key].map { !$0.isPaused } ?? false }

    /// Whether one can be read on now.
    func isDue(_ key: String, at now: Timestamp) -> Bool {
        isOpen(key) && (troubles[key].map { $0.notBefore <= now } ?? true)
    }

    /// When the first of them is tried again, where none of them can be read on.
    var nextTry: Timestamp? { troubles.filter { isOpen($0.key) }.map(\.value.notBefore).min() }

    /// Until when all of them wait, as a share of the calls is spent; nil: they can go on. Asked again in the middle of a wait
    /// it says how long that is by the figures as they are then, from its beginning on.
    mutating func hold(for milliseconds: Int64, at now: Timestamp) -> Timestamp? {
        let since = held?.since ?? now
        let until = since.advanced(byMilliseconds: milliseconds)
        held = until > now ? (since, until) : nil
        return held?.until
    }

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

    mutating func succeeded(_ key: String) { troubles[key] = nil }

    /// Puts off the next try of one of them, and says by how many milliseconds. What was stored meanwhile makes it a first
    /// failure.
    @discardableResult
    mutating func failed(_ key: String, _ error: any Error, hasMoved: Bool, at now: Timestamp) -> Int64 {
        let failures = hasMoved ? 1 : (troubles[key]?.failures ?? 0) + 1
        let (wait, endsWithPoll) = pause(after: failures, error, at: now)
        troubles[key] = Trouble(
            failures: failures,
            problem: ErrorSentence.text(error),
            notBefore: now.advanced(byMilliseconds: wait),
            endsWithPoll: endsWithPoll
        )
        return wait
    }

    private mutating func pause(after failures: Int, _ error: any Error, at now: Timestamp) -> (Int64, Bool) {
        let wait = min(PollSchedule.firstBackoff << min(Int64(failures) - 1, 20), PollSchedule.longestBackoff)
        switch error {
        case is DiskShortage: return (PollSchedule.storagePause, true)
        case let error as SalesforceError:
            if error.isConcurrencyRefusal { narrowUntil = now.advanced(byMilliseconds: Self.narrowMilliseconds) }
            return switch error.kind {
            case .authorization: (max(wait, PollSchedule.firstRefusalPause), true)
            case .dailyLimit: (PollSchedule.dailyLimitPause, true)
            case .unreachable, .elsewhere: (wait, true)
            case .transient, .refused: (wait, false)
            }
        default: return (wait, false)
        }
    }

    /// A person wants one of them to be tried now.
    mutating func retry(_ key: String) { troubles[key] = nil }

    mutating func retryAll() { troubles = [:] }

    /// A poll succeeded: what keeps polls from being made, too, keeps none of them any more.
    mutating func polled(at now: Timestamp) {
        for (key, trouble) in troubles where trouble.endsWithPoll { troubles[key]?.notBefore = now }
    }

    /// Why one of them does not go on just now; a sentence.
    func problem(of object: String, at now: Timestamp) -> String? {
        let key = object.lowercased()
        guard isOpen(key) else { return nil }
        if let trouble = troubles[key] { return trouble.problem }
        guard let held, held.until > now else { return nil }
        let minutes = (held.until.since(now) + 59_999) / 60_000
        return
            "Half of the API calls a day that \(ConfigurationKey.apiBudget.rawValue) allows are spent; until fewer are, "
            + "the backlog of \(object) is read slowly, its next pages in \(minutes) min."
    }
}

extension SalesforceError {
    /// Whether the org handles too many requests at once.
    var isConcurrencyRefusal: Bool { kind == .transient && code == "REQUEST_LIMIT_EXCEEDED" }
}
