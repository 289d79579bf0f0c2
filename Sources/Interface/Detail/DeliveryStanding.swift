import Domain
import Drawing
import EngineAPI
import Primitives

extension EventDetail {
    /// Which replay the delivery's outcome of one is about: those of another body, or to elsewhere, say nothing of it, and may
    /// have come later.
    func lastReplayName(_ replay: ReplayOutcome) -> String {
        let since = attempts.drop { !($0.isReplay && $0.startedAt == replay.at) }
        let later = since.dropFirst().filter(\.isReplay)
        if later.isEmpty { return "last replay" }
        return later.allSatisfy(\.isEdited) ? "last unedited replay" : "last replay to its own callback"
    }
}

extension DashboardContext {
    /// How the last replay ended, beside what became of the delivery itself.
    func lastReplay(_ detail: EventDetail) -> StyledText? {
        guard let replay = detail.delivery?.lastReplay else { return nil }
        let how =
            replay.outcome.errorText.map { "failed: \($0.sentenceEnd)" }
            ?? "was taken: \(Words.briefly(replay.outcome))."
        let mark = replay.outcome.isSuccess ? glyphs.success : glyphs.failure
        let which = detail.lastReplayName(replay)
        return StyledText(
            glyphs.replay + " " + mark
                + DisplayText(" The \(which), \(fullClock(replay.at).string), \(how)", limit: DetailLimits.columns),
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
            return StyledText(glyphs.stopped + DisplayText(" Held\(hold)\(why)".sentenceEnd), .statusFail)
        }
        if let since = delivery.sendingSince, delivery.state.isOpen {
            let why = failure.map { ". The one before: \($0)" } ?? ""
            let words = "Attempt \(delivery.attempts + 1) is being sent since \(fullClock(since).string)\(why)"
            return StyledText(glyphs.partial + DisplayText(" " + words.sentenceEnd), .statusInfo)
        }
        switch delivery.state {
        case .delivered:
            return StyledText(glyphs.success + DisplayText(" " + deliveredWords(delivery)), .statusOK)
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

    /// A delivery that bears the error of its own last attempt was brought there by a replay.
    private func deliveredWords(_ delivery: Delivery) -> String {
        let attempts = Words.count(delivery.attempts, "attempt")
        guard delivery.lastReplay?.verdict == .succeeded, delivery.lastError != nil || delivery.attempts == 0 else {
            return "Delivered after \(attempts)."
        }
        return delivery.attempts == 0
            ? "Delivered by a replay, before an attempt of its own."
            : "Delivered by a replay; \(attempts) of its own failed."
    }

    /// ` until 18:07, or until u resumes the callback` where the instance's callback is held; without the key while the node is
    /// lost.
    func holdWords(_ id: InstanceID) -> String? {
        guard let owner = instances[id], case .held(_, let until) = owner.callback else { return nil }
        let end = until.map { " until \(shortClock($0).string)" }
        guard instances.loss == nil else { return end ?? "" }
        // The key is about the instance that is shown.
        let isShown = id == instances.current
        let way = isShown ? "\(key(.resumeCallback)) resumes the callback" : "the callback of \(owner.name) is resumed"
        return end.map { "\($0), or until \(way)" } ?? " until \(way)"
    }
}
