import Domain
import Drawing
import Primitives

/// The list of bulk replays; the selection stays with its job while others come and go.
struct ReplayJobList: Sendable, Hashable {
    var selected: Int64?
}

extension State {
    mutating func openReplayJobs() {
        replays.invalidate()
        overlays.append(.replayJobs(ReplayJobList(selected: replays.open.first?.id)))
    }

    /// The job under the selection: the newest until a person chose one.
    func selectedJob(_ list: ReplayJobList) -> ReplayJob? {
        replays.jobs.first { $0.id == list.selected } ?? replays.jobs.first
    }

    mutating func take(_ key: Key, _ list: ReplayJobList) -> [Command] {
        var list = list
        let job = selectedJob(list)
        var commands: [Command] = []
        switch key {
        case .escape, .character("q"), .character("J"): return []
        case .up, .character("k"), .backTab: list.selected = neighbour(of: job, by: -1)
        case .down, .character("j"), .tab: list.selected = neighbour(of: job, by: 1)
        case .home, .pageUp, .character("g"): list.selected = replays.jobs.first?.id
        case .end, .pageDown, .character("G"): list.selected = replays.jobs.last?.id
        case .character("R"), .character("n"):
            overlays.append(.replayJobs(list))
            return attempt(.replayMany)
        case .space, .enter:
            if let job, job.state.isOpen {
                commands = [.changeReplay(job.id, isPaused: job.state == .running, rate: nil)]
            }
        case .character("+"), .character("="), .right: commands = setRate(of: job, by: 1)
        case .character("-"), .left: commands = setRate(of: job, by: -1)
        case .character("x"), .delete:
            overlays.append(.replayJobs(list))
            return askToCancel(job)
        default: break
        }
        overlays.append(.replayJobs(list))
        return commands
    }

    private func neighbour(of job: ReplayJob?, by step: Int) -> Int64? {
        let jobs = replays.jobs
        guard let job, let index = jobs.firstIndex(where: { $0.id == job.id }) else { return jobs.first?.id }
        return jobs[min(max(0, index + step), jobs.count - 1)].id
    }

    private func setRate(of job: ReplayJob?, by step: Int) -> [Command] {
        guard let job, job.state.isOpen else { return [] }
        let rate = RateField.step(job.rate, by: step)
        return rate == job.rate ? [] : [.changeReplay(job.id, isPaused: nil, rate: rate)]
    }

    private mutating func askToCancel(_ job: ReplayJob?) -> [Command] {
        guard let job, job.state.isOpen else { return [] }
        let rest = max(0, job.total - job.done)
        return ask(
            "End bulk replay \(job.id)?",
            "\(job.done.grouped) of \(Words.count(job.total, "event")) went out; the other "
                + "\(rest.grouped) will not be sent.",
            verb: "End it",
            .cancelReplay(job.id)
        )
    }

    mutating func takeJobs(token: Int, _ result: Result<[ReplayJob], Failure>) {
        for job in replays.take(token: token, result, at: now) { tell(ended: job) }
    }

    mutating func takeChanged(_ result: Result<ReplayJob, Failure>) {
        replays.invalidate()
        switch result {
        case .success(let job):
            let wasOpen = replays.open.contains { $0.id == job.id }
            replays.take(job, at: now)
            if wasOpen, !job.state.isOpen { tell(ended: job) }
        case .failure(let failure): say(.failure, failure.sentence)
        }
    }

    /// How a bulk replay went; failures stay on the screen until they are dismissed.
    private mutating func tell(ended job: ReplayJob) {
        let host = callbackHost(of: job.instanceID)
        let why = job.lastError.map { " The last one: \($0)." } ?? ""
        switch job.state {
        case .cancelled:
            say(.info, "Bulk replay \(job.id) was cancelled after \(job.done) of \(Words.count(job.total, "event")).")
        case .completed where job.failed == 0:
            say(
                .success,
                "Replayed \(Words.count(job.succeeded, "event")) to \(host); \(job.succeeded == 1 ? "it was" : "all were") taken."
            )
        case .completed:
            say(
                .failure,
                "Replayed \(Words.count(job.done, "event")) to \(host): \(job.failed.grouped) failed.\(why)"
            )
        case .running, .paused: break
        }
    }
}

extension ReplayJob {
    /// The filter in the words that began it.
    var filterWords: String {
        let words = filter.words
        return words.isEmpty ? "every event" : words
    }

    /// 0…1.
    var share: Double { total > 0 ? min(1, Double(done) / Double(total)) : state == .completed ? 1 : 0 }
}
