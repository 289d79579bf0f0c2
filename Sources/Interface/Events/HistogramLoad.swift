import Domain
import Primitives

/// Where events of one kind are in the history: counted when it is asked for first, and anew some time after that became
/// stale; one request at a time.
struct HistogramLoad: Sendable {
    /// More than a scrollbar has rows, so that a mark stands where it should.
    static let bins = 200

    let use: HistogramUse
    private(set) var value: EventHistogram?
    private(set) var request: HistogramRequest?
    private var token: Int
    private var pace: LoadPace

    /// `pause` is that between two of them, in milliseconds.
    init(_ use: HistogramUse, pause: Int64, after token: Int = 0) {
        self.use = use
        self.token = token
        pace = LoadPace(pause: pause, rest: 8)
    }

    mutating func invalidate() { pace.invalidate() }
    mutating func restart() { pace.restart() }

    /// Forgets what was counted, as other events are meant, and counts those from a moment on.
    mutating func reset(notBefore moment: Timestamp = .distantPast) {
        value = nil
        request = nil
        pace.restart(notBefore: moment)
        token += 1
    }

    /// With `isUrgent` it doesn't wait for the pause to be over.
    mutating func nextLoad(_ request: HistogramRequest, at now: Timestamp, isUrgent: Bool = false) -> Command? {
        guard pace.begin(at: now, isUrgent: isUrgent) else { return nil }
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
        pace.end(result, at: now)
        guard case .success(let histogram) = result else { return false }
        value = histogram
        return true
    }

    var nextDeadline: Timestamp? { pace.nextDeadline }
}
