import Domain
import EngineAPI
import Store

/// The one way in: what a source found or received is stored, then offered to the dispatcher and announced.
struct Intake: Sendable {
    let store: any IntakeStore
    let dispatcher: Dispatcher
    let notices: NoticeBoard

    /// Stores a batch; it is on disk when this returns. What the instance does not watch is left out.
    func accept(_ batch: SourceBatch, for watched: WatchedInstance) async throws -> IntakeResult {
        let current = watched.current
        let configuration = current.instance.configuration
        let observations = batch.observations.compactMap { seen -> Observation? in
            // The settings say what is watched, whatever a poll began with and whatever triggers are still deployed.
            guard let object = current.objects[seen.object.lowercased()] else { return nil }
            if seen.object == object || batch.policies[seen.object] != nil { return seen }
            var seen = seen
            seen.object = object
            return seen
        }
        var result = IntakeResult()
        if !observations.isEmpty || !batch.positions.isEmpty {
            let ids = observations.compactMap(\.notificationID)
            result = try await store.append(
                IntakeBatch(
                    instanceID: watched.id,
                    instanceName: current.instance.name,
                    instanceTags: current.instance.tags,
                    observations: observations,
                    policies: policies(of: observations, batch, current),
                    source: batch.source,
                    pollDate: batch.pollDate,
                    receivedAt: batch.receivedAt,
                    webhookEnvelope: batch.envelope,
                    filterNulls: configuration.filterNulls,
                    batchSize: min(configuration.batchSize, batch.notificationSize),
                    hasCallback: !configuration.callbackURL.isEmpty,
                    messageID: batch.messageID,
                    notificationIDs: ids.count == observations.count ? ids : [],
                    pollerRecords: batch.positions
                )
            )
            watched.stored(batch.positions)
            dispatcher.hint(result.ready)
            if let last = result.lastSequence { notices.post(.stored(count: result.events, lastSequence: last)) }
        }
        // The org reported by itself.
        if batch.pollDate == nil { watched.heard(at: batch.receivedAt) }
        return result
    }

    private func policies(
        of observations: [Observation],
        _ batch: SourceBatch,
        _ current: WatchedInstance.Current
    ) -> [String: ChangeDecision.Policy] {
        var policies = batch.policies
        for seen in observations where policies[seen.object] == nil {
            policies[seen.object] = ChangeDecision.Policy(
                baseline: current.baselines[seen.object.lowercased()],
                reportTouches: batch.canReportTouches && current.instance.configuration.reportTouches
            )
        }
        return policies
    }
}
