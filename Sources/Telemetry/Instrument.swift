/// A figure that is counted as it happens; what can be asked for when somebody looks isn't.
///
/// One row each: name, kind, help. The names are those of the OpenMetrics families, in seconds and bytes; a counter's samples
/// end with `_total`. Labels are numbers and words of this program: never the name of an instance, an object or a record.
package enum Instrument: String, Sendable, CaseIterable {
    case changesReceived = "signalbox_changes_received"
    case changesDeduplicated = "signalbox_changes_deduplicated"
    case changesUnwatched = "signalbox_changes_unwatched"
    case eventsStored = "signalbox_events_stored"
    case attempts = "signalbox_delivery_attempts"
    case attemptDuration = "signalbox_delivery_attempt_duration_seconds"
    case deliveryDelay = "signalbox_delivery_delay_seconds"
    case deliveriesEnded = "signalbox_deliveries_ended"
    case replays = "signalbox_replays"
    case polls = "signalbox_polls"
    case pollDuration = "signalbox_poll_duration_seconds"
    case pollCalls = "signalbox_poll_api_calls"
    case webhooks = "signalbox_webhooks"
    case webhookDuration = "signalbox_webhook_duration_seconds"
    case managementCalls = "signalbox_management_calls"

    package enum Kind: Sendable, Hashable {
        case counter
        /// Observations in seconds, by the bounds that they don't exceed.
        case histogram(bounds: [Double])
    }

    package struct Row: Sendable {
        package let kind: Kind
        package let help: String
    }

    package var row: Row {
        switch self {
        case .changesReceived:
            Row(
                kind: .counter,
                help: "Changes that event sources handed in, repeats among them, by instance and source."
            )
        case .changesDeduplicated:
            Row(kind: .counter, help: "Changes that were known already and became no event.")
        case .changesUnwatched:
            Row(kind: .counter, help: "Changes that webhooks brought and were left out: their objects are not watched.")
        case .eventsStored: Row(kind: .counter, help: "Events stored, by instance and source.")
        case .attempts:
            Row(
                kind: .counter,
                help:
                    "Posts to callbacks that were no replay, by result: succeeded, refused (an answer that is no 2xx), failed."
            )
        case .attemptDuration:
            Row(
                kind: .histogram(bounds: Self.network),
                help: "How long posts to callbacks took, replays among them, until the end of the answer."
            )
        case .deliveryDelay:
            Row(
                kind: .histogram(bounds: Self.delays),
                help: "From the time when an event was stored until its callback had it."
            )
        case .deliveriesEnded: Row(kind: .counter, help: "Deliveries that ended, by state: delivered, dead.")
        case .replays: Row(kind: .counter, help: "Replays, by result.")
        case .polls: Row(kind: .counter, help: "Polls, by result: succeeded, failed (the poll or one of its objects).")
        case .pollDuration: Row(kind: .histogram(bounds: Self.delays), help: "How long polls took.")
        case .pollCalls:
            Row(
                kind: .counter,
                help: "Calls of orgs that polls made, by purpose; the org's allowance does not pay for tokens."
            )
        case .webhooks: Row(kind: .counter, help: "Webhooks by the status they were answered with.")
        case .webhookDuration:
            Row(
                kind: .histogram(bounds: Self.network),
                help: "From a webhook's head until it was on disk and acknowledged."
            )
        case .managementCalls: Row(kind: .counter, help: "Calls of the management API by status.")
        }
    }

    private static let network = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]
    private static let delays = [0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300, 1800, 3600, 21_600, 86_400]
}
