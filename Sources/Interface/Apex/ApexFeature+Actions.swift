import Domain
import Drawing
import EngineAPI

extension ActionContext {
    static let apex = ActionContext.overlay("apex", "Apex", including: [.list])
    static let folder = ActionContext.overlay("folder", "Export folder", including: [.text])
}

extension ActionID {
    static let apex = ActionID("apex")
    static let deployApex = ActionID("deploy-apex")
    static let removeApex = ActionID("remove-apex")
    static let exportApex = ActionID("export-apex")
    static let rotateSecret = ActionID("rotate-secret")
    static let copyReceiver = ActionID("copy-receiver")
    static let copyOutbound = ActionID("copy-outbound")
    static let apexReport = ActionID("apex-report")
}

extension ApexFeature {
    /// What can be done about an instance's Apex; the window behind the first lists the others.
    static let actions: [Action] = [
        Action(
            .apex,
            [.character("a")],
            "Show the Apex: deploy, remove, export",
            hint: "apex",
            in: [.everywhere, .apex],
            onlyShows: true
        ),
        Action(.deployApex, [], "Deploy the Apex triggers into the org", hint: "deploy"),
        Action(.removeApex, [], "Remove the Apex from the org", hint: "remove"),
        Action(.exportApex, [], "Export the Apex as a Salesforce DX project", hint: "export"),
        Action(.rotateSecret, [], "Rotate the receiver secret", hint: "rotate"),
        Action(.copyReceiver, [], "Copy the receiver URL", hint: "copy URL"),
        Action(.copyOutbound, [], "Copy the address for Outbound Messages", hint: "copy outbound"),
        Action(.apexReport, [], "Show what the org said to the last deployment", hint: "report"),
    ]

    func obstacle(to action: ActionID, _ context: DashboardContext) -> String? {
        guard Self.actions.contains(where: { $0.id == action }) else { return nil }
        guard let instance = context.instance else { return context.noInstance }
        let isWebhooks = instance.configuration.eventType == .webhooks
        switch action {
        case .deployApex, .removeApex:
            if let running = board.running {
                return running == .deploying ? "A deployment is running already." : "The Apex is being removed already."
            }
            if action == .deployApex, !isWebhooks {
                return "This instance polls; set its event type to webhooks and apply before Apex can tell of changes."
            }
            return nil
        case .exportApex:
            return isWebhooks
                ? nil : "This instance polls; set its event type to webhooks and apply, then export its Apex."
        case .rotateSecret: return board.isRotating ? "The secret is being rotated already." : nil
        case .copyReceiver, .copyOutbound:
            return instance.receiverURL.isEmpty ? "This instance has no receiver address yet." : nil
        case .apexReport:
            return board.status?.last == nil ? "Nothing was deployed or removed since Signalbox was started." : nil
        default: return nil
        }
    }

    mutating func perform(_ action: ActionID, _ context: DashboardContext, _ effects: inout Effects) -> Bool {
        guard let instance = context.instance else { return false }
        switch action {
        case .apex:
            board.invalidate()
            effects.open(ApexPanel())
        case .deployApex:
            effects.post(ApexRequested(instance: instance.id, work: .deploying, allowsProduction: false))
        case .removeApex:
            effects.ask(
                "Remove the Apex from the org?",
                "Triggers, classes and remote site of \(instance.name) go; then only the reconciliation poll finds what "
                    + "changes in the org.",
                verb: "Remove",
                then: [.post(ApexRequested(instance: instance.id, work: .removing, allowsProduction: false))]
            )
        case .exportApex: effects.open(FolderPrompt(instance: instance.id, after: tokens.next()))
        case .rotateSecret:
            effects.ask(
                "Rotate the receiver secret?",
                "Webhooks are signed with a new secret from now on; the one before stays valid for a day. Apex that is "
                    + "deployed from here is deployed again at once, except in production.",
                verb: "Rotate",
                then: [.post(RotationRequested(instance: instance.id))]
            )
        case .copyReceiver: effects.send(.copy(instance.receiverURL, what: "the receiver URL"))
        case .copyOutbound:
            effects.send(.copy(instance.receiverURL + "/outbound", what: "the Outbound Message address"))
        case .apexReport:
            if let last = board.status?.last {
                effects.open(TextReport(deployment: last, isFailure: !last.isSuccess, glyphs: context.glyphs))
            }
        default: return false
        }
        return true
    }
}
