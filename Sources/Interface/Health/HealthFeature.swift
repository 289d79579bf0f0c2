import Domain
import Drawing
import EngineAPI
import Primitives

extension State {
    /// Opens what the banner has room for the beginning of only: all reasons, in full.
    mutating func explain() {
        guard let instance else { return }
        var paragraphs: [TextReport.Paragraph] = []
        func add(_ title: String, _ health: Health) {
            let mark = health.glyph.string + " "
            paragraphs.append(.init(text: "\(title): \(health.word.string)", role: health.role, mark: mark))
            if let reason = health.sentence { paragraphs.append(.init(text: reason, mark: "  ")) }
            paragraphs.append(.init(text: ""))
        }
        add("Source", sourceHealth)
        if let callbackHealth { add("Callback", callbackHealth) }
        for poller in instance.pollers {
            if let note = poller.note { paragraphs.append(.init(text: note, role: .dim)) }
            guard let problem = poller.problem else { continue }
            add(
                poller.object,
                Health(glyph: settings.glyphs.degraded, word: "degraded", role: .statusWarn, reason: problem)
            )
        }
        if let next = instance.nextPoll, sourceHealth.reason != nil, !isEngineStopped {
            paragraphs.append(.init(text: "Tried again at: \(fullClock(next).string)", role: .dim))
        }
        if let lastSuccess {
            paragraphs.append(.init(text: "Last success: \(fullClock(lastSuccess).string)", role: .dim))
        }
        overlays.append(.report(TextReport(title: "How \(instance.name) is", paragraphs: paragraphs)))
    }
}
