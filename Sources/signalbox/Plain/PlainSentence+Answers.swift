import Domain
import Drawing
import EngineAPI
import Interface
import Primitives

/// What commands are answered with.
extension PlainSentence {
    /// An event and what became of it.
    static func listed(_ event: EventSummary) -> DisplayText {
        var text = what(event)
        if let delivery = event.delivery {
            text += ", \(delivery.state.rawValue)"
            if let error = delivery.lastError { text += ": \(FailureReason.withoutAnswer(error))" }
            if let replay = delivery.lastReplay {
                text += ", last replay \(replay.verdict.rawValue)" + (replay.outcome.errorText.map { ": \($0)" } ?? "")
            }
        }
        return DisplayText(text + ", event \(event.eventID).", limit: 600)
    }

    static func attempt(_ attempt: Attempt) -> String {
        let how = attempt.failureSentence ?? "answered \(attempt.outcome.status ?? 200)"
        let what = attempt.isReplay ? "Replay" : "Attempt \(attempt.number)"
        return
            "\(what) at \(LocalTime.sentence(attempt.startedAt)) to \(attempt.url): \(how), in \(attempt.milliseconds.grouped) ms."
    }

    static func job(_ job: ReplayJob) -> String {
        let done = job.succeeded + job.failed
        let state = job.waitsForCallback ? "waiting for the callback" : job.state.rawValue
        var text = "Bulk replay \(job.id) is \(state): \(done.grouped) of \(job.total.grouped) sent"
        if job.failed > 0 { text += ", \(job.failed.grouped) failed" }
        if job.state.isOpen { text += ", \(job.rate.grouped) a second" }
        if let error = job.lastError { text += "; \(error)" }
        return text.hasSuffix(".") ? text : text + "."
    }

    static func poll(_ poll: PollSummary, of instance: InstanceOverview) -> String {
        let problems = ObjectProblems.sentences(poll.problems).map { " " + $0 }.joined()
        return "The poll of \(instance.name) found \(poll.sentence), in "
            + "\(poll.milliseconds.grouped) ms.\(problems)"
    }
}
