import Domain
import EngineAPI
import Store

/// The one way in: what a source found or received is stored, then offered to the dispatcher and announced.
struct Intake: Sendable {
    let store: any IntakeStore
    let dispatcher: Dispatcher
    let notices: NoticeHub
    let words: WordIndexing
    let metrics: EngineMetrics
    let disk: DiskGuard
    let writes: WriteWatch
    var traces: EventTraces?
    /// Whether it is delivered here; another node hears of what it has to deliver.
    var isHeld: @Sendable (InstanceID) -> Bool = { _ in true }

    /// Stores a batch; it is on disk when this returns. What the instance does not watch is left out, and counted where the
    /// org reported it by itself.
    ///
    /// - Throws: `DiskShortage` while too little space is free, or `StoreError`.
    func accept(_ batch: SourceBatch, for watched: WatchedInstance) async throws -> IntakeResult {
        try await disk.admit()
        let current = watched.current
        let (observations, policies, unwatched) = judged(batch, current)
        var result = IntakeResult()
        if !observations.isEmpty || !batch.positions.isEmpty {
            let ids = observations.compactMap(\.notificationID)
            let stored = IntakeBatch(
                instanceID: watched.id,
                instanceName: current.instance.name,
                instanceTags: current.instance.tags,
                observations: observations,
                policies: policies,
                source: batch.source,
                pollDate: batch.pollDate,
                receivedAt: batch.receivedAt,
                sentAt: batch.sentAt,
                webhookEnvelope: batch.envelope,
                filterNulls: current.instance.configuration.filterNulls,
                batchSize: min(current.instance.configuration.batchSize, batch.notificationSize),
                hasCallback: !current.instance.configuration.callbackURL.isEmpty,
                messageID: batch.messageID,
                webhookID: batch.webhookID,
                notificationIDs: ids.count == observations.count ? ids : [],
                pollerRecords: batch.positions
            )
            do { result = try await append(stored) } catch {
                writes.failed(error, for: watched)
                throw error
            }
            // What brings nothing new may have been written nowhere.
            if result.events > 0 || !batch.positions.isEmpty { writes.worked() }
            watched.stored(batch.positions)
            if isHeld(watched.id) { dispatcher.enqueue(result.ready) }
            metrics.instance(watched.id).stored(result, from: batch.source)
            if let last = result.lastSequence {
                notices.post(.stored(count: result.events, lastSequence: last))
                words.stored(result.events)
            }
        }
        // The org reported by itself.
        if batch.pollDate == nil {
            watched.heard(at: batch.receivedAt)
            if !unwatched.isEmpty { leaveOut(unwatched, of: batch, watched) }
        }
        return result
    }

    private func leaveOut(_ changes: [String: Int], of batch: SourceBatch, _ watched: WatchedInstance) {
        metrics.instance(watched.id).leftOut(changes.values.reduce(0, +), from: batch.source)
        if watched.leftOut(changes) { notices.post(.instance(watched.id)) }
    }

    private func append(_ batch: IntakeBatch) async throws -> IntakeResult {
        guard let traces, !batch.observations.isEmpty else { return try await store.append(batch) }
        return try await traces.storing(for: batch.instanceID, from: batch.source) { try await store.append(batch) }
    }

    /// The observations of watched objects, spelled as the settings do, and how to judge each object. Rows of one object
    /// follow each other, so that each name is looked up once for many of them. With them, how many of which other objects
    /// there are.
    private func judged(
        _ batch: SourceBatch,
        _ current: WatchedInstance.Current
    ) -> ([Observation], [String: ChangeDecision.Policy], unwatched: [String: Int]) {
        var unwatched: [String: Int] = [:]
        var observations: [Observation] = []
        observations.reserveCapacity(batch.observations.count)
        var policies = batch.policies
        var last: (name: String, object: String?)?
        for seen in batch.observations {
            if last?.name != seen.object {
                last = (seen.object, object(seen.object, batch, current))
                if let object = last?.object, policies[object] == nil {
                    policies[object] = ChangeDecision.Policy(
                        baseline: current.baselines[object.lowercased()],
                        reportTouches: batch.canReportTouches && current.instance.configuration.reportTouches,
                        begun: current.begun[object.lowercased()]
                    )
                }
            }
            guard let object = last?.object else {
                unwatched[seen.object, default: 0] += 1
                continue
            }
            if seen.object == object {
                observations.append(seen)
            } else {
                var spelled = seen
                spelled.object = object
                observations.append(spelled)
            }
        }
        return (observations, policies, unwatched)
    }

    /// The settings say what is watched, whatever a poll began with and whatever triggers are still deployed: nil is not.
    private func object(_ name: String, _ batch: SourceBatch, _ current: WatchedInstance.Current) -> String? {
        guard let object = current.objects[name.lowercased()] else { return nil }
        return batch.policies[name] == nil ? object : name
    }
}
