import Domain
import Drawing
import Primitives

extension ActionContext {
    static let replayJobs = ActionContext.overlay("replay-jobs", "Bulk replays", including: [.list])
}

extension ActionID {
    static let pauseReplay = ActionID("pause-replay")
    static let speedUpReplay = ActionID("speed-up-replay")
    static let slowDownReplay = ActionID("slow-down-replay")
    static let cancelReplay = ActionID("cancel-replay")
}

extension ReplayJobList {
    static let actions: [Action] = [
        row(.pauseReplay, [.space, .enter], "Pause the bulk replay, or resume it", hint: "pause"),
        row(.speedUpReplay, [.character("+"), .character("="), .right], "Replay faster", hint: "faster"),
        row(.slowDownReplay, [.character("-"), .left], "Replay more slowly", hint: "slower"),
        row(.cancelReplay, [.character("x"), .delete], "End the bulk replay", hint: "cancel"),
    ]

    private static func row(_ id: ActionID, _ keys: [Key], _ title: String, hint: String) -> Action {
        Action(id, keys, title, hint: hint, in: [.replayJobs], isCommand: false)
    }
}

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
            let turn = Hint.action(.pauseReplay, job.state == .running ? "pause" : "resume")
            hints = job.waitsForCallback ? [] : [turn]
            hints += [.action(.speedUpReplay), .action(.slowDownReplay), .action(.cancelReplay)]
        }
        return hints + [.action(.replayMany, "new"), .action(.close)]
    }

    func selectedJob(_ context: DashboardContext) -> ReplayJob? {
        context.replays.jobs.first { $0.id == selected } ?? context.replays.jobs.first
    }

    func contexts(_ context: DashboardContext) -> [ActionContext] { [.replayJobs] }

    mutating func perform(_ action: ActionID, _ context: DashboardContext, _ effects: inout Effects) -> Bool {
        let job = selectedJob(context)
        switch action {
        case .close, .replayJobs: effects.close()
        case .pauseReplay: turn(job, context, &effects)
        case .speedUpReplay: setRate(of: job, by: 1, &effects)
        case .slowDownReplay: setRate(of: job, by: -1, &effects)
        case .cancelReplay: askToCancel(job, &effects)
        default:
            guard let motion = ListMotion(action, page: max(1, context.settings.size.height - 8)) else { return false }
            move(motion, from: job, context)
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
    ) { move(.rows(rows), from: selectedJob(context), context) }

    private mutating func move(_ motion: ListMotion, from job: ReplayJob?, _ context: DashboardContext) {
        let jobs = context.replays.jobs
        guard let job, let index = jobs.firstIndex(where: { $0.id == job.id }) else {
            selected = jobs.first?.id
            return
        }
        selected = jobs[motion.index(from: index, count: jobs.count)].id
    }

    /// Pauses a job or resumes it; one that waits for the callback would only begin to wait again.
    private func turn(_ job: ReplayJob?, _ context: DashboardContext, _ effects: inout Effects) {
        guard let job, job.state.isOpen else { return }
        guard let wait = context.callbackWait(of: job) else {
            return effects.send(.changeReplay(job.id, isPaused: job.state == .running, rate: nil))
        }
        effects.say(.info, "Bulk replay \(job.id) \(wait); then it goes on by itself.")
    }

    private func setRate(of job: ReplayJob?, by step: Int, _ effects: inout Effects) {
        guard let job, job.state.isOpen else { return }
        let rate = RateField.step(job.rate, by: step)
        if rate != job.rate { effects.send(.changeReplay(job.id, isPaused: nil, rate: rate)) }
    }

    private func askToCancel(_ job: ReplayJob?, _ effects: inout Effects) {
        guard let job, job.state.isOpen else { return }
        effects.ask(
            "End bulk replay \(job.id)?",
            // It goes on while this is read.
            "\(job.done.grouped) of \(Words.count(job.total, "event")) went out so far; those that are left when you answer "
                + "will not be sent.",
            verb: "End it",
            refusal: "Go on",
            then: [.command(.cancelReplay(job.id))]
        )
    }
}
