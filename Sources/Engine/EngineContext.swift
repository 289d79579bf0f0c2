import Domain
import Logging
import Primitives
import Salesforce
import Store

/// What the parts of an engine share.
struct EngineContext: Sendable {
    let pollers: any PollerStore
    let connector: any OrgConnecting
    let options: EngineOptions
    let clock: any EngineClock
    let notices: NoticeBoard
    let watchdog: Watchdog
    let dispatcher: Dispatcher
    let intake: Intake
    let logger: Logger
}
