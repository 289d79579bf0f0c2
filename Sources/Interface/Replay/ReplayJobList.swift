import Domain
import Drawing
import Primitives

/// The list of bulk replays; the selection stays with its job while others come and go.
struct ReplayJobList: Overlay {
    /// A row, as the mouse hits it.
    struct Row {
        let job: Int64
    }

    /// The newest until a person chose one.
    private var selected: Int64?

    init(selected: Int64?) { self.selected = selected }

    func title(_ context: DashboardContext) -> String { "Bulk replays" }

    func hints(_ context: DashboardContext) -> [Hint] {
        let job = selectedJob(context)
        var hints: [Hint] = []
        if let job, job.state.isOpen {
            hints = [
                .key(.space, job.state == .running ? "pause" : "resume"), .key(.character("+"), "faster"),
                .key(.character("-"), "slower"), .key(.character("x"), "cancel"),
            ]
        }
        return hints + [.key(.character("R"), "new"), .key(.escape, "close")]
    }

    func selectedJob(_ context: DashboardContext) -> ReplayJob? {
        context.replays.jobs.first { $0.id == selected } ?? context.replays.jobs.first
    }

    mutating func handle(_ key: Key, _ context: DashboardContext, _ effects: inout Effects) -> Bool {
        let job = selectedJob(context)
        switch key {
        case .escape, .character("q"), .character("J"): effects.close()
        case .up, .character("k"), .backTab: move(from: job, by: -1, context)
        case .down, .character("j"), .tab: move(from: job, by: 1, context)
        case .home, .pageUp, .character("g"): selected = context.replays.jobs.first?.id
        case .end, .pageDown, .character("G"): selected = context.replays.jobs.last?.id
        case .character("R"), .character("n"): effects.perform(.replayMany)
        case .space, .enter:
            if let job, job.state.isOpen {
                effects.send(.changeReplay(job.id, isPaused: job.state == .running, rate: nil))
            }
        case .character("+"), .character("="), .right: setRate(of: job, by: 1, &effects)
        case .character("-"), .left: setRate(of: job, by: -1, &effects)
        case .character("x"), .delete: askToCancel(job, &effects)
        default: return false
        }
        return true
    }

    mutating func press(
        _ part: any Sendable,
        at point: Point,
        hadFocus: Bool,
        _ context: DashboardContext,
        _ effects: inout Effects
    ) {
        if let row = part as? Row { selected = row.job }
    }

    mutating func scroll(
        by rows: Int,
        over parts: [any Sendable],
        _ context: DashboardContext,
        _ effects: inout Effects
    ) { move(from: selectedJob(context), by: rows, context) }

    private mutating func move(from job: ReplayJob?, by step: Int, _ context: DashboardContext) {
        let jobs = context.replays.jobs
        guard let job, let index = jobs.firstIndex(where: { $0.id == job.id }) else {
            selected = jobs.first?.id
            return
        }
        selected = jobs[min(max(0, index + step), jobs.count - 1)].id
    }

    private func setRate(of job: ReplayJob?, by step: Int, _ effects: inout Effects) {
        guard let job, job.state.isOpen else { return }
        let rate = RateField.step(job.rate, by: step)
        if rate != job.rate { effects.send(.changeReplay(job.id, isPaused: nil, rate: rate)) }
    }

    private func askToCancel(_ job: ReplayJob?, _ effects: inout Effects) {
        guard let job, job.state.isOpen else { return }
        let rest = max(0, job.total - job.done)
        effects.ask(
            "End bulk replay \(job.id)?",
            "\(job.done.grouped) of \(Words.count(job.total, "event")) went out; the other "
                + "\(rest.grouped) will not be sent.",
            verb: "End it",
            then: [.command(.cancelReplay(job.id))]
        )
    }
}
