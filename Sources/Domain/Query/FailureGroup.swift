package import Primitives

/// Deliveries that failed for the same reason: they have not arrived, the last attempt was a failure, and no replay has
/// made up for it. Two that got the same status but another answer are of two groups; see `FailureReason` for what of an answer
/// tells reasons apart. Behind them stands one group of replays that failed, whatever became of their deliveries.
package struct FailureGroup: Sendable, Hashable {
    /// Groups that one answer holds, those of most events first.
    package static let most = 50
    /// The newest deliveries of a group, out of which its objects come.
    package static let sample = 100
    /// The newest deliveries of a group whose answers are looked at.
    package static let answered = 20
    /// Different answers that are given, and characters of each.
    package static let mostAnswers = 3
    package static let longestAnswer = 200

    /// What the callback answered; nil: nothing, then `error` says why.
    package let status: Int?
    /// The sentence about the last attempt, with the start of the answer: see `FailureReason`.
    package let error: String
    package let events: Int64
    /// Names of objects, in order.
    package let objects: [String]
    /// The starts of what the callback said, different ones, the newest first.
    package let answers: [String]
    /// When the first and the last of these deliveries, or replays, began.
    package let since: Timestamp
    package let last: Timestamp
    /// Whether these are replays; then `error` is that of the last one.
    package let isReplay: Bool

    package init(
        status: Int?,
        error: String,
        events: Int64,
        objects: [String],
        answers: [String],
        since: Timestamp,
        last: Timestamp,
        isReplay: Bool = false
    ) {
        self.status = status
        self.error = error
        self.events = events
        self.objects = objects
        self.answers = answers
        self.since = since
        self.last = last
        self.isReplay = isReplay
    }

    /// What finds its events, among those of their instance.
    package var expression: EventExpression {
        if isReplay { return .term(.replays([.failed])) }
        let open = EventExpression.term(.states(Set(DeliveryState.allCases).subtracting([.delivered, .none])))
        let answered = status.map {
            EventExpression.term(.status([NumberRange(lower: Int64($0), upper: Int64($0))]))
        }
        // `error:` finds parts of a sentence. Those with an answer end it by a quote that no answer holds; the one without an
        // answer is the beginning of theirs.
        let isPart = status != nil && !error.hasSuffix(FailureReason.closing)
        let others: EventExpression? = isPart ? .not(.term(.error([error + FailureReason.opening]))) : nil
        let reason = [answered, .term(.error([error])), others].compactMap { $0 }
        return .every([open] + reason + [.not(.term(.replays([.succeeded])))])
    }

    /// The start of an answer in one line, without what no text has.
    package static func start(of body: some Sequence<UInt8>) -> String {
        let text = String(decoding: Array(body.prefix(4 * longestAnswer)), as: UTF8.self)
        return String(text.split(whereSeparator: \.isWhitespace).joined(separator: " ").prefix(longestAnswer))
    }

    /// Different ones, in the order in which they come; empty ones say nothing.
    package static func different(_ answers: some Sequence<String>) -> [String] {
        var found: [String] = []
        for answer in answers where !answer.isEmpty && !found.contains(answer) && found.count < mostAnswers {
            found.append(answer)
        }
        return found
    }
}
