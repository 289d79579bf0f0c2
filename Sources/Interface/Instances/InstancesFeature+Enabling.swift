import Domain
import EngineAPI

extension InstancesFeature {
    /// As holding and resuming do; what is chosen by a few letters is easily another thing than was meant.
    func askToToggle(_ instance: InstanceOverview, _ effects: inout Effects) {
        let isWebhook = instance.configuration.eventType == .webhooks
        let (title, words) =
            instance.isDisabled
            ? ("Enable", isWebhook ? "Webhooks of its org are taken again." : "Its org is polled again.")
            : (
                "Disable",
                (isWebhook ? "Webhooks of its org are refused" : "Its org is not polled any more")
                    + " until it is enabled, also after a restart. What was recorded before is still delivered."
            )
        effects.ask(
            "\(title) \(instance.name)?",
            words,
            verb: title,
            then: [.command(.setEnabled(instance.id, instance.isDisabled))]
        )
    }
}
