import Domain
import EngineAPI
import Primitives
import Salesforce
import Store

/// Instances as a screen or a listing shows them.
struct InstanceOverviews: Sendable {
    let store: any EventReader & PollerStore
    let dispatcher: Dispatcher
    let watchdog: Watchdog
    let disk: DiskGuard
    let writes: WriteWatch
    let integrity: IntegrityCheck
    let clock: any EngineClock
    let options: EngineOptions

    /// `readsStore`: whether figures are read anew of an instance that another node works for.
    func overview(_ entry: InstanceRegistry.Entry, readsStore: Bool = false) async throws -> InstanceOverview {
        let instance = entry.instance
        var report = await entry.sources.report
        if readsStore, !entry.isHeld { report.show(try await store.pollerRecords(instance.id), of: instance) }
        let callback = await dispatcher.callback(instance.id)
        var retrying = 0
        if let callback, case .failing = callback.state(retrying: 0, at: clock.due) {
            var filter = EventFilter()
            filter.instanceIDs = [instance.id]
            retrying = Int(try await store.counts(filter).byState[.retrying] ?? 0)
        }
        let pause = disk.shortage.map { IntakePause(sentence: $0.sentence, since: $0.since) } ?? writes.pause
        var overview = InstanceOverview(
            id: instance.id,
            name: instance.name,
            tags: instance.tags,
            configuration: instance.configuration.masked,
            isDisabled: instance.isDisabled,
            source: (report.state ?? .connecting).paused(by: pause, clock.shown)
                .damaged(integrity.damage, clock.shown),
            callback: (callback?.state(retrying: retrying, at: clock.due).moved(clock.shown) ?? .none)
                .overdue(by: watchdog.overdue([.dispatcher, .sender, .recorder])),
            pollers: report.records.map { $0.paused(by: instance.isActive ? pause : nil) },
            nextPoll: report.nextPoll,
            isPolling: report.isPolling,
            apiUsage: await entry.watched.session.apiUsage,
            receiverURL: options.receiverURL(instance),
            organizationName: instance.connection?.organizationName,
            isConnected: instance.connection != nil
        )
        overview.organizationURL = instance.connection?.instanceURL
        overview.providerMessage = report.providerMessage
        overview.backfills = report.backlogs
        overview.apiBudget = report.budget
        let unwatched = entry.watched.unwatched
        (overview.unwatchedChanges, overview.unwatchedObjects) = (unwatched.count, unwatched.objects)
        overview.updatedDate = instance.updatedDate
        overview.attemptLimit = options.retryPolicy.maximumAttempts
        return overview
    }
}

extension SourceState {
    /// The same where something can be taken in. What a person has to do goes before it.
    fileprivate func paused(by pause: IntakePause?, _ shown: (Timestamp) -> Timestamp) -> SourceState {
        guard let pause else { return self }
        switch self {
        case .stopped, .needsAttention: return self
        case .connecting, .live, .degraded, .overdue:
            return .degraded(reason: pause.sentence, since: shown(pause.since), lastSuccess: lastSuccess)
        }
    }
}

extension SourceState {
    /// The same where the store is whole: on nothing else a person has to act as soon.
    fileprivate func damaged(
        _ damage: (sentence: String, since: Timestamp)?,
        _ shown: (Timestamp) -> Timestamp
    ) -> SourceState {
        guard let damage, self != .stopped else { return self }
        return .needsAttention(reason: damage.sentence, since: shown(damage.since), lastSuccess: lastSuccess)
    }
}

extension PollerRecord {
    fileprivate func paused(by pause: IntakePause?) -> PollerRecord {
        guard let pause else { return self }
        var record = self
        record.problem = pause.sentence
        return record
    }
}
