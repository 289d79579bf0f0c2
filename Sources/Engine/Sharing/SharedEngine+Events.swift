package import Domain
package import EngineAPI
package import Primitives
import Store

/// What each node answers alike, from the store.
extension SharedEngine {
    package func events(_ page: PageRequest) async throws -> EventPage { try await own.events(page) }
    package func event(sequence: Int64) async throws -> EventDetail { try await own.event(sequence: sequence) }
    package func event(id: String) async throws -> EventDetail { try await own.event(id: id) }
    package func counts(_ filter: EventFilter, limit: Int64?) async throws -> EventCounts {
        try await own.counts(filter, limit: limit)
    }
    package func histogram(_ request: HistogramRequest) async throws -> EventHistogram {
        try await own.histogram(request)
    }
    package func activity(_ id: InstanceID, since: Timestamp) async throws -> ActivitySummary {
        try await own.activity(id, since: since)
    }
    package func failures(_ id: InstanceID) async throws -> [FailureGroup] { try await own.failures(id) }
    package func rotateKey(to key: Secret?) async throws -> KeyChange { try await own.rotateKey(to: key) }
    package func auditEntries(before id: Int64?, limit: Int) async throws -> [AuditEntry] {
        try await own.auditEntries(before: id, limit: limit)
    }
    package func deliveries(_ filter: EventFilter, before: Int64?, limit: Int) async throws -> [Delivery] {
        try await own.deliveries(filter, before: before, limit: limit)
    }
    package func attempts(notificationID: Int64) async throws -> [Attempt] {
        try await own.attempts(notificationID: notificationID)
    }
    package func signedRequest(eventID: String) async throws -> SignedRequest {
        try await own.signedRequest(eventID: eventID)
    }
}
