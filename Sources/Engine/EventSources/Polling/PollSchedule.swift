import Domain
import EngineAPI
import Primitives
import Salesforce

/// When an instance is polled next and what its source's state is. A pure state machine; the moments come from outside.
struct PollSchedule: Sendable, Hashable {
    enum Mode: Sendable, Hashable {
        case off
        /// Minutes between polls.
        case polling(Int)
        /// Webhooks bring the news; minutes between reconciling polls, 0 for one at the start and no more.
        case listening(Int)
    }

    private struct Trouble: Sendable, Hashable {
        var reason: String
        var since: Timestamp
        var providerMessage: String?
        /// Nil where no poll failed.
        var kind: SalesforceError.Kind?
    }

    static let firstBackoff: Int64 = 5000
    static let longestBackoff: Int64 = 600_000
    /// The next look at the disk, where there was too little space to poll.
    static let storagePause: Int64 = 10_000
    static let dailyLimitPause: Int64 = 3_600_000
    /// Pauses after a refused authorization: an administrator may mend it in the org, and a try costs a few calls. Never
    /// longer, and never none: what looks dead may be alive again before anybody looks at the screen.
    static let firstRefusalPause: Int64 = 300_000
    static let longestRefusalPause: Int64 = 3_600_000

    private(set) var mode = Mode.off
    /// Until then nobody knows whether it is to poll.
    private var isConfigured = false
    /// Nil: no poll is planned.
    private(set) var next: Timestamp?
    private(set) var lastSuccess: Timestamp?
    private var lastStart: Timestamp?
    /// The try that was planned when somebody asked for the poll that runs.
    private var plannedTry: Timestamp?
    private var trouble: Trouble?
    private var failures = 0
    /// As far as the org's API calls allow.
    private var pace = CallBudget.Pace()
    private var isSlowSince: Timestamp?

    /// - Parameter lastPoll: what the store knows of earlier runs of the program.
    init(lastPoll: Timestamp? = nil) { lastStart = lastPoll }

    /// Milliseconds between polls, as the settings say.
    var wantedInterval: Int64? {
        switch mode {
        case .off: nil
        case .polling(let minutes): Int64(minutes) * 60_000
        case .listening(let minutes): minutes == 0 ? nil : Int64(minutes) * 60_000
        }
    }

    private var interval: Int64? { wantedInterval.map { max($0, pace.wait) } }

    // MARK: Events

    /// Takes a changed configuration. `atOnce` asks for a poll now, as the first of new settings.
    mutating func configure(_ mode: Mode, atOnce: Bool, now: Timestamp) {
        let wasOff = self.mode == .off
        self.mode = mode
        isConfigured = true
        plannedTry = nil
        guard mode != .off else {
            next = nil
            trouble = nil
            failures = 0
            return
        }
        if atOnce {
            trouble = nil
            failures = 0
            next = now
        } else if wasOff {
            next = planned(from: lastStart, now: now) ?? now
        } else if trouble == nil {
            next = planned(from: lastStart, now: now)
        } else if let planned = planned(from: lastStart, now: now) {
            // A pause that an interval of hours allowed must not outlive it.
            let latest = max(planned, now.advanced(byMilliseconds: Self.longestRefusalPause))
            next = min(next ?? planned, latest)
        }
    }

    /// What somebody asks for while polls fail says no more than the try before: it puts the planned one no further off.
    mutating func began(at now: Timestamp, isAsked: Bool = false) {
        lastStart = now
        plannedTry = isAsked && trouble != nil ? next : nil
        next = nil
    }

    /// The try that is still to come although another poll was asked for.
    private func kept(after now: Timestamp) -> Timestamp? { plannedTry.flatMap { $0 > now ? $0 : nil } }

    /// Polls are as far apart as the org's API calls allow, from the next plan on.
    mutating func apply(_ pace: CallBudget.Pace, at now: Timestamp) {
        self.pace = pace
        isSlowSince = pace.reason == nil ? nil : isSlowSince ?? now
    }

    /// With `lacksBaseline` an object could not be read for the first time, for a reason that passes: what is created in it
    /// before its first read is no news, so that the next try is as soon as after a failure. With `leavesRows` the next poll
    /// comes at once, as far as the API budget lets it.
    mutating func succeeded(
        at now: Timestamp,
        problems: [String: String],
        lacksBaseline: Bool = false,
        leavesRows: Bool = false
    ) {
        lastSuccess = now
        let kept = kept(after: now)
        failures = lacksBaseline ? failures + (kept == nil ? 1 : 0) : 0
        if problems.isEmpty {
            trouble = nil
        } else {
            let text = ObjectProblems.sentences(problems).joined(separator: " ")
            if trouble?.reason != text { trouble = Trouble(reason: text, since: now) }
        }
        next = planned(from: lastStart, now: now)
        guard mode != .off, pace.reason == nil else { return }
        if leavesRows { next = now }
        guard lacksBaseline else { return }
        let soon = kept ?? now.advanced(byMilliseconds: backoff(atMost: Self.longestBackoff))
        next = next.map { min($0, soon) } ?? soon
    }

    /// Plans the next try by what went wrong; `random`, from 0 up to 1, spreads the waits by ±20 %.
    mutating func failed(
        _ kind: SalesforceError.Kind,
        _ reason: String,
        providerMessage: String? = nil,
        at now: Timestamp,
        random: Double
    ) {
        guard mode != .off else { return }
        let kept = trouble?.kind == kind ? kept(after: now) : nil
        if kept == nil { failures += 1 }
        let doublings = Int64(min(failures - 1, 20))
        var sentence = reason
        let moment: Timestamp
        switch kind {
        case .authorization:
            let wait = min(Self.firstRefusalPause << doublings, Self.longestRefusalPause)
            moment = now.advanced(
                byMilliseconds: min(Int64(Double(wait) * (0.8 + 0.4 * random)), Self.longestRefusalPause)
            )
            sentence += " It is tried again by itself."
        case .dailyLimit:
            moment = now.advanced(byMilliseconds: max(Self.dailyLimitPause, interval ?? 0))
            sentence += " Polling pauses for \((kept ?? moment).since(now) / 60_000) min."
        case .transient, .refused, .unreachable, .elsewhere:
            let longest = max(interval ?? 0, Self.longestBackoff)
            let wait = Double(backoff(atMost: longest))
            // Spread, so that instances that failed together don't come back together; never past the longest wait.
            moment = now.advanced(byMilliseconds: min(Int64(wait * (0.8 + 0.4 * random)), longest))
        }
        trouble = Trouble(
            reason: sentence,
            since: trouble?.since ?? now,
            providerMessage: providerMessage,
            kind: kind
        )
        if let kept {
            next = kept
            return
        }
        // A try costs calls, too.
        let paced = (lastStart ?? now).advanced(byMilliseconds: pace.wait)
        next = pace.reason == nil ? moment : max(moment, min(paced, now.advanced(byMilliseconds: pace.wait)))
    }

    /// Nothing can be taken in for now, which is nobody's failure: the org is not asked, and soon it is looked again.
    mutating func paused(_ reason: String, at now: Timestamp) {
        guard mode != .off else { return }
        trouble = Trouble(reason: reason, since: trouble?.since ?? now)
        next = now.advanced(byMilliseconds: Self.storagePause)
    }

    /// The poll was given up on purpose; nothing is wrong. One that no other would follow is made up for.
    mutating func cancelled(at now: Timestamp) {
        guard mode != .off else { return }
        next = kept(after: now) ?? planned(from: lastStart, now: now)
        if next == nil, lastSuccess == nil { next = now.advanced(byMilliseconds: Self.firstBackoff) }
    }

    // MARK: What follows

    /// When the next poll is due, as people see it: while one runs, when it would be the turn of the one after it.
    var announced: Timestamp? {
        if let next { return next }
        var schedule = self
        schedule.cancelled(at: lastStart ?? .distantPast)
        return schedule.next
    }

    /// The org's own words of the last failure, while there is one.
    var providerMessage: String? { trouble?.providerMessage }

    /// The source's state; `heard` is when the last webhook came.
    func state(heard: Timestamp?) -> SourceState {
        let success = [lastSuccess, heard].compactMap { $0 }.max()
        if mode == .off { return isConfigured ? .stopped : .connecting }
        if let trouble {
            return trouble.kind == .authorization
                ? .needsAttention(reason: trouble.reason, since: trouble.since, lastSuccess: success)
                : .degraded(reason: trouble.reason, since: trouble.since, lastSuccess: success)
        }
        guard let success else { return .connecting }
        if let reason = pace.reason {
            return .degraded(reason: reason, since: isSlowSince ?? success, lastSuccess: success)
        }
        return .live(lastSuccess: success)
    }

    /// Doubled with each failure.
    private func backoff(atMost longest: Int64) -> Int64 {
        min(Self.firstBackoff << Int64(min(max(failures - 1, 0), 20)), longest)
    }

    private func planned(from start: Timestamp?, now: Timestamp) -> Timestamp? {
        guard let interval else { return nil }
        guard let start else { return now }
        // A clock that was set back must not put the next poll further away than one interval.
        return min(max(start.advanced(byMilliseconds: interval), now), now.advanced(byMilliseconds: interval))
    }
}
