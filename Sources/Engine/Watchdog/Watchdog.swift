import Domain
import EngineAPI
import Logging
import Primitives

/// Sees what is overdue, says it, and lets each such activity begin anew once.
///
/// It sleeps until the next moment at which something could be overdue and not a tick earlier; while a moment moves on, as
/// under load, it is not woken. What hangs in spite of its new beginning stays overdue until it moves.
final class Watchdog: Sendable {
    /// What an activity does to begin anew; called once for each time that it is found overdue.
    typealias Restart = @Sendable () async -> Void

    private struct State {
        var table = ActivityTable()
        var restarts: [Int: Restart] = [:]
        /// When the driver looks next of itself.
        var planned: Timestamp?
    }

    let clock: any EngineClock
    private let notices: NoticeHub
    private let logger: Logger
    private let state = Locked(State())
    private let bells: AsyncStream<Void>
    private let bell: AsyncStream<Void>.Continuation

    init(clock: any EngineClock, notices: NoticeHub, logger: Logger) {
        self.clock = clock
        self.notices = notices
        self.logger = logger
        (bells, bell) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    // MARK: For activities

    /// Looks after an activity from now on; it waits for nothing until it says so.
    func watch(_ kind: ActivityKind, of instance: InstanceID? = nil, restart: Restart? = nil) -> WatchedActivity {
        let id = state.withLock { state in
            let id = state.table.add(kind, of: instance)
            state.restarts[id] = restart
            return id
        }
        return WatchedActivity(id: id, watchdog: self)
    }

    fileprivate func moved(_ id: Int, _ next: ActivityTable.Expectation) {
        let was = change(id) { $0.moved(id, next) ? $0.standing(of: id, at: clock.due) : nil }
        if let was { recovered(was) }
    }

    /// All of a kind that are of an instance wait for nothing, until they say so: what they wait for can't be hastened.
    func rests(_ kind: ActivityKind, of instance: InstanceID) {
        for id in state.withLock({ $0.table.ids(kind, of: instance) }) { moved(id, .nothing) }
    }

    fileprivate func waits(_ id: Int, _ next: ActivityTable.Expectation) {
        change(id) { $0.waits(id, next) }
    }

    fileprivate func ended(_ id: Int) {
        let was = state.withLock { state -> ActivityStanding? in
            state.restarts[id] = nil
            let standing = state.table.standing(of: id, at: clock.due)
            return state.table.remove(id) ? standing : nil
        }
        if let was { recovered(was) }
    }

    fileprivate func isOverdue(_ id: Int) -> Bool { state.withLock { $0.table.isOverdue(id) } }

    private func change<T>(_ id: Int, _ body: (inout ActivityTable) -> T) -> T {
        let (result, isEarlier) = state.withLock { state -> (T, Bool) in
            let result = body(&state.table)
            guard let look = state.table.nextLook(at: id), look < state.planned ?? .distantFuture else {
                return (result, false)
            }
            state.planned = look
            return (result, true)
        }
        if isEarlier { bell.yield() }
        return result
    }

    // MARK: For those who ask

    /// All that is watched, with moments by the machine's clock.
    var standings: [ActivityStanding] {
        let now = clock.due
        return state.withLock { $0.table.standings(at: now) }.map { standing in
            var standing = standing
            standing.overdueSince = standing.overdueSince.map(clock.shown)
            return standing
        }
    }

    /// What is overdue of an instance, with moments by the machine's clock.
    func overdue(of instance: InstanceID) -> [ActivityStanding] {
        guard state.withLock({ $0.table.hasOverdue }) else { return [] }
        return standings.filter { $0.isOverdue && $0.instance == instance }
    }

    /// What is overdue and serves all instances.
    func overdue(_ kinds: Set<ActivityKind>) -> [ActivityStanding] {
        guard state.withLock({ $0.table.hasOverdue }) else { return [] }
        return standings.filter { $0.isOverdue && kinds.contains($0.kind) }
    }

    // MARK: The driver

    /// Looks until `stop`.
    func run() async {
        var timer: Task<Void, Never>?
        for await _ in bells {
            let (found, next) = state.withLock { state -> ([(ActivityStanding, Restart?)], Timestamp?) in
                let now = clock.due
                let ids = state.table.look(at: now)
                state.planned = state.table.nextLook
                let found = ids.compactMap { id in
                    state.table.standing(of: id, at: now).map { ($0, state.restarts[id]) }
                }
                return (found, state.planned)
            }
            for (standing, restart) in found { react(to: standing, restart) }
            timer?.cancel()
            timer = next.map { moment in
                Task { [clock, bell] in
                    do { try await clock.sleep(until: moment) } catch { return }
                    bell.yield()
                }
            }
        }
        timer?.cancel()
    }

    func stop() { bell.finish() }

    private func react(to standing: ActivityStanding, _ restart: Restart?) {
        logger.warning("\(standing.sentence)", metadata: ["activity": "\(standing.kind.rawValue)"])
        post(standing)
        // Whoever begins anew may hang itself; the watchdog doesn't wait for it.
        if let restart { Task { await restart() } }
    }

    private func recovered(_ standing: ActivityStanding) {
        let whose = standing.instance.map { " of instance \($0)" } ?? ""
        logger.notice("The \(standing.kind.words)\(whose) moves again")
        post(standing)
    }

    private func post(_ standing: ActivityStanding) {
        notices.post(standing.instance.map { .instance($0) } ?? .instancesChanged)
    }
}

/// An activity's own way to its watchdog; cheap, and never waits.
struct WatchedActivity: Sendable {
    fileprivate let id: Int
    fileprivate let watchdog: Watchdog

    /// It has moved, and must move again by then.
    func moved(_ doing: String, by due: Timestamp?) { watchdog.moved(id, .init(doing: doing, due: due)) }

    /// It has moved and waits for nothing.
    func rests() { watchdog.moved(id, .nothing) }

    /// It begins another wait, without having shown that it can move.
    func waits(_ doing: String, by due: Timestamp?) { watchdog.waits(id, .init(doing: doing, due: due)) }

    func ended() { watchdog.ended(id) }

    var isOverdue: Bool { watchdog.isOverdue(id) }
}
