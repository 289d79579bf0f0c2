import Domain
import Drawing
import EngineAPI
import Primitives

extension DashboardContext {
    /// The attempts, newest first, below a line that says where the delivery stands.
    func attemptRows(_ detail: EventDetail, width: Int, toggled: Set<String>, isUnfolded: Bool) -> LaidRows {
        var rows = LaidRows()
        if replaying.contains(detail.event.sequence) {
            rows.add(StyledText(glyphs.partial + " replaying…", .statusInfo))
        }
        rows.add(standing(detail).wrapped(to: width, indent: 2))
        if let replay = lastReplay(detail) { rows.add(replay.wrapped(to: width, indent: 2)) }
        if detail.attempts.isEmpty, detail.delivery?.sendingSince == nil {
            rows.add(StyledText("No attempt was made yet.", .dim))
        }
        let shown = Array(detail.attempts.suffix(DetailLimits.attempts))
        let longest = max(1, shown.map { AttemptTimes($0).total }.max() ?? 1)
        for (index, attempt) in shown.enumerated().reversed() {
            rows.add(StyledText())
            let fold = "attempt \(attempt.number)"
            // The newest is what one comes for; of the others, the line tells enough.
            let stands = (index == shown.count - 1) != toggled.contains(fold)
            let isOpen = isUnfolded || stands
            let before = index > 0 ? shown[index - 1] : nil
            let head = headline(attempt, after: before, longest: longest, isOpen: isOpen, width: width)
            rows.add(head.wrapped(to: width, indent: 6), fold: fold, isUnfolded: stands)
            if isOpen { addParts(of: attempt, detail, width: width, to: &rows) }
        }
        let hidden = detail.attempts.count - DetailLimits.attempts
        if hidden > 0 {
            rows.add(StyledText())
            rows.add(StyledText(DisplayText("\(Words.count(hidden, "older attempt"))."), .dim))
        }
        return rows
    }

    /// `▾ #3  2026-11-23 17:36:59  ✗ answered 500  14 ms ━━━━──  5 min after #2`.
    private func headline(
        _ attempt: Attempt,
        after before: Attempt?,
        longest: Int,
        isOpen: Bool,
        width: Int
    ) -> StyledText {
        var head = StyledText((isOpen ? glyphs.unfolded : glyphs.folded) + " ", .accent)
        head.append(DisplayText("#\(attempt.number)").fitted(to: 4), .title)
        head.append(fullClock(attempt.startedAt) + "  ", .dim)
        if let error = attempt.outcome.errorText {
            head.append(glyphs.failure + " " + DisplayText(error, limit: DetailLimits.columns), .statusFail)
        } else {
            head.append(glyphs.success + " " + DisplayText("\(attempt.outcome.status ?? 200)"), .statusOK)
        }
        head.append("  " + DisplayText(Words.milliseconds(attempt.milliseconds)) + " ", .text)
        head += bar(attempt, longest: longest, columns: min(20, max(6, width / 6)))
        if attempt.isReplay {
            head.append("  " + glyphs.replay + (attempt.isEdited ? " edited replay" : " replay"), .accent)
        }
        if let before {
            let seconds = max(0, attempt.startedAt.since(before.startedAt) / 1000)
            head.append(DisplayText("  \(Words.duration(seconds)) after #\(before.number)"), .faint)
        }
        return head
    }

    /// The time of an attempt beside that of the longest, and what it was made of.
    private func bar(_ attempt: Attempt, longest: Int, columns: Int) -> StyledText {
        let times = AttemptTimes(attempt)
        let total = max(1, columns * min(times.total, longest) / longest)
        return times.bar(columns: total, glyphs: glyphs)
    }

    private func addParts(of attempt: Attempt, _ detail: EventDetail, width: Int, to rows: inout LaidRows) {
        func add(_ text: StyledText, field: ReadField? = nil) {
            rows.add((StyledText("      ") + text).wrapped(to: width, indent: 8), field: field)
        }
        let url = DisplayText(attempt.url, limit: DetailLimits.columns)
        add(StyledText("POST " + url, .link), field: ReadField(path: "url", value: attempt.url))
        add(AttemptTimes(attempt).legend(glyphs: glyphs, time: { Words.milliseconds($0) }))
        add(StyledText("Sent", .title))
        for header in attempt.sentHeaders { addHeader(header, "request", add) }
        add(StyledText("its signature, made for this attempt alone, and headers of your own are not kept", .faint))
        let size = DisplayText(Words.bytes(detail.body.count))
        let body: DisplayText =
            attempt.isEdited
            ? "body: an edited one, not kept; Raw shows the notification, " + size
            : "body: the notification, " + size + "; Raw shows it"
        add(StyledText(body, .faint))
        guard attempt.outcome.status != nil else { return add(StyledText("Nothing was answered", .title)) }
        add(StyledText("Answered", .title))
        for header in attempt.responseHeaders { addHeader(header, "response", add) }
        guard !attempt.responseBody.isEmpty else { return add(StyledText("without a body", .faint)) }
        addBody(attempt.responseBody, width: width, to: &rows)
        if attempt.responseBody.count >= Attempt.keptBody {
            let kept = DisplayText(Words.bytes(Attempt.keptBody))
            add(StyledText("… of the answer, the first " + kept + " are kept", .statusWarn))
        }
    }

    private func addHeader(_ header: Attempt.Header, _ side: String, _ add: (StyledText, ReadField?) -> Void) {
        let line =
            StyledText(DisplayText(header.name, limit: 200), Style(.syntaxKey)) + StyledText(": ", .dim)
            + StyledText(DisplayText(header.value, limit: 400))
        add(line, ReadField(path: "\(side) \(header.name)", value: header.value))
    }

    private func addBody(_ bytes: [UInt8], width: Int, to rows: inout LaidRows) {
        let room = max(8, width - 6)
        let source: any RowSource =
            (try? JSON(parsing: bytes)).map { JSONTree($0, .json, glyphs: glyphs) }
            ?? RawBytes(bytes, isHex: false, width: room)
        for row in 0..<min(source.count, DetailLimits.answerRows) {
            let lines = source.lines(of: row, width: room).map { StyledText("      ") + $0 }
            rows.add(lines, field: (source as? JSONTree)?.field(of: row))
        }
        if source.count > DetailLimits.answerRows {
            rows.add(StyledText("      … the rest of the answer is not shown", .statusWarn))
        }
    }
}
