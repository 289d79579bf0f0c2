import Domain
import Drawing
import EngineAPI
import Interface
import Primitives

/// What the plain output says, one sentence for each thing that happened.
enum PlainSentence {
    /// What to do where there is nothing to report on yet.
    /// `receiver` and `management` are URLs.
    static func firstSteps(receiver: String, management: String) -> String {
        "signalbox: there is no instance yet. Webhooks come in at \(receiver), the management API is at "
            + "\(management). Connect an org with signalbox instances connect or signalbox instances create, or "
            + "start signalbox in a terminal; signalbox demo needs no org."
    }

    /// When, and what happened to which record.
    static func what(_ event: EventSummary) -> String {
        var text = "\(LocalTime.sentence(event.receivedAt)) \(event.change.rawValue) \(event.object) \(event.recordID)"
        if let name = event.shownName { text += " \(name)" }
        if event.isUndelete { text += ", undeleted" }
        if !event.changedFieldNames.isEmpty {
            text += ", changed: " + event.changedFieldNames.prefix(12).joined(separator: ", ")
        }
        return text
    }

    static func event(_ event: EventSummary) -> DisplayText {
        var text = what(event)
        if event.delivery?.state == DeliveryState.none { text += ", no callback to send it to" }
        return DisplayText(text + ", event \(event.eventID).", limit: 400)
    }

    static func delivery(_ delivery: Delivery, _ attempts: [Attempt], of event: EventSummary) -> DisplayText {
        let what = "\(event.change.rawValue) \(event.object) \(event.recordID)"
        let duration = delivery.lastMilliseconds.map { " in \($0.grouped) ms" } ?? ""
        let answer = delivery.lastStatus.map { "the callback answered \($0)\(duration)" }
        let error = delivery.failure(attempts) ?? answer ?? "no answer"
        let text =
            switch delivery.state {
            case .delivered: "delivered: \(delivery.lastStatus == nil ? "accepted" : answer ?? "accepted")"
            case .retrying:
                "attempt \(delivery.attempts) failed: \(error)"
                    + (delivery.nextAttempt.map { "; the next one is at \(LocalTime.sentence($0))" } ?? "")
            case .dead:
                // Typed here it goes to the node at hand, wherever that keeps its data.
                "dead after \(delivery.attempts) attempts: \(error); typed here, replay \(event.eventID) sends it again"
            case .queued: "queued"
            case .held: "held: the callback takes nothing at present"
            case .waiting: "waiting for an earlier change of the same record"
            case .none: "no callback to send it to"
            }
        return DisplayText("\(LocalTime.now) \(what) \(text).", limit: 400)
    }

    /// How a replay ended; the delivery itself stays what it was.
    static func replay(_ replay: ReplayOutcome, of event: String) -> DisplayText {
        let duration = "in \(replay.milliseconds.grouped) ms"
        let how =
            replay.outcome.errorText.map { "failed \(duration): \($0)" }
            ?? "was answered \(replay.outcome.status ?? 200) \(duration)"
        let text = "\(LocalTime.now) \(event) replay \(how)"
        return DisplayText(text.hasSuffix(".") ? text : text + ".", limit: 400)
    }

    /// `extraPolls`: what makes the schedule of the instance say little.
    static func source(_ instance: InstanceOverview, extraPolls: ExtraPolls? = nil) -> DisplayText {
        var text = "\(LocalTime.now) \(instance.name) is \(instance.source.word)"
        switch instance.source {
        case .degraded(let reason, _, _), .overdue(let reason, _, _), .needsAttention(let reason, _, _):
            text += ": \(reason)"
        case .live:
            if let extraPolls, extraPolls.tags == instance.tags {
                text += "; it is polled every \(extraPolls.seconds) s"
            } else if let next = instance.nextPoll {
                text += "; the next poll is at \(LocalTime.sentence(next))"
            }
        case .stopped:
            if instance.isDisabled {
                text += ": it is disabled"
            } else if !instance.configuration.eventsEnabled {
                text += ": its events are switched off"
            }
        case .connecting: break
        }
        return DisplayText(text.hasSuffix(".") ? text : text + ".", limit: 400)
    }

    /// A word for each state worth telling; nil where there is nothing to tell.
    static func callbackWord(_ state: CallbackState) -> String? {
        switch state {
        case .none, .idle: nil
        case .healthy: "healthy"
        case .failing: "failing"
        case .held: "held"
        }
    }

    static func callback(_ instance: InstanceOverview) -> DisplayText {
        let text =
            switch instance.callback {
            case .none: "has no callback"
            case .idle: "has sent nothing to its callback yet"
            case .healthy(let status, let milliseconds, _):
                "reaches its callback, which answered \(status) in \(milliseconds.grouped) ms"
            case .failing(let reason, _, let retrying, let until):
                "does not get through to its callback: \(reason); \(retrying.grouped) \(retrying == 1 ? "delivery is" : "deliveries are") being retried"
                    + (until.map { "; nothing is sent before \(LocalTime.sentence($0))" } ?? "")
            case .held(let reason, let until):
                "holds its callback: \(reason)"
                    + (until.map { "; it is tried again at \(LocalTime.sentence($0))" } ?? "")
            }
        return DisplayText("\(LocalTime.now) \(instance.name) \(text).", limit: 400)
    }

    static func backlog(_ backlog: BackfillProgress) -> DisplayText {
        let total = backlog.total.map { " of about \($0.grouped)" } ?? ""
        var text = "\(backlog.object): \(backlog.rows.grouped)\(total) rows of its backlog are read"
        if backlog.isPaused {
            text += "; pause-backlog goes on with it"
        } else if let problem = backlog.problem {
            text += "; \(problem)"
        } else if let left = backlog.secondsLeft {
            text += ", \(left.grouped) s left"
        }
        return DisplayText(text.hasSuffix(".") ? text : text + ".", limit: 400)
    }
}
