import Domain
import EngineAPI
import Primitives

/// What a bulk replay would send, asked for while the filter is typed: one request at a time, a moment after the last key.
struct ReplayPreviewLoad: Sendable {
    private static let pause: Int64 = 200
    private static let pauseAfterFailure: Int64 = 2000

    /// Nil until it is known for the filter as it stands.
    private(set) var value: ReplayPreview?
    private(set) var failure: String?
    private var token: Int
    private var isOutstanding = false
    private var isStale = true
    private var notBefore = Timestamp.distantPast

    init(after token: Int = 0) { self.token = token }

    /// Another filter: what was known says nothing any more.
    mutating func restart(at now: Timestamp) {
        value = nil
        failure = nil
        isStale = true
        isOutstanding = false
        token += 1
        notBefore = now.advanced(byMilliseconds: Self.pause)
    }

    /// The same filter may find something else now.
    mutating func refresh(at now: Timestamp) {
        guard !isStale else { return }
        isStale = true
        notBefore = now.advanced(byMilliseconds: 1000)
    }

    /// A person waits for what could not be read: it is asked for anew without a pause.
    mutating func retry() {
        guard failure != nil, !isOutstanding else { return }
        failure = nil
        isStale = true
        notBefore = .distantPast
    }

    mutating func nextLoad(_ instance: InstanceID, _ filter: EventFilter, at now: Timestamp) -> Command? {
        guard isStale, !isOutstanding, now >= notBefore else { return nil }
        isStale = false
        isOutstanding = true
        token += 1
        return .previewReplays(token: token, instance, filter)
    }

    mutating func accept(token: Int, _ result: Result<ReplayPreview, Failure>, at now: Timestamp) {
        guard token == self.token else { return }
        isOutstanding = false
        switch result {
        case .success(let preview): (value, failure) = (preview, nil)
        case .failure(let error):
            failure = error.sentence
            isStale = true
            notBefore = now.advanced(byMilliseconds: Self.pauseAfterFailure)
        }
    }

    var nextDeadline: Timestamp? { isStale && !isOutstanding ? notBefore : nil }
}
