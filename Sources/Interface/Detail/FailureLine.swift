import Domain
import Drawing
import EngineAPI
import Primitives

extension OpenEvent {
    /// Whether a line below the tabs tells why it failed: not over the attempts, which begin with that.
    var showsFailure: Bool { tab != .attempts && detail.map { EventSummary($0).hasFailed } == true }
}

extension DashboardContext {
    /// `✗ dead after 10 attempts: 500 {"error":"no such queue"}   A attempts`: why the event failed, in one line; the reason is
    /// cut, the way to the rest never.
    func failureLine(_ detail: EventDetail, width: Int) -> StyledText {
        let (mark, words, why, style) = failure(of: detail)
        var way = StyledText()
        if let key = table.keyName(.showAttempts, glyphs) {
            way = StyledText("  ") + StyledText(key, .key) + StyledText(" tells more", .dim)
        }
        if width < 2 * way.width { way = StyledText() }
        var text = StyledText(mark + " " + DisplayText(words), style.with(.bold))
        if !why.isEmpty { text.append(DisplayText(": \(why)", limit: DetailLimits.columns), style) }
        return text.truncated(to: max(0, width - way.width), mark: glyphs.ellipsis) + way
    }

    private func failure(of detail: EventDetail) -> (mark: DisplayText, words: String, why: String, style: Style) {
        guard let delivery = detail.delivery else { return (glyphs.failure, "failed", "", .statusFail) }
        if let replay = delivery.lastReplay, replay.verdict == .failed {
            let last = detail.attempts.last { $0.isReplay && $0.startedAt == replay.at }
            let which = "its \(detail.lastReplayName(replay)) failed"
            let words = delivery.state == .dead ? "dead, and \(which)" : which
            return (glyphs.failure, words, reason(replay.outcome, last), .statusFail)
        }
        let kept = delivery.lastError.map(FailureReason.withoutAnswer) ?? ""
        // Stored before replays had an outcome of their own.
        if delivery.state == .delivered { return (glyphs.failure, "its last replay failed", kept, .statusFail) }
        let last = delivery.failedAttempt(among: detail.attempts)
        let outcome = last?.outcome ?? .failure(kept)
        let attempts = Words.count(delivery.attempts, "attempt")
        if delivery.state.isOpen, instances.isHeld(detail.event.instanceID) || delivery.state == .held {
            return (glyphs.stopped, "held after \(attempts)", reason(outcome, last), .statusFail)
        }
        if delivery.state == .dead {
            return (glyphs.failure, "dead after \(attempts)", reason(outcome, last), .statusFail)
        }
        return (glyphs.retry, "failed \(self.attempts(of: delivery)) times", reason(outcome, last), .statusRetry)
    }

    /// The status with the start of what was answered, or the sentence of the error.
    private func reason(_ outcome: AttemptOutcome, _ attempt: Attempt?) -> String {
        guard case .response(let status) = outcome else { return outcome.errorText ?? "" }
        let answer = FailureGroup.start(of: attempt?.responseBody ?? [])
        return answer.isEmpty ? "answered \(status)" : "\(status) \(answer)"
    }
}
