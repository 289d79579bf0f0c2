import Domain
import Drawing
import EngineAPI
import Primitives

extension State {
    /// The bulk replays of the instance, and all about the selected one.
    func paint(_ list: ReplayJobList, _ painter: inout Painter) {
        let jobs = replays.jobs
        let width = min(96, settings.size.width - 2)
        let selected = selectedJob(list)
        let about = selected.map { aboutLines($0, width: width - 4) } ?? []
        let rows = max(1, min(jobs.count, 12))
        let inner = window(
            Size(width: width, height: rows + (about.isEmpty ? 0 : about.count + 1) + 2),
            title: DisplayText("Bulk replays of \(instance?.name ?? "")"),
            footer: jobsFooter(selected, width: width - 6),
            &painter
        )
        guard !jobs.isEmpty else {
            let text = replays.failure ?? (replays.hasLoaded ? "None yet. R begins one." : "Loading…")
            let style = Style(replays.failure == nil ? .dim : .statusFail, on: .overlay)
            painter.canvas.draw(DisplayText(text), in: inner, style: style)
            return
        }
        var rest = inner
        let shown = rest.takeTop(min(rows, max(1, inner.height - about.count - 1)))
        let index = jobs.firstIndex { $0.id == selected?.id } ?? 0
        let first = min(max(0, index - shown.height + 1), max(0, jobs.count - shown.height))
        for (row, job) in jobs.dropFirst(first).prefix(shown.height).enumerated() {
            paint(job, isSelected: job.id == selected?.id, in: shown.row(row), &painter)
        }
        painter.canvas.scrollbar(
            ScrollExtent(total: jobs.count, offset: first, visible: shown.height),
            in: Rect(x: inner.maxX + 1, y: inner.y, width: 1, height: shown.height),
            on: .overlay
        )
        guard rest.height > 1 else { return }
        let line = rest.takeTop(1)
        painter.canvas.separator(
            Rect(x: line.x - 2, y: line.y, width: line.width + 4, height: 1),
            isFocused: true,
            on: .overlay
        )
        for (row, line) in about.prefix(rest.height).enumerated() {
            painter.canvas.draw(line.on(.overlay), in: rest.row(row))
        }
    }

    private func paint(_ job: ReplayJob, isSelected: Bool, in row: Rect, _ painter: inout Painter) {
        let ground: StyleRole = isSelected ? .selection : .overlay
        painter.canvas.fill(row, style: Style(.text, on: ground))
        let health = job.health(settings.glyphs)
        var text = StyledText(isSelected ? painter.glyphs.marker + " " : "  ", .accent)
        text += StyledText(health.glyph + " " + health.word, Style(health.role)).padded(to: 12)
        let count = "\(job.done.grouped)/\(job.total.grouped)"
        text.append(DisplayText(count).fitted(to: max(14, count.count), .right) + "  ", .text)
        if row.width >= 70 {
            let failed = job.failed > 0 ? "\(job.failed.grouped) failed" : ""
            text += StyledText(DisplayText(failed), .statusFail).padded(to: 12)
            text.append(shortClock(job.createdAt).fitted(to: 13), .dim)
        }
        text.append(DisplayText(job.filterWords), .text)
        painter.canvas.draw(text.on(ground), in: row)
        painter.hit(row, .replayJob(job.id))
    }

    private func aboutLines(_ job: ReplayJob, width: Int) -> [StyledText] {
        let health = job.health(settings.glyphs)
        var head = StyledText(DisplayText("Bulk replay \(job.id)  "), .title)
        head.append(health.glyph + " " + health.word, Style(health.role))
        head.append(DisplayText("  begun \(fullClock(job.createdAt).string)"), .dim)
        var lines = [head]
        lines.append(progress(of: job, width: width))
        lines += DisplayText(job.filterWords).wrapped(to: width - 8).enumerated().map { index, line in
            StyledText(index == 0 ? "filter  " : "        ", .dim) + StyledText(line)
        }
        if let error = job.lastError {
            let words = (job.state == .paused && job.failed == 0 ? "" : "last failure: ") + error
            lines += DisplayText(words).wrapped(to: width).prefix(4).map {
                StyledText($0, job.state.isOpen ? .statusWarn : .statusFail)
            }
        }
        return lines
    }

    /// `━━━━━──── 28 %  340 of 1 204  3 failed  4 of 10/s  1 min 26 s left`, less of it where room is short.
    func progress(of job: ReplayJob, width: Int) -> StyledText {
        let pace = replays.pace(of: job.id)
        var facts: [StyledText] = [
            StyledText(DisplayText("\(job.done.grouped) of \(job.total.grouped)"))
        ]
        if job.failed > 0 { facts.append(StyledText(DisplayText("\(job.failed.grouped) failed"), .statusFail)) }
        if job.state == .running, let left = pace.secondsLeft(job) {
            facts.append(StyledText(DisplayText("\(Words.duration(left)) left")))
        }
        if job.state.isOpen {
            // What the callback can't keep up with is said, not hidden behind the rate that was asked for.
            let real = pace.perSecond.flatMap { $0 < Double(job.rate) * 0.8 ? "\(Int($0.rounded())) of " : nil } ?? ""
            facts.append(StyledText(DisplayText("\(real)\(job.rate)/s"), .dim))
        }
        return ProgressBar.line(job.share, facts: facts, width: width, glyphs: settings.glyphs)
    }

    private func jobsFooter(_ job: ReplayJob?, width: Int) -> DisplayText {
        guard let job, job.state.isOpen else { return "R new · Esc closes" }
        let words = "Space \(job.state == .running ? "pauses" : "resumes") · + - rate · x cancels · R new · Esc closes"
        return words.count <= width ? DisplayText(words) : "Space · + - · x · R · Esc"
    }
}

extension StyledText {
    /// With blanks in no style of its own behind it, which a theme might underline.
    fileprivate func padded(to columns: Int) -> StyledText { self + StyledText(.spaces(max(0, columns - width))) }
}

extension ReplayJob {
    /// Its state as a word with glyph and meaning.
    func health(_ glyphs: Glyphs) -> Health {
        switch state {
        case .running: Health(glyph: glyphs.partial, word: "running", role: .statusInfo)
        case .paused: Health(glyph: glyphs.stopped, word: "paused", role: .statusWarn)
        case .cancelled: Health(glyph: glyphs.stopped, word: "cancelled", role: .dim)
        case .completed where failed > 0: Health(glyph: glyphs.failure, word: "done", role: .statusFail)
        case .completed: Health(glyph: glyphs.success, word: "done", role: .statusOK)
        }
    }
}
