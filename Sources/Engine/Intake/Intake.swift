import Domain
import EngineAPI
import Primitives
import Salesforce
import Store

/// The one way in: what is found or received is stored, then told to the dispatcher and to whoever watches.
struct Intake: Sendable {
    let store: any IntakeStore
    let dispatcher: Dispatcher
    let notices: NoticeBoard
    let clock: any EngineClock

    func take(_ page: PollPage, for instance: Instance) async throws -> IntakeResult {
        let configuration = instance.configuration
        return try await take(
            IntakeBatch(
                instanceID: instance.id,
                instanceName: instance.name,
                instanceTags: instance.tags,
                observations: page.observations,
                policies: page.policies,
                source: page.source,
                pollDate: page.pollDate,
                receivedAt: clock.now,
                filterNulls: configuration.filterNulls,
                batchSize: min(configuration.batchSize, 10),
                hasCallback: !configuration.callbackURL.isEmpty,
                pollerRecords: page.pollerRecords
            )
        )
    }

    /// Takes a webhook; `baselines` says from when on records of each object, named in lower case, count as
    /// new.
    func take(
        _ body: WebhookBody,
        for instance: Instance,
        baselines: [String: Timestamp]
    ) async throws -> IntakeResult {
        let configuration = instance.configuration
        let now = clock.now
        let spelling = Dictionary(
            configuration.watchedObjects.map { ($0.lowercased(), $0) },
            uniquingKeysWith: { first, _ in first }
        )
        var observations = body.observations(receivedAt: now).compactMap { seen -> Observation? in
            // The configuration says what is watched, whatever triggers are still deployed.
            guard let object = spelling[seen.object.lowercased()] else { return nil }
            var seen = seen
            seen.object = object
            return seen
        }
        if body.source == .outboundMessage { observations = try await living(observations, instance.id, now) }
        guard !observations.isEmpty else { return IntakeResult() }
        let notificationIDs = observations.compactMap(\.notificationID)
        var policies: [String: ChangeDecision.Policy] = [:]
        for object in Set(observations.map(\.object)) {
            policies[object] = ChangeDecision.Policy(
                baseline: baselines[object.lowercased()],
                // A flow may send the record that it has just saved once more, at a later moment with nothing new.
                reportTouches: configuration.reportTouches && body.source == .webhook
            )
        }
        return try await take(
            IntakeBatch(
                instanceID: instance.id,
                instanceName: instance.name,
                instanceTags: instance.tags,
                observations: observations,
                policies: policies,
                source: body.source,
                pollDate: nil,
                receivedAt: now,
                webhookEnvelope: body.envelope,
                filterNulls: configuration.filterNulls,
                batchSize: configuration.batchSize,
                hasCallback: !configuration.callbackURL.isEmpty,
                messageID: body.lacksStamps ? body.messageID : nil,
                notificationIDs: notificationIDs.count == observations.count ? notificationIDs : []
            )
        )
    }

    /// Without those of deleted records that carry no stamp: an Outbound Message may come a day late, and only a stamp
    /// shows that the record came back since.
    private func living(_ seen: [Observation], _ id: InstanceID, _ now: Timestamp) async throws -> [Observation] {
        var found: [Observation] = []
        for one in seen {
            if one.stamp == now,
                try await store.ledgerEntry(id, object: one.object, recordID: one.recordID)?.isDeleted == true
            {
                continue
            }
            found.append(one)
        }
        return found
    }

    private func take(_ batch: IntakeBatch) async throws -> IntakeResult {
        let result = try await store.append(batch)
        dispatcher.hint(result.ready)
        if let last = result.lastSequence { notices.post(.stored(count: result.events, lastSequence: last)) }
        return result
    }
}
