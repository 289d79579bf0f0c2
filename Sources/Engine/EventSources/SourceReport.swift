import Domain
import Primitives
import Salesforce

/// How an event source stands, for header and API; moments are by the machine's clock.
struct SourceReport: Sendable, Hashable {
    /// Nil where it has nothing to say: it rests, or only waits to be called.
    var state: SourceState?
    /// The org's own words of the last failure, while there is one.
    var providerMessage: String?
    /// One for each watched object, where the source keeps any.
    var records: [PollerRecord] = []
    /// When it asks the org next.
    var nextPoll: Timestamp?
    /// It asks the org now.
    var isPolling = false
    /// Those since the program began.
    var polls = PollHistory()
    /// What it may ask the org, and has; nil where it never does.
    var budget: APIBudget?
    /// What of a long past is still to be read.
    var backlogs: [BackfillProgress] = []

    /// Shows how far the sources are as it is stored: another node works for the instance, and this one only knows how far they
    /// were when it learned of it.
    mutating func show(_ stored: [PollerRecord], of instance: Instance) {
        let known = Dictionary(stored.map { ($0.object.lowercased(), $0) }, uniquingKeysWith: { $1 })
        let watched = instance.configuration.watchedObjects
        records = watched.map { known[$0.lowercased()] ?? PollerRecord(instanceID: instance.id, object: $0) }
        nextPoll = records.compactMap(\.nextPoll).min()
        backlogs = watched.compactMap { object in
            Backlog(parsing: known[Backlog.name(of: object)]?.resume)?.progress(of: object)
        }
    }

    /// All sources of an instance together.
    static func joined(_ reports: [SourceReport]) -> SourceReport {
        var sum = SourceReport()
        for report in reports {
            sum.state = sum.state.map { state in report.state.map(state.joined) ?? state } ?? report.state
            sum.providerMessage = sum.providerMessage ?? report.providerMessage
            sum.records += report.records
            sum.nextPoll = [sum.nextPoll, report.nextPoll].compactMap(\.self).min()
            sum.isPolling = sum.isPolling || report.isPolling
            if sum.polls.polls.isEmpty { sum.polls = report.polls }
            sum.budget = sum.budget ?? report.budget
            sum.backlogs += report.backlogs
        }
        return sum
    }
}

extension SourceState {
    /// The state of two sources of one instance: the graver one is shown, and where both are degraded both reasons.
    func joined(_ other: SourceState) -> SourceState {
        if case .degraded(let reason, let since, _) = self, case .degraded(let second, _, _) = other {
            return .degraded(reason: "\(reason) \(second)", since: since, lastSuccess: latest(other))
        }
        switch gravity >= other.gravity ? self : other {
        case .live: return .live(lastSuccess: latest(other))
        case .degraded(let reason, let since, _):
            return .degraded(reason: reason, since: since, lastSuccess: latest(other))
        case .overdue(let reason, let since, _):
            return .overdue(reason: reason, since: since, lastSuccess: latest(other))
        case .needsAttention(let reason, let since, _):
            return .needsAttention(reason: reason, since: since, lastSuccess: latest(other))
        case let graver: return graver
        }
    }

    private func latest(_ other: SourceState) -> Timestamp? {
        [lastSuccess, other.lastSuccess].compactMap(\.self).max()
    }

    /// What is switched off can't be in trouble; of the rest, the one that needs a person most.
    private var gravity: Int {
        switch self {
        case .live: 0
        case .connecting: 1
        case .degraded: 2
        case .overdue: 3
        case .needsAttention: 4
        case .stopped: 5
        }
    }
}
