import Domain
import Drawing
import Primitives

extension ReplayFeature {
    /// Marked events on their way elsewhere, and a bulk replay.
    func progress(width: Int, _ context: DashboardContext) -> [ProgressLine] {
        [elsewhereProgress(width: width, context), jobProgress(width: width, context)].compactMap { $0 }
    }

    /// The bulk replay that runs, or one that rests.
    private func jobProgress(width: Int, _ context: DashboardContext) -> ProgressLine? {
        guard context.instance != nil, !context.instances.isEngineStopped else { return nil }
        let open = load.open
        // One that runs says more than one that rests.
        guard let job = open.first(where: { $0.state == .running }) ?? open.first else { return nil }
        let health = job.health(context.glyphs)
        let wait: DisplayText = width < 80 ? "replay waits" : "replay waits for the callback"
        let word: DisplayText =
            job.state == .running ? "replaying" : job.waitsForCallback ? wait : "replay paused"
        var head = StyledText(health.glyph + " " + word + " ", Style(health.role))
        let more = open.count > 1 ? DisplayText("  +\(open.count - 1) more") : ""
        let key = context.table.keyName(.replayJobs, context.glyphs)
        let shows = key.map { StyledText("  " + $0, .key) + StyledText(" shows", .dim) } ?? StyledText()
        let tail = StyledText(more, .dim) + shows
        let hold = job.waitsForCallback ? context.callbackHold(job.instanceID) : nil
        head += load.progress(of: job, hold: hold, width: width - head.width - tail.width, context.glyphs)
        return ProgressLine(text: head + tail, target: .replayJobs)
    }
}

extension ReplayJobsLoad {
    /// `━━━━━──── 28 %  340 of 1 204  3 failed  4 of 10/s  1 min 26 s left`, less of it where room is short.
    /// `hold` says until when it waits.
    func progress(of job: ReplayJob, hold: String? = nil, width: Int, _ glyphs: Glyphs) -> StyledText {
        let pace = pace(of: job.id)
        var facts: [StyledText] = [
            StyledText(DisplayText("\(job.done.grouped) of \(job.total.grouped)"))
        ]
        if let hold { facts.append(StyledText(DisplayText(hold), .statusWarn)) }
        if job.failed > 0 { facts.append(StyledText(DisplayText("\(job.failed.grouped) failed"), .statusFail)) }
        if job.state == .running, let left = pace.secondsLeft(job) {
            facts.append(StyledText(DisplayText("\(Words.duration(left)) left")))
        }
        if job.state.isOpen {
            // What the callback can't keep up with is said, not hidden behind the rate that was asked for.
            let real = pace.perSecond.flatMap { $0 < Double(job.rate) * 0.8 ? "\(Int($0.rounded())) of " : nil } ?? ""
            facts.append(StyledText(DisplayText("\(real)\(job.rate)/s"), .dim))
        }
        return ProgressBar.line(job.share, facts: facts, width: width, glyphs: glyphs)
    }
}

extension ReplayJob {
    /// The filter in the words that began it; a long list of events has no words that anybody reads.
    var filterWords: String {
        if case .term(.events(let ids)) = filter.whole, ids.count > 3 { return "\(ids.count) marked events" }
        let words = filter.whole.description
        return words.isEmpty ? "every event" : words
    }

    /// 0…1.
    var share: Double { total > 0 ? min(1, Double(done) / Double(total)) : state == .completed ? 1 : 0 }

    /// Its state as a word with glyph and meaning.
    func health(_ glyphs: Glyphs) -> Health {
        switch state {
        case .running: Health(glyph: glyphs.partial, word: "running", role: .statusInfo)
        case .paused where waitsForCallback: Health(glyph: glyphs.stopped, word: "waiting", role: .statusWarn)
        case .paused: Health(glyph: glyphs.stopped, word: "paused", role: .statusWarn)
        case .cancelled: Health(glyph: glyphs.stopped, word: "cancelled", role: .dim)
        case .completed where failed > 0: Health(glyph: glyphs.failure, word: "done", role: .statusFail)
        case .completed: Health(glyph: glyphs.success, word: "done", role: .statusOK)
        }
    }
}
