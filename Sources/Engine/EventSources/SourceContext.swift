import Domain
import Logging
import Primitives
import Store

/// What the engine hands to every event source.
struct SourceContext: Sendable {
    let intake: Intake
    let store: any PollerStore & IntakeStore & InstanceStore
    let options: EngineOptions
    let clock: any EngineClock
    let steps: ClockSteps
    let notices: NoticeBoard
    let watchdog: Watchdog
    let logger: Logger
}
