import Domain
import Engine
import Primitives

/// What has to happen on a clock that nobody sets, whatever the machine's is set to meanwhile.
struct ClockModel {
    struct Waiting {
        var attempts: Int
        /// When the next attempt is due.
        var next: Timestamp
    }

    static let ladder: [Int64] = [30_000, 120_000, 600_000, 3_600_000]
    static let interval: Int64 = 60_000

    let seed: UInt64
    private(set) var open: [String: Waiting] = [:]
    private(set) var delivered: Set<String> = []
    private(set) var replayed: [String] = []
    private(set) var attempts = 0
    private(set) var faults: [String] = []
    /// When the polling instance is polled next, and how often it has been.
    private(set) var nextPoll = Timestamp.distantPast
    private(set) var polls = 0
    private var failures: Int64 = 0

    init(seed: UInt64) { self.seed = seed }

    mutating func fault(_ what: String) { faults.append(what) }

    // MARK: Polls

    mutating func polled(at now: Timestamp, succeeds: Bool) {
        polls += 1
        failures = succeeds ? 0 : failures + 1
        let wait = succeeds ? Self.interval : min(5000 << min(failures - 1, 20), 600_000)
        nextPoll = now.advanced(byMilliseconds: wait)
    }

    // MARK: Deliveries

    /// What the callback answers to a delivery's attempt: most of the first ones fail.
    static func isTaken(_ event: String, _ attempt: Int, seed: UInt64) -> Bool {
        var dice = SeededGenerator(seed: event.utf8.reduce(seed &+ UInt64(attempt)) { ($0 &* 31) &+ UInt64($1) })
        return attempt > ladder.count || dice.chance(35 + 10 * attempt)
    }

    /// Takes what came to the callback; `span` is how much time the last move took, which is all that may be late.
    mutating func take(_ post: ClockPosts.Post, span: Int64) {
        if abs(post.stamp - post.wall) > 1 { fault("signed \(post.stamp - post.wall) s off the clock") }
        guard !post.isReplay else { return replayed.append(post.event) }
        attempts += 1
        if let waiting = open[post.event] {
            let late = post.at.since(waiting.next)
            if late < 0 { fault("attempt \(post.attempt) came \(-late) ms early") }
            if late > span { fault("attempt \(post.attempt) came \(late) ms late, in a move of \(span) ms") }
            if post.attempt != waiting.attempts + 1 { fault("attempt \(post.attempt) after \(waiting.attempts)") }
        } else if post.attempt != 1 || delivered.contains(post.event) {
            fault("attempt \(post.attempt) of what was not open")
        }
        if Self.isTaken(post.event, post.attempt, seed: seed) {
            open[post.event] = nil
            delivered.insert(post.event)
        } else {
            open[post.event] = Waiting(
                attempts: post.attempt,
                next: post.at.advanced(byMilliseconds: Self.ladder[post.attempt - 1])
            )
        }
    }

    /// Nothing that is due by now has been left.
    func isDone(by now: Timestamp) -> Bool { open.values.allSatisfy { $0.next > now } }

    /// A new process measures by another clock.
    mutating func restarted(step: Int64) {
        nextPoll = nextPoll.advanced(byMilliseconds: step)
        open = open.mapValues { Waiting(attempts: $0.attempts, next: $0.next.advanced(byMilliseconds: step)) }
    }
}

/// What comes to the callback, with both clocks at that moment.
final class ClockPosts: Sendable {
    struct Post: Sendable {
        let event: String
        let attempt: Int
        let isReplay: Bool
        let at: Timestamp
        /// Seconds: of the signature, and of the machine's clock.
        let stamp: Int64
        let wall: Int64
    }

    private let posts = Locked<[Post]>([])
    private let clock: ManualClock
    private let seed: UInt64

    init(_ clock: ManualClock, seed: UInt64) {
        self.clock = clock
        self.seed = seed
    }

    func answer(_ received: CallbackServer.Received) -> CallbackServer.Answer {
        let post = Post(
            event: received.eventID,
            attempt: received.headers["signalbox-attempt"].flatMap { Int($0) } ?? 0,
            isReplay: received.headers["signalbox-replay"] == "true",
            at: clock.due,
            stamp: received.headers["webhook-timestamp"].flatMap { Int64($0) } ?? 0,
            wall: clock.now.seconds
        )
        posts.withLock { $0.append(post) }
        return post.isReplay || ClockModel.isTaken(post.event, post.attempt, seed: seed) ? .ok : .status(503)
    }

    func takeAll() -> [Post] {
        posts.withLock { posts in
            defer { posts = [] }
            return posts
        }
    }
}
