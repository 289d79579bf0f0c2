import Primitives

/// When something is asked for: only while what is known of it is stale, one request at a time, and no sooner than the pauses
/// after the last request and after a failure allow. All by the clock that nobody sets.
struct LoadPace: Sendable {
    /// Milliseconds from a failure to the next request.
    static let pauseAfterFailure: Int64 = 2000
    /// Milliseconds of the longest pause that follows from how long an answer took: what was slow once, as behind a machine that
    /// slept, is not left to stand for minutes.
    static let longestRest: Int64 = 5000

    /// Milliseconds from one request to the next.
    private let pause: Int64
    private let pauseAfterFailure: Int64
    /// How many times as long as a request the pause after its answer is, up to `longestRest`, so that what takes long is not
    /// asked for all the time.
    private let rest: Int64
    private(set) var isOutstanding = false
    private var isStale: Bool
    private var began = Timestamp.distantPast
    private var notBefore = Timestamp.distantPast

    init(
        pause: Int64,
        pauseAfterFailure: Int64 = LoadPace.pauseAfterFailure,
        rest: Int64 = 0,
        isStale: Bool = true
    ) {
        self.pause = pause
        self.pauseAfterFailure = pauseAfterFailure
        self.rest = rest
        self.isStale = isStale
    }

    mutating func invalidate() { isStale = true }

    /// Unless it is to be asked for already, it is from a moment on.
    mutating func invalidate(notBefore moment: Timestamp) {
        guard !isStale else { return }
        isStale = true
        notBefore = moment
    }

    /// Nobody waits for what was asked for; something else is wanted from a moment on.
    mutating func restart(notBefore moment: Timestamp = .distantPast) {
        isStale = true
        isOutstanding = false
        notBefore = moment
    }

    /// Whether it is to be asked for now; then it counts as asked for. What is urgent waits for no pause, and is asked for even
    /// though nothing is stale.
    mutating func begin(at now: Timestamp, isUrgent: Bool = false) -> Bool {
        guard !isOutstanding, isUrgent || isStale && now >= notBefore else { return false }
        isStale = false
        isOutstanding = true
        began = now
        notBefore = now.advanced(byMilliseconds: pause)
        return true
    }

    /// What was asked for has been answered.
    mutating func end<Value>(_ result: Result<Value, Failure>, at now: Timestamp) {
        if case .failure = result { end(isFailure: true, at: now) } else { end(isFailure: false, at: now) }
    }

    mutating func end(isFailure: Bool, at now: Timestamp) {
        isOutstanding = false
        // How long a failure took says nothing of what an answer costs.
        if isFailure { isStale = true }
        let pause = isFailure ? pauseAfterFailure : Self.rest(rest, since: began, at: now)
        notBefore = max(notBefore, now.advanced(byMilliseconds: pause))
    }

    /// Milliseconds of pause after an answer to what was asked for at `began`.
    static func rest(_ times: Int64, since began: Timestamp, at now: Timestamp) -> Int64 {
        min(longestRest, times.multiplied(saturating: max(0, now.since(began))))
    }

    /// When it is to be asked for; nil where nothing is, or an answer is awaited.
    var nextDeadline: Timestamp? { isStale && !isOutstanding ? notBefore : nil }
}
