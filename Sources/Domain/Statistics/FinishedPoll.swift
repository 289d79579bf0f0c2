package import Primitives

/// A poll that has ended, as far as one looks back on it.
package struct FinishedPoll: Sendable, Hashable {
    /// When it ended.
    package var at: Timestamp
    package var milliseconds: Int
    package var apiCalls: Int
    package var events: Int
    /// Whether it failed, or one of its objects did.
    package var isFaulty: Bool

    package init(at: Timestamp, milliseconds: Int, apiCalls: Int, events: Int, isFaulty: Bool) {
        self.at = at
        self.milliseconds = milliseconds
        self.apiCalls = apiCalls
        self.events = events
        self.isFaulty = isFaulty
    }
}

/// The newest polls of an instance since the program began, oldest first.
package struct PollHistory: Sendable, Hashable {
    package static let most = 60
    private static let day: Int64 = 86_400_000
    private static let few = 12
    /// Milliseconds from which on fewer polls tell a pace, too: the first minute has those that people ask for.
    private static let leastSpan: Int64 = 600_000

    package private(set) var polls: [FinishedPoll]

    package init(_ polls: [FinishedPoll] = []) { self.polls = Array(polls.suffix(Self.most)) }

    package mutating func record(_ poll: FinishedPoll) {
        // A clock that was set back would make a pace out of nothing.
        if let last = polls.last, poll.at < last.at { polls = [] }
        polls.append(poll)
        if polls.count > Self.most { polls.removeFirst(polls.count - Self.most) }
    }

    /// API calls that each of the last few took, on average.
    package var callsPerPoll: Double {
        let last = polls.suffix(Self.few)
        guard !last.isEmpty else { return 0 }
        return Double(last.reduce(0) { $0.adding(saturating: max(0, $1.apiCalls)) }) / Double(last.count)
    }

    /// API calls that a day of polls like these takes; nil while there are too few to tell.
    package var callsPerDay: Int? {
        guard let first = polls.first, let last = polls.last, last.at > first.at,
            polls.count > Self.few || last.at.since(first.at) >= Self.leastSpan
        else { return nil }
        // What the first one took belongs to the time before it.
        let calls = polls.dropFirst().reduce(0) { $0.adding(saturating: max(0, $1.apiCalls)) }
        return Int(saturating: Double(calls) * Double(Self.day) / Double(last.at.since(first.at)))
    }
}
