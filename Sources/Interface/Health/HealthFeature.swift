import Domain
import Drawing
import EngineAPI
import Primitives

extension ActionID {
    static let explain = ActionID("explain")
}

/// How the instance is: records what the banner says, and explains it in full.
struct HealthFeature: Feature {
    static let actions: [Action] = [
        Action(.explain, [.character("w")], "Say in full what is wrong", hint: "what is wrong", onlyShows: true)
    ]

    /// What the banner said when it was last recorded.
    private var recorded: String?

    func obstacle(to action: ActionID, _ context: DashboardContext) -> String? {
        action == .explain && context.instance == nil ? context.noInstance : nil
    }

    mutating func perform(_ action: ActionID, _ context: DashboardContext, _ effects: inout Effects) -> Bool {
        guard action == .explain else { return false }
        if let report = context.healthReport { effects.open(report) }
        return true
    }

    /// The log outlives the banner.
    mutating func settle(_ context: DashboardContext, _ effects: inout Effects) {
        let words = context.banner?.sentence
        guard words != recorded else { return }
        recorded = words
        guard let words, let role = context.banner?.role else { return }
        effects.post(Announcement(severity: role == .statusFail ? .failure : .warning, text: words, isLogOnly: true))
    }
}

extension DashboardContext {
    /// What the banner has room for the beginning of only: all reasons, in full.
    fileprivate var healthReport: TextReport? {
        guard let instance else { return nil }
        var paragraphs: [TextReport.Paragraph] = []
        func add(_ title: String, _ health: Health) {
            let mark = health.glyph.string + " "
            paragraphs.append(.init(text: "\(title): \(health.word.string)", role: health.role, mark: mark))
            if let reason = health.detail?.sentenceEnd ?? health.sentence {
                paragraphs.append(.init(text: reason, mark: "  "))
            }
            paragraphs.append(.init(text: ""))
        }
        add("Source", sourceHealth)
        if let callbackHealth { add("Callback", callbackHealth) }
        for sentence in ObjectProblems.sentences(instance.objectProblems, naming: .max) {
            add("Objects", Health(glyph: glyphs.degraded, word: "degraded", role: .statusWarn, reason: sentence))
        }
        for backlog in instance.backfills {
            let word = backlog.isPaused ? ", paused" : ""
            let title = "Backlog of \(backlog.object): \(backlog.readWords)\(word)"
            let isStuck = backlog.isPaused || backlog.problem != nil
            let mark = glyphs.partial.string + " "
            paragraphs.append(.init(text: title, role: isStuck ? .statusWarn : .statusInfo, mark: mark))
            if let problem = backlog.problem { paragraphs.append(.init(text: problem.sentenceEnd, mark: "  ")) }
            paragraphs.append(.init(text: ""))
        }
        // Notes name their objects.
        for note in instance.pollers.compactMap(\.note) { paragraphs.append(.init(text: note, role: .dim)) }
        if let left = instance.unwatchedSentence { paragraphs.append(.init(text: left, role: .dim)) }
        if let next = instance.nextPoll, sourceHealth.reason != nil, !instances.isEngineStopped {
            paragraphs.append(.init(text: "Next try at: \(fullClock(next).string)", role: .dim))
        }
        if let lastSuccess {
            paragraphs.append(.init(text: "Last heard from the org: \(fullClock(lastSuccess).string)", role: .dim))
        }
        return TextReport(title: "How \(instance.name) is", paragraphs: paragraphs)
    }
}
