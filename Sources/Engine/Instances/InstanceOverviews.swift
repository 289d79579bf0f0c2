import Domain
import EngineAPI
import Primitives
import Salesforce
import Store

/// Instances as a screen or a listing shows them.
struct InstanceOverviews: Sendable {
    let store: any EventReader
    let dispatcher: Dispatcher
    let watchdog: Watchdog
    let clock: any EngineClock
    let options: EngineOptions

    func overview(_ entry: InstanceRegistry.Entry) async throws -> InstanceOverview {
        let instance = entry.instance
        let report = await entry.sources.report
        let callback = await dispatcher.callback(instance.id)
        var retrying = 0
        if let callback, case .failing = callback.state(retrying: 0) {
            var filter = EventFilter()
            filter.instanceIDs = [instance.id]
            retrying = Int(try await store.counts(filter).byState[.retrying] ?? 0)
        }
        var overview = InstanceOverview(
            id: instance.id,
            name: instance.name,
            tags: instance.tags,
            configuration: instance.configuration.masked,
            isDisabled: instance.isDisabled,
            source: report.state ?? .connecting,
            callback: (callback?.state(retrying: retrying).moved(clock.shown) ?? .none)
                .overdue(by: watchdog.overdue([.dispatcher, .sender, .recorder])),
            pollers: report.records,
            nextPoll: report.nextPoll,
            isPolling: report.isPolling,
            apiUsage: await entry.watched.session.apiUsage,
            receiverURL: options.receiverURL(instance),
            organizationName: instance.connection?.organizationName,
            isConnected: instance.connection != nil
        )
        overview.organizationURL = instance.connection?.instanceURL
        overview.providerMessage = report.providerMessage
        overview.backfills = report.records.compactMap { record in
            ResumeState(parsing: record.resume).backfill(of: record.object)
        }
        overview.attemptLimit = options.retryPolicy.maximumAttempts
        return overview
    }
}
