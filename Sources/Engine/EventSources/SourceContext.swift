import Domain
import Logging
import Primitives
import Store

/// What the engine hands to every event source.
struct SourceContext: Sendable {
    let intake: Intake
    let store: any InstanceStore & IntakeStore & PollerStore
    let options: EngineOptions
    let clock: any EngineClock
    let steps: ClockSteps
    let notices: NoticeHub
    let watchdog: Watchdog
    let metrics: EngineMetrics
    let disk: DiskGuard
    /// Hears what date the orgs' answers bear.
    let otherClocks: OtherClocks
    /// Has what a source does to the org because a person changed something else.
    let audit: AuditTrail
    let logger: Logger
}
