import Domain
import EngineAPI
import Logging
import Primitives
import Salesforce

extension Engine {
    /// Brings the Apex in the org in line with a new or changed instance. What goes wrong stands in the instance's state:
    /// the change itself was made, and reconciliation finds what the org does not tell.
    func followApex(_ id: InstanceID, from before: Instance?) async {
        guard let entry = registry.entry(id), await entry.poller.deployable != nil else { return }
        let instance = entry.instance
        do {
            if Self.deploysApex(instance) {
                guard needsApex(instance, before) else { return }
                do {
                    try await deployApex(id)
                } catch let error as ClientError where error.kind == .conflict {
                    try await note(id) { $0.problem = error.message }
                    throw error
                }
                // What changed between the first poll and the triggers' birth.
                if isRunning { _ = try? await entry.poller.poll() }
            } else if instance.configuration.eventType == .polling, before?.configuration.eventType == .webhooks,
                instance.configuration.deployApex, standing(instance)?.isDeployed == true
            {
                try await removeApex(id)
            }
        } catch {
            context.logger.warning(
                "The org's Apex does not follow its instance",
                metadata: ["instance": "\(id)", "error": "\(error)"]
            )
        }
    }

    /// Best effort: the sentence says what became of it; nil where there was nothing to remove.
    func removeApexOfDeleted(_ entry: InstanceRegistry.Entry) async -> String? {
        let instance = entry.instance
        guard standing(instance)?.isDeployed == true else { return nil }
        do {
            try await removeApex(instance.id)
            return "Its Apex was removed from the org."
        } catch {
            context.logger.warning(
                "The Apex of a deleted instance stays in its org",
                metadata: ["instance": "\(instance.id)", "error": "\(error)"]
            )
            let reason =
                (error as? ClientError)?.kind == .forbidden
                ? "This is a production org, from which nothing is taken without being told."
                : ErrorSentence.text(error)
            let names = "Signalbox" + Self.apexSuffix(instance)
            return "Its Apex stays in the org: \(reason) Take out there what begins with \(names)."
        }
    }

    private static func deploysApex(_ instance: Instance) -> Bool {
        instance.isActive && instance.configuration.eventType == .webhooks && instance.configuration.deployApex
    }

    /// Whether this change asks for a deployment; one that failed is not repeated at every change of something else.
    private func needsApex(_ instance: Instance, _ before: Instance?) -> Bool {
        let sameAsked =
            before.map {
                Self.deploysApex($0) && $0.configuration.watchedObjects == instance.configuration.watchedObjects
                    && $0.connection?.organizationID == instance.connection?.organizationID
            } ?? false
        guard !sameAsked else { return false }
        guard let apex = standing(instance), apex.isDeployed, apex.problem == nil else { return true }
        return Set(apex.objects.map { $0.lowercased() })
            != Set(instance.configuration.watchedObjects.map { $0.lowercased() })
            || staleness(instance, apex) != nil
    }

    /// What the triggers in the org do not know yet.
    private func staleness(_ instance: Instance, _ apex: DeployedApex) -> String? {
        let url = receiverURL(instance)
        if let posted = apex.receiverURL, posted != url {
            return "The org's triggers post to \(HTTPAddress.authority(of: posted) ?? posted), but webhooks come in at "
                + "\(HTTPAddress.authority(of: url) ?? url); deploy them again."
        }
        if apex.secretDigest != Self.digest(instance.receiverSecret) {
            let ends = instance.formerReceiverSecrets.last.map { clock.shown($0.expires).iso }
            let until = ends.map { ", which ends at \($0)" } ?? ""
            return "The org's triggers sign with the secret before the last rotation\(until); deploy them again."
        }
        return nil
    }

    // MARK: State

    /// The source's state with what is wrong with the org's triggers.
    func source(_ state: SourceState, of instance: Instance, heard: Timestamp?) -> SourceState {
        guard instance.isActive, instance.configuration.eventType == .webhooks,
            let trouble = apexTrouble(instance, heard: heard)
        else { return state }
        let reason = trouble.reason + " " + meanwhile(instance)
        switch state {
        case .stopped, .needsAttention, .overdue: return state
        case .connecting: return .degraded(reason: reason, since: trouble.since, lastSuccess: nil)
        case .live(let success): return .degraded(reason: reason, since: trouble.since, lastSuccess: success)
        case .degraded(let first, let since, let success):
            return .degraded(reason: "\(first) \(reason)", since: since, lastSuccess: success)
        }
    }

    func apexTrouble(_ instance: Instance, heard: Timestamp?) -> (reason: String, since: Timestamp)? {
        if let running = apexDeployments.running(instance.id) {
            let work = running.work == .deploying ? "deployed" : "removed"
            return (
                "The Apex triggers are being \(work) (\(running.progress)).", instance.apex?.problemSince ?? clock.now
            )
        }
        guard let apex = instance.apex else { return nil }
        if let problem = apex.problem {
            let since = apex.problemSince ?? instance.updatedDate
            // Somebody put the exported project into the org by other means: its webhooks come.
            if !apex.isDeployed, let heard, heard > since { return nil }
            return (problem, since)
        }
        guard apex.isDeployed, let stale = staleness(instance, apex) else { return nil }
        return (stale, apex.deployedAt ?? instance.updatedDate)
    }

    private func meanwhile(_ instance: Instance) -> String {
        let minutes = instance.configuration.reconcileMinutes ?? options.reconcileEvery
        guard minutes > 0 else { return "Meanwhile nobody sees what changes there: reconciliation is off." }
        return "Meanwhile a poll every \(minutes) min finds what changes there."
    }
}
