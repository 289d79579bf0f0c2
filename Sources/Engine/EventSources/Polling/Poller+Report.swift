import Domain
import EngineAPI
import Primitives
import Salesforce

/// What others see of a poller.
extension Poller {
    var report: SourceReport {
        let clock = context.clock
        let next = schedule.announced.map(clock.shown)
        let watched = instance.configuration.watchedObjects
        let (overdue, late) = (context.watchdog.overdue(of: id), lateness)
        let hang = overdue.first { $0.kind == .poller }?.sentence ?? late?.reason
        let shown = watched.map { object in
            var record = records[object.lowercased()] ?? PollerRecord(instanceID: id, object: object)
            record.nextPoll = next
            if instance.isActive { record.problem = record.problem ?? hang }
            return record
        }
        // Rows that are here already say that the org answers, long before the poll has ended that brings them.
        let heard = [self.watched.lastHeard.map(clock.due(at:)), turn?.heard].compactMap(\.self).max()
        // The schedule learns of the instance when polling starts, and not at all where another node polls.
        let planned = self.watched.instance.isActive ? schedule.state(heard: heard) : .stopped
        let state = planned.late(late).moved(clock.shown)
        return SourceReport(
            state: state.overdue(by: overdue),
            providerMessage: schedule.providerMessage,
            records: shown,
            nextPoll: next,
            isPolling: current != nil,
            polls: history,
            budget: apiBudget,
            backlogs: backlogProgress
        )
    }
}

extension SourceState {
    /// The same if the poll that runs is in time.
    fileprivate func late(_ lateness: PollLateness?) -> SourceState {
        guard let lateness else { return self }
        return joined(.degraded(reason: lateness.reason, since: lateness.since, lastSuccess: nil))
    }

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
