import Domain
import Primitives

/// The bulk replays of the instance on the screen, asked for at most twice a second and one request at a time.
struct ReplayJobsLoad: Sendable {
    /// Newest first.
    private(set) var jobs: [ReplayJob] = []
    private(set) var hasLoaded = false
    private(set) var failure: String?
    private var paces: [Int64: ReplayPace] = [:]
    /// Jobs whose end is to be said: those that were seen open, and those that were begun here, which may end before a list
    /// shows them.
    private var followed: Set<Int64> = []
    /// Of the listed ones, those whose end was said.
    private var reported: Set<Int64> = []
    private var token = 0
    private var pace = LoadPace(pause: 500)

    mutating func invalidate() { pace.invalidate() }
    mutating func restart() { pace.restart() }

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

    /// Follows a job that was begun here; gives it as it is listed, where it has ended already and nobody has said so.
    mutating func begin(_ job: ReplayJob) -> ReplayJob? {
        followed.insert(job.id)
        guard let known = jobs.first(where: { $0.id == job.id }), end(known) else { return nil }
        return known
    }

    /// Whether a job has ended, and that is to be said now.
    private mutating func end(_ job: ReplayJob) -> Bool {
        guard !job.state.isOpen, followed.remove(job.id) != nil else { return false }
        return reported.insert(job.id).inserted
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
            jobs = list
            followed.formUnion(open.map(\.id))
            reported.formIntersection(list.map(\.id))
            measure(at: now)
            return list.filter { end($0) }
        }
    }

    /// Applies the answer to a change; the list follows. True where the job has ended by it.
    mutating func update(_ job: ReplayJob, at now: Timestamp) -> Bool {
        if let index = jobs.firstIndex(where: { $0.id == job.id }) {
            jobs[index] = job
            measure(at: now)
        }
        return end(job)
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
