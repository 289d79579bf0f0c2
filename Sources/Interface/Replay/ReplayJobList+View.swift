import Domain
import Drawing
import EngineAPI
import Primitives

extension ReplayJobList {
    /// The bulk replays of the instance, and all about the selected one.
    func draw(in rect: Rect, _ painter: inout Painter) {
        let context = painter.context
        let jobs = context.replays.jobs
        let width = min(96, rect.width - 2)
        let selected = selectedJob(context)
        let about = selected.map { aboutLines($0, width: width - 4, context) } ?? []
        let none = jobs.isEmpty ? none(context) : nil
        let rows = none?.wrapped(to: width - 4).count ?? min(jobs.count, 12)
        let inner = painter.window(
            Size(width: width, height: rows + (about.isEmpty ? 0 : about.count + 1) + 2),
            title: DisplayText("Bulk replays of \(context.instance?.name ?? "")"),
            footer: footer(selected, width: width - 6, painter.context)
        )
        if let none { return painter.sentence(none, in: inner) }
        let index = jobs.firstIndex { $0.id == selected?.id } ?? 0
        painter.listWithDetails(jobs, selected: index, rows: rows, about: about, in: inner) {
            job,
            isSelected,
            row,
            painter in
            paint(job, isSelected: isSelected, in: row, &painter)
        }
    }

    private func none(_ context: DashboardContext) -> StyledText {
        if let failure = context.replays.failure { return StyledText(DisplayText(failure), .statusFail) }
        let words = context.replays.hasLoaded ? "None yet. \(context.key(.replayMany)) begins one." : "Loading…"
        return StyledText(DisplayText(words), .dim)
    }

    private func paint(_ job: ReplayJob, isSelected: Bool, in row: Rect, _ painter: inout Painter) {
        let ground: StyleRole = isSelected ? .selection : .overlay
        painter.canvas.fill(row, style: Style(.text, on: ground))
        let health = job.health(painter.glyphs)
        var text = StyledText(isSelected ? painter.glyphs.marker + " " : "  ", .accent)
        text += StyledText(health.glyph + " " + health.word, Style(health.role)).padded(to: 12)
        let count = "\(job.done.grouped)/\(job.total.grouped)"
        text.append(DisplayText(count).fitted(to: max(14, count.count), .right) + "  ", .text)
        if row.width >= 70 {
            let failed = job.failed > 0 ? "\(job.failed.grouped) failed" : ""
            text += StyledText(DisplayText(failed), .statusFail).padded(to: 12)
            text.append(painter.context.shortClock(job.createdAt).fitted(to: 13), .dim)
        }
        text.append(DisplayText(job.filterWords), .text)
        painter.canvas.draw(text.on(ground), in: row)
        painter.hit(row, part: Row(job: job.id))
    }

    private func aboutLines(_ job: ReplayJob, width: Int, _ context: DashboardContext) -> [StyledText] {
        let health = job.health(context.glyphs)
        var head = StyledText(DisplayText("Bulk replay \(job.id)  "), .title)
        head.append(health.glyph + " " + health.word, Style(health.role))
        head.append(DisplayText("  begun \(context.fullClock(job.createdAt).string)"), .dim)
        var lines = [head]
        lines.append(context.replays.progress(of: job, width: width, context.glyphs))
        lines += DisplayText(job.filterWords).wrapped(to: width - 8).enumerated().map { index, line in
            StyledText(index == 0 ? "filter  " : "        ", .dim) + StyledText(line)
        }
        if let words = why(job, context) {
            lines += DisplayText(words).wrapped(to: width).prefix(4).map {
                StyledText($0, job.state.isOpen ? .statusWarn : .statusFail)
            }
        }
        return lines
    }

    /// What it waits for and why, else the last failure of its events, or why it rests or ended.
    private func why(_ job: ReplayJob, _ context: DashboardContext) -> String? {
        if let wait = context.callbackWait(of: job) { return wait + (job.lastError.map { ": \($0)" } ?? "") }
        return job.lastError.map { job.failed > 0 ? "last failure: \($0)" : $0 }
    }

    private func footer(_ job: ReplayJob?, width: Int, _ context: DashboardContext) -> DisplayText {
        guard let job, job.state.isOpen else { return context.offers((.replayMany, "new"), (.close, "closes")) }
        if job.waitsForCallback {
            let words = context.offers(
                (.speedUpReplay, "faster"),
                (.slowDownReplay, "slower"),
                (.cancelReplay, "cancels"),
                (.replayMany, "new"),
                (.close, "closes")
            )
            return words.width <= width ? words : context.offers((.cancelReplay, ""), (.close, ""))
        }
        let words = context.offers(
            (.pauseReplay, job.state == .running ? "pauses" : "resumes"),
            (.speedUpReplay, "faster"),
            (.slowDownReplay, "slower"),
            (.cancelReplay, "cancels"),
            (.replayMany, "new"),
            (.close, "closes")
        )
        return words.width <= width ? words : context.offers((.pauseReplay, ""), (.cancelReplay, ""), (.close, ""))
    }
}

extension StyledText {
    /// With blanks in no style of its own behind it, which a theme might underline.
    fileprivate func padded(to columns: Int) -> StyledText { self + StyledText(.spaces(max(0, columns - width))) }
}
