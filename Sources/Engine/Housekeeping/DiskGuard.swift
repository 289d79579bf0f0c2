import Domain
import EngineAPI
import Logging
import Primitives

/// Keeps some space on the disk for what is on its way already: while less than that is free, nothing is taken in, and outcomes
/// of deliveries still find room. It goes on by itself when there is space again.
///
/// Whoever takes something in asks here first. The disk is asked at most ten times a second for them, also while space is short,
/// when many come again; then it is asked every few seconds even if nobody comes, so that the dashboard and `readyz` say when it
/// is over.
final class DiskGuard: Sendable {
    /// Milliseconds between two looks while space is short and nobody asks.
    static let lookEvery: Int64 = 5000
    private static let freshness: Duration = .milliseconds(100)

    private struct State {
        var lastLook: ContinuousClock.Instant?
        var shortage: DiskShortage?
    }

    /// Fewer free bytes than these, and nothing is taken in; 0: that never happens.
    let minimum: Int64
    private let free: @Sendable () async -> Int64?
    private let clock: any EngineClock
    private let notices: NoticeHub
    private let logger: Logger
    private let state = Locked(State())
    private let bells: AsyncStream<Void>
    private let bell: AsyncStream<Void>.Continuation

    init(
        minimum: Int64,
        clock: any EngineClock,
        notices: NoticeHub,
        logger: Logger,
        free: @escaping @Sendable () async -> Int64?
    ) {
        self.minimum = minimum
        self.free = free
        self.clock = clock
        self.notices = notices
        self.logger = logger
        (bells, bell) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// What it was found to be at the last look; costs nothing.
    var shortage: DiskShortage? { state.withLock { $0.shortage } }

    /// Throws while there is too little space.
    func admit() async throws {
        guard minimum > 0 else { return }
        let now = ContinuousClock.now
        let (isDue, known) = state.withLock { state -> (Bool, DiskShortage?) in
            if let last = state.lastLook, now - last < Self.freshness { return (false, state.shortage) }
            state.lastLook = now
            return (true, nil)
        }
        if let shortage = await isDue ? look() : known { throw shortage }
    }

    /// Asks the disk now.
    @discardableResult
    func look() async -> DiskShortage? {
        guard minimum > 0 else { return nil }
        guard let free = await free() else { return shortage }
        let due = clock.due
        let (before, after) = state.withLock { state -> (DiskShortage?, DiskShortage?) in
            let before = state.shortage
            // A little more than the limit, so that it doesn't come and go with every page that is written.
            let wanted = before == nil ? minimum : DiskShortage.enough(minimum)
            state.shortage =
                free < wanted ? DiskShortage(free: free, minimum: minimum, since: before?.since ?? due) : nil
            return (before, state.shortage)
        }
        guard (before == nil) != (after == nil) else { return after }
        if let after {
            logger.warning("\(after.sentence)")
            bell.yield()
        } else {
            logger.notice("There is space beside the store again (\(ByteSize.text(free))); events are taken in")
        }
        notices.post(.instancesChanged)
        return after
    }

    /// Until it is cancelled.
    func run() async {
        for await _ in bells {
            while shortage != nil {
                do { try await clock.sleep(until: clock.due.advanced(byMilliseconds: Self.lookEvery)) } catch { return }
                await look()
            }
        }
    }
}

/// Too little space beside the store to take anything in.
struct DiskShortage: ReportedError, Sendable, Hashable {
    let free: Int64
    let minimum: Int64
    /// By the clock that nobody sets.
    let since: Timestamp

    /// From so many free bytes on it is over.
    static func enough(_ minimum: Int64) -> Int64 { minimum.adding(saturating: minimum / 16) }

    /// Why, and when it goes on.
    var sentence: String {
        "Only \(ByteSize.text(free)) are free beside the store, less than --free-space (\(ByteSize.text(minimum))): nothing is "
            + "taken in until \(ByteSize.text(Self.enough(minimum))) are free, and deliveries go on."
    }

    var description: String { sentence }

    var report: ClientError { ClientError(.storage, sentence, mayPass: true) }
}
