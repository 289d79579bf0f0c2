import Domain
import Logging
import Primitives
import Salesforce
import Store

/// What becomes of the schedule when a poll fails.
extension Poller {
    func failed(_ error: any Error, _ condemnation: String?) {
        let now = context.clock.due
        // What the watchdog ended has not moved by itself.
        if condemnation == nil { activity?.rests() }
        switch error {
        case is CancellationError:
            if let condemnation {
                schedule.failed(.transient, condemnation, at: now, random: context.options.random())
            } else {
                schedule.cancelled(at: now)
            }
        case let error as DiskShortage:
            schedule.paused(error.sentence, at: now)
            // The guard has said it already.
            return
        case let error as SalesforceError:
            if error.code == RestFailure.brokenCode, let url = instance.connection?.instanceURL {
                context.otherClocks.recordUntrusted(url)
            }
            schedule.failed(
                error.kind,
                error.message,
                providerMessage: error.providerMessage,
                at: now,
                random: context.options.random()
            )
        default:
            let reason = "What the poll found could not be stored: \(ErrorSentence.text(error))"
            schedule.failed(.transient, reason, at: now, random: context.options.random())
        }
        if !(error is CancellationError) {
            context.logger.warning("Poll failed", metadata: ["instance": "\(id)", "error": "\(error)"])
        }
    }
}
