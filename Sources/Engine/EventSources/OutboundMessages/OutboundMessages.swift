import Domain
import Primitives
import Salesforce
import Store

/// SOAP messages that a flow or workflow rule sends. Whoever administers the org sets them up, whatever the event type is:
/// they are accepted while events are on, and nothing is begun or ended here.
struct OutboundMessages: EventSource {
    static let needs = SourceNeeds(eventTypes: Set(EventType.allCases))

    private let watched: WatchedInstance
    private let context: SourceContext

    init(_ watched: WatchedInstance, context: SourceContext) {
        self.watched = watched
        self.context = context
    }

    /// Stores a message's changes; they are on disk when this returns.
    func accept(_ message: WebhookBody) async throws -> IntakeResult {
        var batch = SourceBatch(message, receivedAt: context.clock.now)
        // A flow may send the record that it has just saved once more, at a later moment with nothing new.
        batch.canReportTouches = false
        batch.observations = try await living(batch.observations)
        return try await context.intake.accept(batch, for: watched)
    }

    /// Without those of deleted records that carry no stamp: a message may come a day late, and only a stamp shows that
    /// the record came back since.
    private func living(_ seen: [Observation]) async throws -> [Observation] {
        let objects = watched.current.objects
        var found: [Observation] = []
        for one in seen {
            if one.guess != nil, let object = objects[one.object.lowercased()],
                try await context.store.ledgerEntry(watched.id, object: object, recordID: one.recordID)?.isDeleted
                    == true
            {
                continue
            }
            found.append(one)
        }
        return found
    }
}
