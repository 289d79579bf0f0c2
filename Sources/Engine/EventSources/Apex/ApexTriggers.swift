import Domain
import Primitives
import Salesforce

/// Apex triggers in the org that post each change to the receiver. Deployed where the event type asks for them; what they
/// post is accepted with any event type while events are on, as triggers may have been put there by other means.
final class ApexTriggers: EventSource {
    static let needs = SourceNeeds(eventTypes: [.webhooks])

    let watched: WatchedInstance
    let poller: Poller
    let context: SourceContext
    let registry: InstanceRegistry
    let state: RunState
    let progress = ApexProgress()
    /// One deployment at a time. Not the instance's gate: a deployment renews tokens, which go through that.
    let deploying = SerialGate()
    let waits = DeploymentWaits()

    /// `poller` is asked for what changed between the first poll and the triggers' deployment; `registry` knows the other
    /// instances, whose triggers may share a remote site.
    init(
        _ watched: WatchedInstance,
        poller: Poller,
        context: SourceContext,
        registry: InstanceRegistry,
        state: RunState
    ) {
        self.watched = watched
        self.poller = poller
        self.context = context
        self.registry = registry
        self.state = state
    }

    /// Stores what a trigger posted; it is on disk when this returns.
    func accept(_ webhook: WebhookBody) async throws -> IntakeResult {
        try await context.intake.accept(SourceBatch(webhook, receivedAt: context.clock.now), for: watched)
    }
}

extension Instance {
    /// What is known of the Apex in the org that the instance is connected to now.
    var standingApex: DeployedApex? {
        guard let apex, apex.organizationID == connection?.organizationID else { return nil }
        return apex
    }
}
