import Domain
import EngineAPI
import Primitives

/// What a bulk replay would send, asked for while the filter is typed: one request at a time, a moment after the last key.
struct ReplayPreviewLoad: Sendable {
    /// Milliseconds after the last key.
    private static let typingPause: Int64 = 200

    /// Nil until it is known for the filter as it stands.
    private(set) var value: ReplayPreview?
    private(set) var failure: String?
    private var token: Int
    private var pace = LoadPace(pause: 0)

    init(after token: Int = 0) { self.token = token }

    /// Another filter: what was known says nothing any more.
    mutating func restart(at now: Timestamp) {
        value = nil
        failure = nil
        token += 1
        pace.restart(notBefore: now.advanced(byMilliseconds: Self.typingPause))
    }

    /// The same filter may find something else now.
    mutating func refresh(at now: Timestamp) { pace.invalidate(notBefore: now.advanced(byMilliseconds: 1000)) }

    /// A person waits for what could not be read: it is asked for anew without a pause.
    mutating func retry() {
        guard failure != nil, !pace.isOutstanding else { return }
        failure = nil
        pace.restart()
    }

    mutating func nextLoad(_ instance: InstanceID, _ filter: EventFilter, at now: Timestamp) -> Command? {
        guard pace.begin(at: now) else { return nil }
        token += 1
        return .previewReplays(token: token, instance, filter)
    }

    mutating func accept(token: Int, _ result: Result<ReplayPreview, Failure>, at now: Timestamp) {
        guard token == self.token else { return }
        pace.end(result, at: now)
        switch result {
        case .success(let preview): (value, failure) = (preview, nil)
        case .failure(let error): failure = error.sentence
        }
    }

    var nextDeadline: Timestamp? { pace.nextDeadline }
}
