import Domain
import Drawing
import EngineAPI
import Primitives

extension State {
    /// Why an Apex action can't be done now; nil if it can.
    func apexObstacle(to id: ActionID) -> String? {
        guard let instance else { return noInstance }
        let isWebhooks = instance.configuration.eventType == .webhooks
        switch id {
        case .deployApex, .removeApex:
            if let running = apex.running {
                return running == .deploying ? "A deployment is running already." : "The Apex is being removed already."
            }
            if id == .deployApex, !isWebhooks {
                return "This instance polls; set its event type to webhooks and apply before Apex can tell of changes."
            }
            return nil
        case .exportApex:
            return isWebhooks
                ? nil : "This instance polls; set its event type to webhooks and apply, then export its Apex."
        case .rotateSecret: return apex.isRotating ? "The secret is being rotated already." : nil
        case .copyReceiver, .copyOutbound:
            return instance.receiverURL.isEmpty ? "This instance has no receiver address yet." : nil
        case .apexReport:
            return apex.status?.last == nil ? "Nothing was deployed or removed since Signalbox was started." : nil
        default: return nil
        }
    }

    mutating func performApex(_ id: ActionID) -> [Command] {
        guard let instance else { return [] }
        switch id {
        case .apex:
            apex.invalidate()
            overlays.append(.apex(ApexPanel()))
        case .deployApex: return runApex(instance.id, .deploying, allowProduction: false)
        case .removeApex:
            return ask(
                "Remove the Apex from the org?",
                "Triggers, classes and remote site of \(instance.name) go; then only the reconciliation poll finds what "
                    + "changes in the org.",
                verb: "Remove",
                .runApex(instance.id, .removing, allowProduction: false)
            )
        case .exportApex:
            overlays.append(.folder(FolderPrompt(instance: instance.id, folder: TextField("signalbox-apex"))))
        case .rotateSecret:
            return ask(
                "Rotate the receiver secret?",
                "Webhooks are signed with a new secret from now on; the one before stays valid for a day. Apex that is "
                    + "deployed from here is deployed again at once, except in production.",
                verb: "Rotate",
                .rotateSecret(instance.id)
            )
        case .copyReceiver: return [.copy(instance.receiverURL, what: "the receiver URL")]
        case .copyOutbound: return [.copy(instance.receiverURL + "/outbound", what: "the Outbound Message address")]
        case .apexReport: if let last = apex.status?.last { show(last, isFailure: !last.isSuccess) }
        default: break
        }
        return []
    }

    mutating func runApex(_ id: InstanceID, _ work: ApexWork, allowProduction: Bool) -> [Command] {
        apex.asked = work
        apex.invalidate()
        if !overlays.contains(where: { if case .apex = $0 { true } else { false } }) {
            // Its progress has to be seen somewhere.
            overlays.append(.apex(ApexPanel()))
        }
        return [.runApex(id, work, allowProduction: allowProduction)]
    }

    mutating func rotateSecret(_ id: InstanceID) -> [Command] {
        apex.isRotating = true
        return [.rotateSecret(id)]
    }

    mutating func takeApex(_ id: InstanceID, _ work: ApexWork, _ ending: ApexEnding) -> [Command] {
        areInstancesStale = true
        if id == current {
            apex.asked = nil
            apex.invalidate()
        }
        switch ending {
        case .done(let status):
            let count = Words.count(status.componentsTotal, "component")
            say(
                .success,
                "\(work == .deploying ? "Deployed" : "Removed"): \(count) of \(name(of: id))\u{2019}s Apex.",
                about: .source
            )
        case .needsConsent: return askForProduction(id, work)
        case .failed(let sentence, let status):
            say(.failure, sentence)
            // Elsewhere it would take the keys of what is being done there.
            if let status, overlays.isEmpty && focus != .form || isApexOnTop { show(status, isFailure: true, sentence) }
        }
        return []
    }

    private func name(of id: InstanceID) -> String { instances?.first { $0.id == id }?.name ?? "the instance" }

    private var isApexOnTop: Bool { if case .apex? = overlays.last { true } else { false } }

    private mutating func askForProduction(_ id: InstanceID, _ work: ApexWork) -> [Command] {
        guard isApexOnTop else {
            // A key that was meant for something else must not say yes.
            say(
                .warning,
                "\(name(of: id)) is a production org; nothing was done. Press a and choose again to say yes to that."
            )
            return []
        }
        let watched = instances?.first { $0.id == id }?.configuration.watchedObjects
        let objects = Words.count(watched?.count ?? 0, "object")
        switch work {
        case .deploying:
            return ask(
                "Deploy into production?",
                "This is a production org. It gets three classes, triggers for \(objects) and a remote site, and runs the "
                    + "package's own test; Salesforce takes it only if that passes and covers 75 % of the code. If "
                    + "anything fails, nothing is changed. Export the project instead to deploy it your own way.",
                verb: "Deploy",
                .runApex(id, .deploying, allowProduction: true)
            )
        case .removing:
            return ask(
                "Remove it from production?",
                "This is a production org. Its triggers, classes and remote site of this instance go.",
                verb: "Remove",
                .runApex(id, .removing, allowProduction: true)
            )
        }
    }

    mutating func takeRotated(_ id: InstanceID, _ result: Result<InstanceOverview, Failure>) {
        areInstancesStale = true
        if id == current {
            apex.isRotating = false
            apex.invalidate()
        }
        switch result {
        case .success: say(.success, "The receiver secret was rotated; the one before stays valid for a day.")
        case .failure(let failure): say(.failure, "The secret was not rotated: \(failure.sentence)")
        }
    }

    // MARK: The report of a deployment

    /// All that the org said, in a window that scrolls.
    private mutating func show(_ status: DeployStatus, isFailure: Bool, _ sentence: String? = nil) {
        var paragraphs: [TextReport.Paragraph] = []
        if let sentence { paragraphs += [.init(text: sentence, role: .statusFail), .init(text: "")] }
        paragraphs.append(
            .init(
                text: "\(status.status): \(status.componentsDeployed) of \(status.componentsTotal) components, "
                    + "\(status.testsCompleted) of \(status.testsTotal) tests. Deployment \(status.id).",
                role: .dim
            )
        )
        if !status.failures.isEmpty {
            paragraphs += [.init(text: ""), .init(text: "What the org said", role: .title)]
            paragraphs += status.failures.map {
                .init(text: $0, role: isFailure ? .text : .statusWarn, mark: settings.glyphs.failure.string + " ")
            }
        }
        if !status.coverage.isEmpty {
            paragraphs += [.init(text: ""), .init(text: "Coverage by the test", role: .title)]
            paragraphs += status.coverage.map {
                .init(text: "\($0.percent) % \($0.name)", role: $0.percent < 75 ? .statusFail : .statusOK)
            }
        }
        overlays.append(
            .report(TextReport(title: isFailure ? "The org refused it" : "Last deployment", paragraphs: paragraphs))
        )
    }

    // MARK: The panel and the prompt

    mutating func take(_ key: Key, _ panel: ApexPanel) -> [Command] {
        var panel = panel
        switch key {
        case .escape, .character("q"), .character("a"): return []
        case .up, .character("k"), .backTab: panel.move(by: -1)
        case .down, .character("j"), .tab: panel.move(by: 1)
        case .home, .pageUp: panel.move(by: -ApexPanel.actions.count)
        case .end, .pageDown: panel.move(by: ApexPanel.actions.count)
        case .enter, .space:
            overlays.append(.apex(panel))
            return attempt(ApexPanel.actions[panel.selection])
        default: break
        }
        overlays.append(.apex(panel))
        return []
    }

    mutating func pressApexRow(_ index: Int) -> [Command] {
        guard case .apex(var panel)? = overlays.last, ApexPanel.actions.indices.contains(index) else { return [] }
        panel.selection = index
        overlays[overlays.count - 1] = .apex(panel)
        return attempt(ApexPanel.actions[index])
    }

    mutating func take(_ key: Key, _ prompt: FolderPrompt) -> [Command] {
        var prompt = prompt
        switch key {
        case .escape: return []
        case .enter:
            let folder = prompt.folder.text.trimmed
            guard !prompt.isWriting else { break }
            guard !folder.isEmpty else {
                prompt.fault = "Name the folder that the project is written into."
                break
            }
            prompt.fault = nil
            prompt.isWriting = true
            overlays.append(.folder(prompt))
            return [.exportApex(prompt.instance, folder: folder)]
        default: if !prompt.isWriting, prompt.folder.handle(key) { prompt.fault = nil }
        }
        overlays.append(.folder(prompt))
        return []
    }

    mutating func takeExported(_ result: Result<ExportedProject, Failure>) {
        switch result {
        case .success(let project):
            overlays.removeAll { if case .folder = $0 { true } else { false } }
            let files = Words.count(project.files, "file")
            say(.success, "Wrote \(files) into \(project.folder); its README.md says how to deploy them.")
            if let warning = project.warning { say(.warning, warning) }
        case .failure(let failure):
            guard let index = overlays.lastIndex(where: { if case .folder = $0 { true } else { false } }),
                case .folder(var prompt) = overlays[index]
            else { return say(.failure, failure.sentence) }
            prompt.isWriting = false
            prompt.fault = failure.sentence
            overlays[index] = .folder(prompt)
        }
    }

    /// The look at the Apex that is due, while somebody watches.
    mutating func nextApexLoad() -> Command? {
        guard let current, isWatchingApex else { return nil }
        return apex.nextLoad(current, at: now)
    }

    var apexDeadline: Timestamp? { current != nil && isWatchingApex ? apex.nextDeadline : nil }

    private var isWatchingApex: Bool { overlays.contains { if case .apex = $0 { true } else { false } } }
}

/// A project that was written.
package struct ExportedProject: Sendable, Hashable {
    package let folder: String
    package let files: Int
    /// What has to be seen to before it is of use.
    package let warning: String?

    package init(folder: String, files: Int, warning: String?) {
        self.folder = folder
        self.files = files
        self.warning = warning
    }
}
