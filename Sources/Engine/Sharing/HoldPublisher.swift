import Domain
import Logging
import Primitives
import Store

/// Lets other nodes know of the instances that are held here whether their callbacks are held: they count, show and filter
/// deliveries by that.
struct HoldPublisher: Sendable {
    let sharing: any SharedStore
    let holds: CallbackHolds
    let clock: any EngineClock
    let logger: Logger

    /// Milliseconds until what could not be published is tried again.
    private static let pause: Int64 = 1000

    /// Publishes of each instance whose hold began or ended; returns when it is cancelled.
    func run(_ turned: AsyncStream<InstanceID>) async { for await id in turned { await publish(id) } }

    /// Tried until it is done, as the hold may not turn again for days; what holds by then is what counts.
    private func publish(_ id: InstanceID) async {
        var isReported = false
        while sharing.isHeld(id), !Task.isCancelled {
            do { return try await sharing.publish(isCallbackHeld: holds.held(id) != nil, of: id) } catch {
                if !isReported {
                    logger.warning(
                        "Other nodes don't know whether a callback is held",
                        metadata: ["instance": "\(id)", "error": "\(error)"]
                    )
                }
                isReported = true
                try? await clock.sleep(until: clock.due.advanced(byMilliseconds: Self.pause))
            }
        }
    }
}
