import Domain
import Primitives

/// The bulk replays of the instance on the screen, asked for at most twice a second and one request at a time.
struct ReplayJobsLoad: Sendable {
    /// Newest first.
    private(set) var jobs: [ReplayJob] = []
    private(set) var hasLoaded = false
    private(set) var failure: String?
    private var paces: [Int64: ReplayPace] = [:]
    private var token = 0
    private var pace = LoadPace(pause: 500)

    mutating func invalidate() { pace.invalidate() }

    /// Forgets the jobs, because another instance is shown.
    mutating func reset() {
        let token = token
        self = ReplayJobsLoad()
        self.token = token + 1
    }

    mutating func nextLoad(_ instance: InstanceID, at now: Timestamp) -> Command? {
        guard pace.begin(at: now) else { return nil }
        token += 1
        return .loadReplays(token: token, instance)
    }

    /// Accepts the list and gives the jobs that ended since the last one.
    mutating func accept(token: Int, _ result: Result<[ReplayJob], Failure>, at now: Timestamp) -> [ReplayJob] {
        guard token == self.token else { return [] }
        pace.end(result, at: now)
        switch result {
        case .failure(let error):
            failure = error.sentence
            return []
        case .success(let list):
            failure = nil
            hasLoaded = true
            let wereOpen = Set(open.map(\.id))
            jobs = list
            measure(at: now)
            return list.filter { !$0.state.isOpen && wereOpen.contains($0.id) }
        }
    }

    /// Applies the answer to a change; the list follows.
    mutating func update(_ job: ReplayJob, at now: Timestamp) {
        guard let index = jobs.firstIndex(where: { $0.id == job.id }) else { return }
        jobs[index] = job
        measure(at: now)
    }

    private mutating func measure(at now: Timestamp) {
        var fresh: [Int64: ReplayPace] = [:]
        for job in open {
            var pace = paces[job.id] ?? ReplayPace()
            pace.record(job, at: now)
            fresh[job.id] = pace
        }
        paces = fresh
    }

    /// Those that run or are paused, newest first.
    var open: [ReplayJob] { jobs.filter(\.state.isOpen) }

    func pace(of id: Int64) -> ReplayPace { paces[id] ?? ReplayPace() }

    var nextDeadline: Timestamp? { pace.nextDeadline }
}
