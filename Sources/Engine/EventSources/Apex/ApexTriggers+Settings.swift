import Domain
import EngineAPI
import Logging
import Primitives
import Salesforce

/// Keeping the org's Apex in line with the settings.
extension ApexTriggers {
    /// Deploys or removes what a new or changed instance asks for. What goes wrong stands in the instance's state: the
    /// change itself was made, and reconciliation finds what the org does not report.
    func follow(from before: Instance?) async {
        guard !watched.isRemoved, watched.callable != nil else { return }
        let isAsked = Self.deploysApex(watched.instance)
        do {
            // What changed between the first poll and the triggers' birth.
            if isAsked, try await deployIfNeeded(since: before), state.isRunning { _ = try? await poller.poll() }
            if isAsked || before?.configuration.eventType == .webhooks { try await removeIfUnwanted() }
        } catch {
            context.logger.warning(
                "The org's Apex does not follow its instance",
                metadata: ["instance": "\(watched.id)", "error": "\(error)"]
            )
        }
    }

    /// Deploys where the settings ask for it once it is this deployment's turn; false where they don't, or it is there.
    private func deployIfNeeded(since before: Instance?) async throws -> Bool {
        try await deploying.run {
            let instance = watched.instance
            guard !watched.isRemoved, Self.deploysApex(instance), needsApex(instance, before) else { return false }
            do {
                try await written(.deployApex, "as the settings ask") { try await put() }
            } catch let error as ClientError where error.kind == .conflict || waits.isOver {
                // Where it was not even begun, nothing else says so after the next start.
                let problem = error.kind == .conflict ? error.message : Self.unfinishedDeployment
                try await record { $0.problem = problem }
                throw error
            }
            return true
        }
    }

    /// Removes what the settings don't ask for any more: they may have changed while it was being deployed.
    private func removeIfUnwanted() async throws {
        try await deploying.run {
            let instance = watched.instance
            guard !watched.isRemoved, instance.configuration.eventType != .webhooks, instance.configuration.deployApex,
                instance.standingApex?.mayBeDeployed == true
            else { return }
            try await written(.removeApex, "as the settings ask") { try await takeOut() }
        }
    }

    /// Does to the org what nobody asked for by its own name, and writes that down.
    private func written(
        _ action: AuditEntry.Action,
        _ reason: String,
        _ work: () async throws -> DeployStatus
    ) async throws {
        _ = try await context.audit.record(action, of: watched.id, reason, work)
    }

    /// Deploys again what may be in the org, which has a former secret.
    func redeploy() async throws {
        try await deploying.run {
            guard watched.instance.standingApex?.mayBeDeployed == true else { return }
            try await written(.deployApex, "as the receiver secret was rotated") { try await put() }
        }
    }

    /// Best effort: the sentence says what became of it; nil where there was nothing to remove. What is being deployed is
    /// waited for no longer.
    func withdraw() async -> String? {
        waits.endForDeletion()
        return await deploying.run { () -> String? in
            let instance = watched.instance
            guard !watched.isRemoved, let standing = instance.standingApex, standing.mayBeDeployed else { return nil }
            let trace = DeploymentTrace()
            do {
                try await written(.removeApex, "as the instance is deleted") {
                    try await takeOut(isWithdrawal: true, trace: trace)
                }
                return "Its Apex was removed from the org."
            } catch {
                context.logger.warning(
                    "The Apex of a deleted instance stays in its org",
                    metadata: ["instance": "\(instance.id)", "error": "\(error)"]
                )
                let reason =
                    (error as? ClientError)?.kind == .forbidden
                    ? "This is a production org, from which Apex is only removed on request."
                    : ErrorSentence.text(error)
                let names = "Signalbox" + Self.suffix(instance)
                // What the org has begun may still be done; what nobody saw end may never have come.
                let stays = standing.isDeployed && !trace.isOpen ? "stays" : "may stay"
                return "Its Apex \(stays) in the org: \(reason) Take out there what begins with \(names)."
            }
        }
    }

    func reopen() async { waits.reopen() }

    func stop() async { waits.stop() }

    private static func deploysApex(_ instance: Instance) -> Bool {
        needs.areWanted(by: instance) && instance.configuration.deployApex
    }

    /// Whether this change asks for a deployment; one that failed is not repeated at every change of something else.
    private func needsApex(_ instance: Instance, _ before: Instance?) -> Bool {
        let sameAsked =
            before.map {
                Self.deploysApex($0) && $0.configuration.watchedObjects == instance.configuration.watchedObjects
                    && $0.connection?.organizationID == instance.connection?.organizationID
            } ?? false
        guard !sameAsked else { return false }
        guard let apex = instance.standingApex, apex.isDeployed, apex.problem == nil else { return true }
        return Set(apex.objects.map { $0.lowercased() })
            != Set(instance.configuration.watchedObjects.map { $0.lowercased() })
            || staleness(instance, apex) != nil
    }

    /// What the triggers in the org do not know yet.
    private func staleness(_ instance: Instance, _ apex: DeployedApex) -> String? {
        let url = context.options.receiverURL(instance)
        if let posted = apex.receiverURL, posted != url {
            return "The org's triggers post to \(HTTPAddress.authority(of: posted) ?? posted), but webhooks come in at "
                + "\(HTTPAddress.authority(of: url) ?? url); deploy them again."
        }
        if apex.secretDigest != Self.digest(instance.receiverSecret.exposed) {
            let ends = instance.formerReceiverSecrets.last.map { context.clock.shown($0.expires).iso }
            let until = ends.map { ", which ends at \($0)" } ?? ""
            return "The org's triggers sign with the secret before the last rotation\(until); deploy them again."
        }
        return nil
    }

    // MARK: State

    var report: SourceReport {
        get async {
            let instance = watched.instance
            guard Self.needs.areWanted(by: instance), let trouble else { return SourceReport() }
            let reason = trouble.reason + " " + meanwhile(instance)
            return SourceReport(state: .degraded(reason: reason, since: trouble.since, lastSuccess: nil))
        }
    }

    /// What is wrong with the org's triggers or what they post, or still under way.
    var trouble: (reason: String, since: Timestamp)? {
        let instance = watched.instance
        if let running = progress.running {
            let work = running.work == .deploying ? "deployed" : "removed"
            return (
                "The Apex triggers are being \(work) (\(running.progress)).",
                instance.apex?.problemSince ?? context.clock.now
            )
        }
        return deployedTrouble(instance) ?? refusedTrouble(instance)
    }

    private func deployedTrouble(_ instance: Instance) -> (reason: String, since: Timestamp)? {
        guard let apex = instance.apex else { return nil }
        if let problem = apex.problem {
            let since = apex.problemSince ?? instance.updatedDate
            // Somebody put the exported project into the org by other means: its webhooks come.
            let isRemoving = problem == Self.unfinishedRemoval
            if !apex.isDeployed, !isRemoving, let heard = watched.lastHeard, heard > since { return nil }
            return (problem, since)
        }
        // The end of a removal was not seen, and what it may have taken is asked for again.
        if !apex.isDeployed, apex.mayBeDeployed { return (Self.unfinishedRemoval, instance.updatedDate) }
        guard apex.isDeployed, let stale = staleness(instance, apex) else { return nil }
        return (stale, apex.deployedAt ?? instance.updatedDate)
    }

    private func refusedTrouble(_ instance: Instance) -> (reason: String, since: Timestamp)? {
        let allowsUnsigned = instance.configuration.unsignedWebhooks
        let refusal = watched.refusals.standing(at: context.clock.due, allowsUnsigned: allowsUnsigned)
        return refusal.map { ($0.sentence, context.clock.shown($0.first)) }
    }

    private func meanwhile(_ instance: Instance) -> String {
        let minutes = instance.configuration.reconcileMinutes ?? context.options.reconcileEvery
        guard minutes > 0 else { return "Meanwhile nobody sees what changes there: reconciliation is off." }
        return "Meanwhile a poll every \(minutes) min finds what changes there."
    }
}
