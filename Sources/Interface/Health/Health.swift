import Domain
import Drawing
import EngineAPI
import Primitives

/// One fact about the source or the callback: a word with its glyph and meaning.
struct Health: Sendable, Hashable {
    let glyph: DisplayText
    let word: DisplayText
    let role: StyleRole
    /// Why it isn't as it should be.
    var reason: String?
    /// The same where the word stands beside it; nil where that makes no difference.
    var detail: String?

    /// The reason as a whole sentence.
    var sentence: String? { reason?.sentenceEnd }
}

extension DashboardContext {
    /// The honest state of the current instance's way in.
    var sourceHealth: Health {
        if instances.isEngineStopped {
            return Health(
                glyph: glyphs.stopped,
                word: "STOPPED",
                role: .statusFail,
                reason: "The engine has stopped; what is shown is no longer live. Quit and start Signalbox again."
            )
        }
        if let loss = instances.loss {
            return Health(
                glyph: glyphs.stopped,
                word: "NODE LOST",
                role: .statusFail,
                reason:
                    "The node at \(node ?? "?") is unreachable since \(clock(loss.since).string), trying again: "
                    + "\(loss.reason). What is shown is no longer live."
            )
        }
        if let since = instances.silence {
            // No banner: it comes and goes within seconds.
            let time = Words.duration(max(0, now.since(since) / 1000))
            let word = DisplayText("NODE SLOW no answer for \(time)")
            return Health(glyph: glyphs.degraded, word: word, role: .statusWarn)
        }
        guard let instance else {
            if let failure = instances.failure {
                return Health(glyph: "!", word: "NO ANSWER", role: .statusFail, reason: failure)
            }
            return instances.list == nil
                ? Health(glyph: glyphs.partial, word: "STARTING", role: .statusInfo)
                : Health(glyph: glyphs.stopped, word: "NOT CONNECTED", role: .dim)
        }
        if let deletion = deletion(of: instance) { return deletion }
        let word = DisplayText(instance.source.word)
        switch instance.source {
        case .live:
            if let problem = objectProblem(of: instance) {
                return Health(glyph: glyphs.degraded, word: "DEGRADED", role: .statusWarn, reason: problem)
            }
            if let due = overduePoll(of: instance), due.advanced(byMilliseconds: Self.pollGrace) <= now {
                let reason = "The poll that was due at \(clock(due).string) has not ended."
                return Health(glyph: glyphs.degraded, word: "OVERDUE", role: .statusWarn, reason: reason)
            }
            return Health(glyph: glyphs.live, word: word, role: .statusOK)
        case .connecting: return Health(glyph: glyphs.partial, word: word, role: .statusInfo)
        case .degraded(let reason, _, _):
            return Health(glyph: glyphs.degraded, word: word, role: .statusWarn, reason: reason)
        case .overdue(let reason, _, _):
            return Health(glyph: glyphs.degraded, word: word, role: .statusFail, reason: reason)
        case .needsAttention(let reason, _, _):
            return Health(glyph: "!", word: word, role: .statusFail, reason: reason)
        case .stopped:
            let reason =
                instance.isDisabled
                ? "disabled" : instance.configuration.eventsEnabled ? nil : "events are off"
            return Health(glyph: glyphs.stopped, word: word, role: .dim, reason: reason)
        }
    }

    /// Milliseconds that a poll may be late before the source is no longer called live.
    private static let pollGrace: Int64 = 60_000

    /// When the next poll of a live source is due, if it is polled at all.
    private func overduePoll(of instance: InstanceOverview) -> Timestamp? {
        guard case .live = instance.source, instance.configuration.eventType == .polling else { return nil }
        return instance.nextPoll
    }

    /// When a poll that has not come turns live into a lie.
    var overdueDeadline: Timestamp? {
        guard let instance, let poll = overduePoll(of: instance) else { return nil }
        let end = poll.advanced(byMilliseconds: Self.pollGrace)
        return end > now ? due(at: end) : nil
    }

    /// When how long the node has said nothing reads otherwise.
    var silenceDeadline: Timestamp? {
        guard let since = instances.silence else { return nil }
        let milliseconds = max(0, now.since(since))
        return due.advanced(byMilliseconds: 1000 - milliseconds % 1000)
    }

    /// Seconds between the polls that somebody makes beside the schedule, as the demo does.
    var extraPolls: Int? {
        guard let extra = settings.extraPolls, let instance, instance.tags == extra.tags else { return nil }
        guard case .live = instance.source, instance.configuration.eventsEnabled else { return nil }
        return extra.seconds
    }

    /// Objects that can't be watched degrade the source, even if the others are fine: a sentence for each kind of problem.
    private func objectProblem(of instance: InstanceOverview) -> String? {
        let sentences = ObjectProblems.sentences(instance.objectProblems)
        return sentences.isEmpty ? nil : sentences.joined(separator: " ")
    }

    /// When the source last worked, if it ever did.
    var lastSuccess: Timestamp? { instance?.source.lastSuccess }

    /// Milliseconds after which the callback's last answer is shown with its time.
    private static let oldAnswer: Int64 = 600_000

    /// The state of the current instance's callback.
    var callbackHealth: Health? {
        guard let instance, !instances.isEngineStopped, instances.loss == nil else { return nil }
        switch instance.callback {
        case .none: return Health(glyph: glyphs.stopped, word: "none", role: .dim)
        case .idle: return Health(glyph: glyphs.partial, word: "nothing sent yet", role: .dim)
        case .healthy(let status, let milliseconds, let at):
            // What was answered long ago says when.
            let isOld = now.since(at) >= Self.oldAnswer
            let when = isOld ? "at " + shortClock(at) : DisplayText(Words.milliseconds(milliseconds))
            let word = DisplayText("\(status) ") + when
            return Health(glyph: glyphs.live, word: word, role: .statusOK)
        case .failing(let reason, _, let retrying, let until):
            let more = retrying > 0 ? " \(retrying.grouped) retrying" : ""
            let word = until.map { "paused until \(shortClock($0).string)" } ?? "failing"
            return Health(
                glyph: glyphs.degraded,
                word: DisplayText(word + more),
                role: .statusWarn,
                reason: "Callback \(word): \(reason)",
                detail: reason
            )
        case .held(let reason, _) where instances.releasing.contains(instance.id):
            return Health(
                glyph: glyphs.partial,
                word: "trying",
                role: .statusWarn,
                reason: "Callback released, one delivery tries it now. It was held: \(reason)"
            )
        case .held(let reason, let until):
            let moment = until.map { " until \(shortClock($0).string)" } ?? ""
            return Health(
                glyph: glyphs.stopped,
                word: DisplayText("held\(moment)"),
                role: .statusFail,
                reason: "Callback held\(moment): \(reason)",
                detail: reason
            )
        }
    }

    /// What stands below the header while something is wrong; the source goes before the callback.
    var banner: Health? {
        let source = sourceHealth
        if source.reason != nil, source.role != .dim { return source }
        if let callback = callbackHealth, callback.reason != nil { return callback }
        // It was asked for, maybe by somebody else, and long ago.
        if case .stopped? = instance?.source, source.role == .dim, let disabledReason {
            return Health(glyph: source.glyph, word: source.word, role: .statusWarn, reason: disabledReason)
        }
        return nil
    }
}
