import Domain
import EngineAPI

/// Gets a person's access in the browser: opens the dialog for whoever asks, and ends what nobody waits for any more.
struct ConnectFeature: Feature {
    static let actions = ConnectDialog.actions

    /// The number of the last attempt.
    private var token = 0

    mutating func receive(_ event: any DashboardEvent, _ context: DashboardContext, _ effects: inout Effects) {
        switch event {
        case let request as AccessRequested:
            token += 1
            // What they say led here, and they would lie over the field.
            effects.post(MessagesDismissed())
            effects.open(ConnectDialog(request.draft, instance: request.instance, token: token))
            effects.send(.beginAuthorization(token: token, request.draft.configuration, request.instance))
        default: break
        }
    }

    mutating func receive(_ message: Message, _ context: DashboardContext, _ effects: inout Effects) {
        // The person left before the address was there.
        if case .authorizationBegun(_, .success(let late)) = message, !context.isShownByOverlay {
            effects.send(.cancelAuthorization(state: late.state))
        }
    }
}

/// Posted to get a person's access with a draft's settings; `AccessGranted` follows, or nothing.
struct AccessRequested: DashboardEvent {
    let draft: InstanceDraft
    /// Nil: for a new instance.
    let instance: InstanceID?
}

/// Posted once access was granted.
struct AccessGranted: DashboardEvent {
    let state: String
    let draft: InstanceDraft
    let instance: InstanceID?
}

/// Posted to connect an instance once more with the settings that are in force.
struct ReconnectRequested: DashboardEvent {
    let instance: InstanceOverview
}
