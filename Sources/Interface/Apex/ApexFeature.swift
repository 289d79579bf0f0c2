import Domain
import EngineAPI
import Primitives

/// The Apex of the instance on the screen: what is in the org, and deploying, removing and exporting it.
struct ApexFeature: Feature {
    var board = ApexBoard()
    /// Of the windows that write a project.
    var tokens = WindowTokens()

    mutating func show(_ instance: InstanceOverview?, _ context: DashboardContext) { board = ApexBoard() }

    func publish(to context: inout DashboardContext) { context.apex = board }

    /// Only while somebody looks.
    mutating func loads(_ context: DashboardContext) -> [Command] {
        guard let current = context.instances.current, context.isOpen(ApexPanel.self) else { return [] }
        return board.nextLoad(current, at: context.due).map { [$0] } ?? []
    }

    func deadline(_ context: DashboardContext) -> Timestamp? {
        context.instances.current != nil && context.isOpen(ApexPanel.self) ? board.nextDeadline : nil
    }

    mutating func receive(_ event: any DashboardEvent, _ context: DashboardContext, _ effects: inout Effects) {
        switch event {
        case let request as ApexRequested:
            // Another one may be on the screen since it was asked about.
            if request.instance == context.instances.current {
                board.asked = request.work
                board.invalidate()
                // Its progress has to be seen somewhere.
                if !context.isOpen(ApexPanel.self) { effects.open(ApexPanel()) }
            }
            effects.send(.runApex(request.instance, request.work, allowProduction: request.allowsProduction))
        case let request as RotationRequested:
            if request.instance == context.instances.current { board.isRotating = true }
            effects.send(.rotateSecret(request.instance))
        default: break
        }
    }

    mutating func receive(_ message: Message, _ context: DashboardContext, _ effects: inout Effects) {
        switch message {
        case .notice(.instance(let id)): if id == context.instances.current { board.invalidate() }
        case .notice(.instancesChanged): board.invalidate()
        case .apex(let id, let result): if id == context.instances.current { board.accept(result, at: context.due) }
        case .apexEnded(let id, let work, let ending): accept(ending, of: work, id, context, &effects)
        case .apexExported(_, let result): accept(exported: result, context, &effects)
        case .secretRotated(let id, let result): accept(rotated: id, result, context, &effects)
        default: break
        }
    }

    private mutating func accept(
        _ ending: ApexEnding,
        of work: ApexWork,
        _ id: InstanceID,
        _ context: DashboardContext,
        _ effects: inout Effects
    ) {
        if id == context.instances.current {
            board.asked = nil
            board.invalidate()
        }
        let name = context.instances[id]?.name ?? "the instance"
        switch ending {
        case .done(let status):
            let count = Words.count(status.componentsTotal, "component")
            effects.say(
                .success,
                "\(work == .deploying ? "Deployed" : "Removed"): \(count) of \(name)\u{2019}s Apex.",
                about: .source,
                on: .apex(id)
            )
        case .needsConsent:
            let isCurrent = id == context.instances.current
            if isCurrent, context.isOnTop(ApexPanel.self) {
                askForProduction(id, work, context, &effects)
            } else {
                // A key that was meant for something else, or for another instance, must not say yes.
                let way = isCurrent ? "Press" : "Switch to \(name), press"
                effects.say(
                    .warning,
                    "\(name) is a production org; nothing was done. \(way) \(context.key(.apex)) and choose again to say yes "
                        + "to that."
                )
            }
        case .failed(let sentence, let status):
            effects.say(.failure, sentence, on: .apex(id))
            // Elsewhere it would take the keys of what is being done there.
            guard let status, context.overlays.isEmpty && context.focus != .form || context.isOnTop(ApexPanel.self)
            else { break }
            effects.open(TextReport(deployment: status, isFailure: true, sentence, glyphs: context.glyphs))
        }
    }

    private func askForProduction(
        _ id: InstanceID,
        _ work: ApexWork,
        _ context: DashboardContext,
        _ effects: inout Effects
    ) {
        let consent = Effect.post(ApexRequested(instance: id, work: work, allowsProduction: true))
        switch work {
        case .deploying:
            let count = context.instances[id]?.configuration.watchedObjects.count ?? 0
            effects.ask(
                "Deploy into production?",
                "This is a production org. It gets three classes, triggers for \(Words.count(count, "object")) and a "
                    + "remote site, and runs the package's own test; Salesforce takes it only if that passes and covers "
                    + "75 % of the code. If anything fails, nothing is changed. Export the project instead to deploy it "
                    + "your own way.",
                verb: "Deploy",
                then: [consent]
            )
        case .removing:
            effects.ask(
                "Remove it from production?",
                "This is a production org. Its triggers, classes and remote site of this instance go.",
                verb: "Remove",
                then: [consent]
            )
        }
    }

    private func accept(
        exported result: Result<ExportedProject, Failure>,
        _ context: DashboardContext,
        _ effects: inout Effects
    ) {
        switch result {
        case .success(let project):
            let files = Words.count(project.files, "file")
            effects.say(
                .success,
                "Wrote \(files) into \(project.folder); its README.md says how to deploy them.",
                on: .apexProject
            )
            if let warning = project.warning { effects.say(.warning, warning) }
        case .failure(let failure):
            if !context.isShownByOverlay { effects.say(.failure, failure.sentence, on: .apexProject) }
        }
    }

    private mutating func accept(
        rotated id: InstanceID,
        _ result: Result<InstanceOverview, Failure>,
        _ context: DashboardContext,
        _ effects: inout Effects
    ) {
        if id == context.instances.current {
            board.isRotating = false
            board.invalidate()
        }
        switch result {
        case .success:
            let words = "The receiver secret was rotated; the one before stays valid for a day."
            effects.say(.success, words, on: .rotatingSecret(id))
        case .failure(let failure):
            effects.say(.failure, "The secret was not rotated: \(failure.sentence)", on: .rotatingSecret(id))
        }
    }
}

/// Posted to deploy or remove, once it is decided.
struct ApexRequested: DashboardEvent {
    let instance: InstanceID
    let work: ApexWork
    /// Whether a person has said yes to a production org.
    let allowsProduction: Bool
}

/// Posted to rotate the receiver's secret, once it is decided.
struct RotationRequested: DashboardEvent {
    let instance: InstanceID
}
