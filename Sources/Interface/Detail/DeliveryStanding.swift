import Domain
import Drawing
import EngineAPI

extension DashboardContext {
    /// How the last replay ended, beside what became of the delivery itself.
    func lastReplay(_ detail: EventDetail) -> StyledText? {
        guard let replay = detail.delivery?.lastReplay else { return nil }
        let how =
            replay.outcome.errorText.map { "failed: \($0.sentenceEnd)" }
            ?? "was taken: \(Words.briefly(replay.outcome))."
        let mark = replay.outcome.isSuccess ? glyphs.success : glyphs.failure
        return StyledText(
            glyphs.replay + " " + mark
                + DisplayText(" The last replay, \(fullClock(replay.at).string), \(how)", limit: DetailLimits.columns),
            replay.outcome.isSuccess ? .statusOK : .statusFail
        )
    }

    func standing(_ detail: EventDetail) -> StyledText {
        guard let delivery = detail.delivery else { return StyledText("Not delivered: no callback URL was set.", .dim) }
        let attempts = Words.count(delivery.attempts, "attempt")
        let failure = delivery.failure(detail.attempts)
        if delivery.state.isOpen, let hold = holdWords(detail.event.instanceID) {
            let which = delivery.attempts == 1 ? "The only attempt" : "The last of \(attempts)"
            let why = failure.map { ". \(which): \($0)" } ?? ""
            return StyledText(glyphs.stopped + DisplayText(" Held \(hold)\(why)".sentenceEnd), .statusFail)
        }
        switch delivery.state {
        case .delivered: return StyledText(glyphs.success + DisplayText(" Delivered after \(attempts)."), .statusOK)
        case .queued:
            return StyledText(glyphs.partial + " Queued: goes out as soon as possible.", .statusInfo)
        // Its instance was released meanwhile, or is not known here.
        case .held: return StyledText(glyphs.stopped + " Held.", .statusFail)
        case .waiting:
            return StyledText(glyphs.separator + " Waiting for an earlier delivery of the same record.", .statusInfo)
        case .retrying:
            let when = delivery.nextAttempt.map { "at \(fullClock($0).string)" } ?? "soon"
            let why = failure.map { ": \($0)" } ?? ""
            return StyledText(
                glyphs.retry + DisplayText(" Failed after \(attempts)\(why). The next one is \(when)."),
                .statusRetry
            )
        case .dead:
            let why = failure.map { ": \($0)" } ?? ""
            let isMadeUp = delivery.lastReplay?.verdict == .succeeded
            let way = isMadeUp ? "" : " \(key(.replay)) replays it."
            return StyledText(
                glyphs.failure + DisplayText(" Given up after \(attempts)\(why).\(way)"),
                isMadeUp ? .dim : .statusFail
            )
        case .none: return StyledText("Not delivered: no callback URL was set.", .dim)
        }
    }

    /// `until 18:07, or until \(key(.resumeCallback)) resumes it` where the instance's callback is held.
    func holdWords(_ id: InstanceID) -> String? {
        guard case .held(_, let until)? = instances[id]?.callback else { return nil }
        return until.map { "until \(shortClock($0).string), or until \(key(.resumeCallback)) resumes the callback" }
            ?? "until \(key(.resumeCallback)) resumes the callback"
    }
}
