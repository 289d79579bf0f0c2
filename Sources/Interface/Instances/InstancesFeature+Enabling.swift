import Domain
import Drawing
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

extension DashboardContext {
    /// How a disabled instance is enabled, in words that end a sentence: the action has no key of its own unless it was given one.
    var enablingWay: String {
        if let key = table.keyName(.toggleInstance, glyphs) { return "\(key.string) enables it" }
        return "“Enable this instance” under \(paletteKey) enables it"
    }

    /// What being disabled means for the current instance; nil where it isn't.
    var disabledReason: String? {
        guard let instance, instance.isDisabled else { return nil }
        let what =
            instance.configuration.eventType == .webhooks
            ? "webhooks of its org are refused" : "its org is not polled"
        return "This instance is disabled: \(what); \(enablingWay)."
    }
}
