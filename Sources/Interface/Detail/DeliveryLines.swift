import Domain
import Drawing
import EngineAPI
import Primitives

extension DashboardContext {
    /// The attempts, newest first, below a line that says where the delivery stands.
    func deliveryLines(_ detail: EventDetail, width: Int) -> [StyledText] {
        var lines: [StyledText] = []
        if replaying.contains(detail.event.sequence) {
            lines.append(StyledText(glyphs.partial + " replaying…", .statusInfo))
        }
        lines += standing(detail).hanging(at: 2, width: width)
        if let replay = lastReplay(detail) { lines += replay.hanging(at: 2, width: width) }
        if detail.attempts.isEmpty {
            lines.append(StyledText("No attempt was made yet.", .dim))
        }
        for attempt in detail.attempts.suffix(DetailLimits.attempts).reversed() {
            lines.append(StyledText())
            lines += attemptLines(attempt, width: width)
        }
        let hidden = detail.attempts.count - DetailLimits.attempts
        if hidden > 0 {
            lines += [StyledText(), StyledText(DisplayText("\(Words.count(hidden, "older attempt"))."), .dim)]
        }
        return lines
    }

    /// How the last replay ended, beside what became of the delivery itself.
    private func lastReplay(_ detail: EventDetail) -> StyledText? {
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

    private func standing(_ detail: EventDetail) -> StyledText {
        guard let delivery = detail.delivery else { return StyledText("Not delivered: no callback URL was set.", .dim) }
        let attempts = Words.count(delivery.attempts, "attempt")
        if delivery.state.isOpen, let hold = holdWords(detail.event.instanceID) {
            let why = delivery.lastError.map { " after \(attempts), the last one: \($0)" } ?? ""
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
            let why = delivery.lastError.map { ": \($0)" } ?? ""
            return StyledText(
                glyphs.retry + DisplayText(" Failed after \(attempts)\(why). The next one is \(when)."),
                .statusRetry
            )
        case .dead:
            let why = delivery.lastError.map { ": \($0)" } ?? ""
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

    private func attemptLines(_ attempt: Attempt, width: Int) -> [StyledText] {
        var head = StyledText(DisplayText("#\(attempt.number)").fitted(to: 4), .title)
        head.append(fullClock(attempt.startedAt) + "  ", .dim)
        if let error = attempt.outcome.errorText {
            head.append(glyphs.failure + " " + DisplayText(error, limit: DetailLimits.columns), .statusFail)
        } else {
            head.append(glyphs.success + " " + DisplayText("\(attempt.outcome.status ?? 200)"), .statusOK)
        }
        head.append("  " + DisplayText(Words.milliseconds(attempt.milliseconds)), .text)
        if attempt.isReplay {
            head.append("  " + glyphs.replay + (attempt.isEdited ? " edited replay" : " replay"), .accent)
        }
        var lines = head.hanging(at: 4, width: width)
        lines += StyledText("    POST " + DisplayText(attempt.url, limit: DetailLimits.columns), .link).hanging(
            at: 6,
            width: width
        )
        for header in attempt.responseHeaders {
            let line =
                StyledText("    " + DisplayText(header.name, limit: 200), Style(.syntaxKey))
                + StyledText(": ", .dim) + StyledText(DisplayText(header.value, limit: 400))
            lines += line.hanging(at: 6, width: width)
        }
        guard !attempt.responseBody.isEmpty else { return lines }
        let body = JSONLines.lines(of: attempt.responseBody, limit: .answer)
        lines += body.flatMap { (StyledText("    ") + $0).hanging(at: 6, width: width) }
        return lines
    }
}
