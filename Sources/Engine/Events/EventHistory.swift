import Domain
import EngineAPI
import Primitives
import Store

/// Reads events and what became of them, with holds, attempts under way and moments as they are now.
struct EventHistory: Sendable {
    let store: any EventReader
    let holds: CallbackHolds
    let sending: SendingTimes
    let clock: any EngineClock

    func events(_ page: PageRequest) async throws -> EventPage {
        var page = page
        page.filter = shown(page.filter)
        let events = try await store.events(page)
        guard hasStepped || !sending.isEmpty else { return events }
        return events.map(events: { $0.with($0.delivery.map { shown($0) }) })
    }

    func event(sequence: Int64) async throws -> EventDetail {
        guard let detail = try await store.event(sequence: sequence) else {
            throw ClientError(.notFound, "There is no event number \(sequence).")
        }
        return shown(detail)
    }

    func event(id: String) async throws -> EventDetail {
        guard let detail = try await store.event(id: id) else {
            throw ClientError(.notFound, "There is no event \u{201C}\(id.prefix(60))\u{201D}.")
        }
        return shown(detail)
    }

    func counts(_ filter: EventFilter, limit: Int64?) async throws -> EventCounts {
        try await store.counts(shown(filter), limit: limit)
    }

    func histogram(_ request: HistogramRequest) async throws -> EventHistogram {
        var request = request
        request.filter = shown(request.filter)
        return try await store.histogram(request)
    }

    func activity(_ id: InstanceID, since: Timestamp) async throws -> ActivitySummary {
        let earliest = clock.now.advanced(bySeconds: -86_400)
        return try await store.activity(id, since: max(since, earliest))
    }

    func failures(_ id: InstanceID) async throws -> [FailureGroup] { try await store.failures(id) }

    func statistics(_ request: StatisticsRequest?) async throws -> StoredStatistics {
        try await store.statistics(request, at: clock.now)
    }

    /// Deliveries with an event that the filter finds, newest first; 5000 at most.
    func deliveries(_ filter: EventFilter, before: Int64?, limit: Int) async throws -> [Delivery] {
        try await store.deliveries(shown(filter), before: before, limit: min(max(limit, 1), 5000))
            .map { shown($0) }
    }

    private func shown(_ delivery: Delivery) -> Delivery { sending.shown(delivery.moved(clock.shown)) }

    /// The filter with the holds as they are now.
    func shown(_ filter: EventFilter) -> EventFilter {
        var filter = filter
        filter.heldInstances = holds.instances
        return filter
    }

    /// Whether the machine's clock was set since the start, so that what is due has to be shown by the new time.
    private var hasStepped: Bool { clock.shown(.distantPast) != .distantPast }

    private func shown(_ detail: EventDetail) -> EventDetail {
        EventDetail(
            event: detail.event,
            delivery: detail.delivery.map { shown($0.shown(heldInstances: holds.instances)) },
            attempts: detail.attempts,
            body: detail.body
        )
    }
}
