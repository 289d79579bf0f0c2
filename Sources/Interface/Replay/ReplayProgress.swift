import Domain
import Drawing
import EngineAPI
import Primitives

/// Something that takes its time, told in one line above the hints.
struct ProgressLine: Sendable, Hashable {
    let text: StyledText
    /// What a click on it does.
    let target: ActionID
}

extension State {
    /// What is under way for the instance on the screen; at most two lines, one where the screen is low.
    func progressLines(width: Int) -> [ProgressLine] {
        guard instance != nil, !isEngineStopped else { return [] }
        let lines = [replayLine(width: width), backfillLine(width: width)].compactMap { $0 }
        return Array(lines.prefix(settings.size.height >= 20 ? 2 : 1))
    }

    private func replayLine(width: Int) -> ProgressLine? {
        let open = replays.open
        // One that runs says more than one that rests.
        guard let job = open.first(where: { $0.state == .running }) ?? open.first else { return nil }
        let health = job.health(settings.glyphs)
        let word: DisplayText = job.state == .running ? "replaying" : "replay paused"
        var head = StyledText(health.glyph + " " + word + " ", Style(health.role))
        let more = open.count > 1 ? DisplayText("  +\(open.count - 1) more") : ""
        let tail = StyledText(more, .dim) + StyledText("  J", .key) + StyledText(" shows", .dim)
        head += progress(of: job, width: width - head.width - tail.width)
        return ProgressLine(text: head + tail, target: .replayJobs)
    }

    /// The first run that reads all there is.
    private func backfillLine(width: Int) -> ProgressLine? {
        guard let instance, let first = instance.backfills.first else { return nil }
        var head = StyledText(settings.glyphs.partial + " first run ", .statusInfo)
        head.append(DisplayText(first.object) + " ")
        let more = instance.backfills.count - 1
        var facts = [StyledText(DisplayText(first.countWords))]
        if more > 0 {
            facts.append(StyledText(DisplayText("then \(more) more \(more == 1 ? "object" : "objects")"), .dim))
        }
        head += ProgressBar.line(first.share, facts: facts, width: width - head.width, glyphs: settings.glyphs)
        return ProgressLine(text: head, target: .focusForm)
    }

    func paintProgress(_ rect: Rect, _ painter: inout Painter) {
        for (row, line) in progressLines(width: rect.width - 2).prefix(rect.height).enumerated() {
            painter.canvas.draw(line.text, in: rect.row(row).inset(x: 1))
            painter.hit(rect.row(row), .action(line.target))
        }
    }
}

extension BackfillProgress {
    var share: Double { total.map { $0 > 0 ? min(1, Double(rows) / Double($0)) : 0 } ?? 0 }

    /// `1 200 of 5 000 records`.
    var countWords: String {
        guard let total else { return Words.count(rows, "record") }
        return "\(rows.grouped) of \(Words.count(total, "record"))"
    }
}
