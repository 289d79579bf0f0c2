import Domain
import EngineAPI

/// What the plain output reads of an engine.
struct PlainSource: Sendable {
    var instances: @Sendable () async throws -> [InstanceOverview]
    var events: @Sendable (PageRequest) async throws -> [EventSummary]
    /// By sequence.
    var event: @Sendable (Int64) async throws -> EventDetail
}

extension PlainSource {
    init(_ engine: any EngineClient) {
        self.init(
            instances: { try await engine.instances() },
            events: { try await engine.events($0).events },
            event: { try await engine.event(sequence: $0) }
        )
    }
}
