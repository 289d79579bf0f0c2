import Domain
import Primitives

/// How fast a bulk replay really goes, from what was seen of it lately.
struct ReplayPace: Sendable {
    private static let window: Int64 = 15_000

    private var seen: [(at: Timestamp, done: Int64)] = []

    /// Records how far the job is; a pause starts the measurement over.
    mutating func record(_ job: ReplayJob, at now: Timestamp) {
        guard job.state == .running else {
            seen = []
            return
        }
        seen.append((now, job.done))
        // One look older than the window stays, so that slow jobs are measured too.
        while seen.count > 2, now.since(seen[1].at) > Self.window { seen.removeFirst() }
    }

    /// Replays a second; nil until a second's worth was seen.
    var perSecond: Double? {
        guard let first = seen.first, let last = seen.last, last.at.since(first.at) >= 1000, last.done > first.done
        else { return nil }
        return Double(last.done - first.done) * 1000 / Double(last.at.since(first.at))
    }

    /// Seconds that so many take at a rate: the last of them, too, however few they are.
    static func seconds(for count: Int64, at rate: Int) -> Int64 {
        let rate = Int64(max(1, rate))
        return count / rate + (count % rate == 0 ? 0 : 1)
    }

    /// Seconds that the rest will take; nil while it does not run.
    func secondsLeft(_ job: ReplayJob) -> Int64? {
        guard job.state == .running else { return nil }
        let pace = min(perSecond ?? Double(job.rate), Double(job.rate))
        guard pace > 0 else { return nil }
        return Int64((Double(max(0, job.total - job.done)) / pace).rounded(.up))
    }
}
