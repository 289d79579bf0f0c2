package import Domain
import EngineAPI
package import Primitives
import Store

extension Engine {
    package func events(_ page: PageRequest) async throws -> [EventSummary] {
        var page = page
        page.filter = shown(page.filter)
        let events = try await store.events(page)
        guard hasStepped else { return events }
        return events.map { $0.moved(clock.shown) }
    }

    package func event(sequence: Int64) async throws -> EventDetail {
        guard let detail = try await store.event(sequence: sequence) else {
            throw ClientError(.notFound, "There is no event number \(sequence).")
        }
        return shown(detail)
    }

    package func event(id: String) async throws -> EventDetail {
        guard let detail = try await store.event(id: id) else {
            throw ClientError(.notFound, "There is no event \u{201C}\(id.prefix(60))\u{201D}.")
        }
        return shown(detail)
    }

    package func counts(_ filter: EventFilter) async throws -> EventCounts { try await store.counts(shown(filter)) }

    /// Whether the machine's clock was set since the start, so that what is due has to be shown by the new time.
    private var hasStepped: Bool { clock.shown(.distantPast) != .distantPast }

    /// The filter with the holds as they are now.
    func shown(_ filter: EventFilter) -> EventFilter {
        var filter = filter
        filter.heldInstances = context.dispatcher.holds.instances
        return filter
    }

    private func shown(_ detail: EventDetail) -> EventDetail {
        let held = context.dispatcher.holds.instances
        return EventDetail(
            event: detail.event,
            delivery: detail.delivery?.shown(heldInstances: held).moved(clock.shown),
            attempts: detail.attempts,
            body: detail.body
        )
    }

    package func activity(_ id: InstanceID, since: Timestamp) async throws -> ActivitySummary {
        _ = try await entry(id)
        let earliest = clock.now.advanced(bySeconds: -86_400)
        return try await store.activity(id, since: max(since, earliest))
    }

    package func resumeCallback(_ id: InstanceID) async throws {
        _ = try await entry(id)
        await context.dispatcher.resume(id, waits: isRunning)
        await context.dispatcher.holds.settle()
    }

    package func holdCallback(_ id: InstanceID, reason: String?) async throws {
        let instance = try await entry(id).instance
        guard Route(instance.configuration) != nil else {
            throw ClientError(.conflict, "There is no callback to hold; set the Event Notification Callback URL.")
        }
        let reason = reason?.trimmed ?? ""
        guard reason.utf8.count <= CallbackHold.longestReason else {
            throw ClientError(.invalid, "reason is longer than \(CallbackHold.longestReason) bytes.")
        }
        await context.dispatcher.hold(id, reason: reason.isEmpty ? "A person holds it." : reason)
        guard try await store.callbackHold(id) != nil else {
            throw ClientError(
                .unavailable,
                "The callback is held, but that could not be stored: a restart would forget it. Hold it again."
            )
        }
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
        var filter = EventFilter()
        filter.instanceIDs = [id]
        if let state { filter.states = [state] }
        return try await deliveries(filter, before: before, limit: limit)
    }

    /// Deliveries with an event that the filter finds, newest first; 5000 at most.
    package func deliveries(_ filter: EventFilter, before: Int64?, limit: Int) async throws -> [Delivery] {
        try await store.deliveries(shown(filter), before: before, limit: min(max(limit, 1), 5000))
            .map { $0.moved(clock.shown) }
    }

    /// Every attempt of an event's notification, oldest first.
    package func attempts(eventID: String) async throws -> [Attempt] { try await event(id: eventID).attempts }

    /// One record per watched object, with the next poll as it is planned now.
    package func pollerRecords(_ id: InstanceID) async throws -> [PollerRecord] {
        try await entry(id).poller.status().records
    }
}
