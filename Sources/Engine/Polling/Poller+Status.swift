import Domain
import EngineAPI
import Primitives
import Salesforce
import Synchronization

/// What others see of a poller.
extension Poller {
    struct Status: Sendable {
        var source: SourceState
        var next: Timestamp?
        var isPolling: Bool
        /// The org's own words of the last failure, while there is one.
        var providerMessage: String?
        var records: [PollerRecord]
        var usage: APIUsage?
    }

    func status() async -> Status {
        let usage = await session.apiUsage
        let clock = context.clock
        let next = schedule.announced.map(clock.shown)
        let watched = instance.configuration.watchedObjects
        let shown = watched.map { object in
            var record = records[object.lowercased()] ?? PollerRecord(instanceID: id, object: object)
            record.nextPoll = next
            return record
        }
        let state = schedule.state(heard: heard.withLock { $0 }.map(clock.due(at:))).moved(clock.shown)
        return Status(
            source: state.overdue(by: context.watchdog.overdue(of: id)),
            next: next,
            isPolling: current != nil,
            providerMessage: schedule.providerMessage,
            records: shown,
            usage: usage
        )
    }
}

extension SourceState {
    /// The same if nothing hangs. What a person has to do goes before it, and what is switched off can't be late.
    fileprivate func overdue(by standings: [ActivityStanding]) -> SourceState {
        guard let first = standings.first, let since = first.overdueSince else { return self }
        switch self {
        case .stopped, .needsAttention: return self
        case .connecting, .live, .degraded, .overdue:
            return .overdue(reason: first.sentence, since: since, lastSuccess: lastSuccess)
        }
    }
}
