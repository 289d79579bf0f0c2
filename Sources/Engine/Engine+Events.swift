package import Domain
import Store

extension Engine {
    package func events(_ page: PageRequest) async throws -> [EventSummary] { try await store.events(page) }

    package func event(sequence: Int64) async throws -> EventDetail {
        guard let detail = try await store.event(sequence: sequence) else {
            throw ClientError(.notFound, "There is no event number \(sequence).")
        }
        return detail
    }

    package func event(id: String) async throws -> EventDetail {
        guard let detail = try await store.event(id: id) else {
            throw ClientError(.notFound, "There is no event \u{201C}\(id.prefix(60))\u{201D}.")
        }
        return detail
    }

    package func counts(_ filter: EventFilter) async throws -> EventCounts { try await store.counts(filter) }

    package func resumeCallback(_ id: InstanceID) async throws {
        _ = try await entry(id)
        await context.dispatcher.resume(id)
    }

    // MARK: For the API

    /// One instance's deliveries, newest first.
    package func deliveries(
        _ id: InstanceID,
        state: DeliveryState?,
        before: Int64?,
        limit: Int
    ) async throws -> [Delivery] {
        _ = try await entry(id)
        return try await store.deliveries(id, state: state, before: before, limit: min(max(limit, 1), 1000))
    }

    /// Every attempt of an event's notification, oldest first.
    package func attempts(eventID: String) async throws -> [Attempt] { try await event(id: eventID).attempts }

    /// One record per watched object, with the next poll as it is planned now.
    package func pollerRecords(_ id: InstanceID) async throws -> [PollerRecord] {
        try await entry(id).poller.status().records
    }
}
