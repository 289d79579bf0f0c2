import Domain
import EngineAPI

/// A hold of the callback by a person: for the time of a repair there, as the breaker's is by itself.
extension InstancesFeature {
    /// Why deliveries can't be held; nil if they can. One that waits for its next probe can still be held for good.
    func holdObstacle(_ context: DashboardContext) -> String? {
        switch directory.instance?.callback {
        case .some(.none): "This instance has no callback; nothing is sent."
        case .held(_, nil): "The callback is held already; \(context.key(.resumeCallback)) resumes it."
        default: nil
        }
    }

    func askToHold(_ context: DashboardContext, _ effects: inout Effects) {
        guard let current = directory.current else { return }
        effects.ask(
            "Hold deliveries?",
            "Nothing more is sent to \(directory.callbackHost(of: current)) until \(context.key(.resumeCallback)) resumes it, "
                + "also after a restart. Events go on being recorded; what is under way still ends.",
            verb: "Hold",
            then: [.command(.holdCallback(current))]
        )
    }

    func say(
        held id: InstanceID,
        _ result: Result<Done, Failure>,
        _ context: DashboardContext,
        _ effects: inout Effects
    ) {
        switch result {
        case .success:
            effects.say(
                .info,
                "Deliveries to \(directory.callbackHost(of: id)) are held; \(context.key(.resumeCallback)) resumes them.",
                about: .callback,
                on: .holding(id)
            )
        case .failure(let failure): effects.say(.failure, failure.sentence, on: .holding(id))
        }
    }
}
