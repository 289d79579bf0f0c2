import Domain
import Primitives

/// Where events of one kind are in the history: counted when it is asked for first, and anew some time after that became
/// stale; one request at a time.
struct HistogramLoad: Sendable {
    /// More than a scrollbar has rows, so that a mark stands where it should.
    static let bins = 200

    let use: HistogramUse
    /// Milliseconds between two of them.
    private let pause: Int64
    private(set) var value: EventHistogram?
    private(set) var request: HistogramRequest?
    private var token: Int
    private var isOutstanding = false
    private var isStale = true
    private var begin = Timestamp.distantPast
    private var notBefore = Timestamp.distantPast
    /// How much longer than a request the pause after it is, so that a long history is not counted all the time.
    private static let rest: Int64 = 8

    init(_ use: HistogramUse, pause: Int64, after token: Int = 0) {
        self.use = use
        self.pause = pause
        self.token = token
    }

    mutating func invalidate() { isStale = true }

    /// Forgets what was counted, as other events are meant, and counts those from a moment on.
    mutating func reset(notBefore moment: Timestamp = .distantPast) {
        value = nil
        request = nil
        isStale = true
        isOutstanding = false
        notBefore = moment
        token += 1
    }

    /// With `isUrgent` it doesn't wait for the pause to be over.
    mutating func nextLoad(_ request: HistogramRequest, at now: Timestamp, isUrgent: Bool = false) -> Command? {
        guard isStale || isUrgent, !isOutstanding, isUrgent || now >= notBefore else { return nil }
        isStale = false
        isOutstanding = true
        begin = now
        notBefore = now.advanced(byMilliseconds: pause)
        token += 1
        self.request = request
        return .loadHistogram(use, token: token, request)
    }

    /// Takes the answer; false if nobody waits for it any more, or it could not be counted.
    mutating func accept(
        _ use: HistogramUse,
        token: Int,
        _ result: Result<EventHistogram, Failure>,
        at now: Timestamp
    ) -> Bool {
        guard use == self.use, token == self.token else { return false }
        isOutstanding = false
        notBefore = max(notBefore, now.advanced(byMilliseconds: Self.rest * max(0, now.since(begin))))
        guard case .success(let histogram) = result else {
            isStale = true
            return false
        }
        value = histogram
        return true
    }

    var nextDeadline: Timestamp? { isStale && !isOutstanding ? notBefore : nil }
}
