import Domain
import Drawing
import EngineAPI
import Primitives

extension State {
    /// Old and new value of each changed field, in columns.
    func changeLines(_ event: ChangeEvent, width: Int) -> [StyledText] {
        guard !event.changedFields.isEmpty else {
            let why =
                switch event.change {
                case .created: "A new record has no changes to show; its fields are in the payload."
                case .deleted: "The record was deleted; what it held last may be in the payload."
                case .updated: "What was there before isn't known, so the changed fields can't be told."
                }
            return DisplayText(why).wrapped(to: width).map { StyledText($0, .dim) }
        }
        let names = event.changedFields.map { DisplayText($0.name, limit: Self.mostColumns) }
        let nameWidth = min(max(10, width / 3), names.map(\.width).max() ?? 10)
        let valueWidth = max(4, (width - nameWidth - 6) / 2)
        let olds = event.changedFields.map { Self.value($0.old) }
        let oldWidth = min(valueWidth, olds.map(\.width).max() ?? valueWidth)
        var lines: [StyledText] = []
        for (change, texts) in zip(event.changedFields, zip(names, olds)) {
            guard lines.count < Self.mostLines else {
                return lines + [StyledText("… the rest of the changes is in the payload", .statusWarn)]
            }
            let new = Self.value(change.new)
            let head =
                StyledText(texts.0.fitted(to: nameWidth), Style(.syntaxKey)) + StyledText("  ")
                + StyledText(texts.1.fitted(to: oldWidth), .dim) + StyledText(" ", .dim)
                + StyledText(settings.glyphs.arrow, .dim) + StyledText(" ")
            lines += (head + StyledText(new)).hanging(at: head.width, width: width)
        }
        return lines
    }

    /// Bounds of what a callback or a record can make the screen prepare.
    private static let mostAttempts = 50
    private static let mostLines = 2000
    private static let mostColumns = 2000

    /// A JSON text as a person reads it; absent and null are a dash.
    private static func value(_ raw: String?) -> DisplayText {
        guard let raw, raw != "null" else { return "—" }
        if raw.first == "\"", let text = (try? JSON(parsing: raw))?.string {
            return text.isEmpty ? "\"\"" : DisplayText(text, limit: mostColumns)
        }
        return DisplayText(raw, limit: mostColumns)
    }

    /// The attempts, newest first, below a line that says where the delivery stands.
    func deliveryLines(_ detail: EventDetail, width: Int) -> [StyledText] {
        var lines: [StyledText] = []
        if replaying.contains(detail.event.sequence) {
            lines.append(StyledText(settings.glyphs.partial + " replaying…", .statusInfo))
        }
        lines += standing(detail).hanging(at: 2, width: width)
        if let replay = lastReplay(detail) { lines += replay.hanging(at: 2, width: width) }
        if detail.attempts.isEmpty {
            lines.append(StyledText("No attempt was made yet.", .dim))
        }
        for attempt in detail.attempts.suffix(Self.mostAttempts).reversed() {
            lines.append(StyledText())
            lines += attemptLines(attempt, width: width)
        }
        let hidden = detail.attempts.count - Self.mostAttempts
        if hidden > 0 {
            lines += [StyledText(), StyledText(DisplayText("\(Words.count(hidden, "older attempt"))."), .dim)]
        }
        return lines
    }

    /// How the last replay ended, beside what became of the delivery itself.
    private func lastReplay(_ detail: EventDetail) -> StyledText? {
        guard let replay = detail.delivery?.lastReplay else { return nil }
        let glyphs = settings.glyphs
        let how =
            replay.outcome.errorText.map { "failed: \($0.sentenceEnd)" }
            ?? "was taken: \(Words.briefly(replay.outcome))."
        let mark = replay.outcome.isSuccess ? glyphs.success : glyphs.failure
        return StyledText(
            glyphs.replay + " " + mark
                + DisplayText(" The last replay, \(fullClock(replay.at).string), \(how)", limit: Self.mostColumns),
            replay.outcome.isSuccess ? .statusOK : .statusFail
        )
    }

    private func standing(_ detail: EventDetail) -> StyledText {
        let glyphs = settings.glyphs
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
            return StyledText(
                glyphs.failure + DisplayText(" Given up after \(attempts)\(why).\(isMadeUp ? "" : " r replays it.")"),
                isMadeUp ? .dim : .statusFail
            )
        case .none: return StyledText("Not delivered: no callback URL was set.", .dim)
        }
    }

    /// `until 18:07, or until u resumes it` where the instance's callback is held.
    func holdWords(_ id: InstanceID) -> String? {
        guard case .held(_, let until)? = instances?.first(where: { $0.id == id })?.callback else { return nil }
        return until.map { "until \(shortClock($0).string), or until u resumes the callback" }
            ?? "until u resumes the callback"
    }

    private func attemptLines(_ attempt: Attempt, width: Int) -> [StyledText] {
        let glyphs = settings.glyphs
        var head = StyledText(DisplayText("#\(attempt.number)").fitted(to: 4), .title)
        head.append(fullClock(attempt.startedAt) + "  ", .dim)
        if let error = attempt.outcome.errorText {
            head.append(glyphs.failure + " " + DisplayText(error, limit: Self.mostColumns), .statusFail)
        } else {
            head.append(glyphs.success + " " + DisplayText("\(attempt.outcome.status ?? 200)"), .statusOK)
        }
        head.append("  " + DisplayText(Words.milliseconds(attempt.milliseconds)), .text)
        if attempt.isReplay { head.append("  " + glyphs.replay + " replay", .accent) }
        var lines = head.hanging(at: 4, width: width)
        lines += StyledText("    POST " + DisplayText(attempt.url, limit: Self.mostColumns), .link).hanging(
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
