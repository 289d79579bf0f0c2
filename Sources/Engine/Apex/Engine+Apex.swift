package import Domain
import EngineAPI
import Primitives
import Salesforce
import Store

extension Engine {
    /// Puts handler, sender, test, triggers and remote site into the org, and takes triggers of former objects out.
    ///
    /// - Throws: `ClientError` with the org's own words; `forbidden` for production unless that is allowed.
    @discardableResult
    package func deployApex(
        _ id: InstanceID,
        allowProduction: Bool = false,
        progress: @Sendable (DeployStatus) async -> Void = { _ in }
    ) async throws -> DeployStatus {
        _ = try await entry(id)
        return try await apexDeployments.gate(id).run {
            let entry = try await entry(id)
            let instance = entry.instance
            let org = try await reachable(entry)
            let objects = await triggerable(entry)
            guard !objects.with.isEmpty else { throw Self.noTriggers }
            let package = try apexPackage(instance, objects: objects.with)
            let former = standing(instance)?.objects.filter { !objects.with.contains($0) } ?? []
            // Should the program end meanwhile, this is what remains to be said.
            try await note(id) { $0.problem = "Deploying the Apex triggers was not finished; deploy them again." }
            let status = try await watched(id, .deploying) {
                try await installer(org).deploy(
                    package,
                    obsoleteTriggers: former.map(package.triggerName),
                    allowProduction: allowProduction
                ) { status in
                    apexDeployments.took(status, of: id)
                    context.notices.post(.instance(id))
                    await progress(status)
                }
            }
            let now = clock.now
            try await note(id) { apex in
                apex.objects = objects.with
                apex.organizationID = instance.connection?.organizationID
                apex.receiverURL = package.receiverURL
                apex.secretDigest = Self.digest(instance.receiverSecret)
                apex.deployedAt = now
                apex.problem =
                    objects.without.isEmpty
                    ? nil : "The org allows no triggers on \(objects.without.joined(separator: ", "))."
            }
            return status
        }
    }

    /// Takes all of it out of the org again.
    @discardableResult
    package func removeApex(
        _ id: InstanceID,
        allowProduction: Bool = false,
        progress: @Sendable (DeployStatus) async -> Void = { _ in }
    ) async throws -> DeployStatus {
        _ = try await entry(id)
        return try await apexDeployments.gate(id).run {
            let entry = try await entry(id)
            let instance = entry.instance
            let org = try await reachable(entry, forPosts: false)
            let package = try apexPackage(instance, objects: instance.configuration.watchedObjects)
            // What was never there, or is gone already, is only a warning.
            let triggers = Set(package.triggerNames + (standing(instance)?.objects ?? []).map(package.triggerName))
            let status = try await watched(id, .removing) {
                try await installer(org).remove(
                    package,
                    triggers: triggers.sorted(),
                    keepsSite: sharesSite(instance),
                    allowProduction: allowProduction
                ) { status in
                    apexDeployments.took(status, of: id)
                    context.notices.post(.instance(id))
                    await progress(status)
                }
            }
            try await note(id) { apex in
                apex = DeployedApex()
                guard instance.configuration.eventType == .webhooks else { return }
                apex.problem =
                    "The Apex triggers were removed from the org; deploy them with "
                    + "\u{201C}signalbox apex deploy\u{201D}, or switch the event type to polling."
            }
            return status
        }
    }

    /// What is known of the Apex in the org that the instance is connected to now.
    func standing(_ instance: Instance) -> DeployedApex? {
        guard let apex = instance.apex, apex.organizationID == instance.connection?.organizationID else { return nil }
        return apex
    }

    /// Whether another instance's triggers in the same org post to the same host.
    private func sharesSite(_ instance: Instance) -> Bool {
        let host = HTTPAddress.authority(of: receiverURL(instance))
        return registry.all.contains { entry in
            guard entry.instance.id != instance.id, let apex = standing(entry.instance), apex.isDeployed else {
                return false
            }
            return apex.organizationID == instance.connection?.organizationID
                && apex.receiverURL.flatMap { HTTPAddress.authority(of: $0) } == host
        }
    }

    private func installer(_ org: any OrgCalling) -> ApexInstaller {
        ApexInstaller(org: org) { [clock, options] in
            try await clock.sleep(until: clock.due.advanced(byMilliseconds: options.apexLookEvery))
        }
    }

    /// The org as a deployment calls it; `forPosts` asks that the org can reach the receiver, too.
    private func reachable(
        _ entry: InstanceRegistry.Entry,
        forPosts: Bool = true
    ) async throws -> any OrgCalling {
        guard let connection = entry.instance.connection, let org = await entry.poller.deployable else {
            throw ClientError(.conflict, "The instance is not connected to its org; connect it again.")
        }
        if forPosts, HTTPAddress.isLoopback(options.receiverBaseURL), !HTTPAddress.isLoopback(connection.instanceURL) {
            throw ClientError(
                .conflict,
                "The org can't reach webhooks at \(options.receiverBaseURL), which is this machine alone; give "
                    + "--receiver-url the receiver's public address and deploy again."
            )
        }
        return org
    }

    /// Shows a deployment as running while it does, and keeps what it failed with.
    private func watched(
        _ id: InstanceID,
        _ work: ApexWork,
        _ body: () async throws -> DeployStatus
    ) async throws -> DeployStatus {
        apexDeployments.began(work, of: id)
        defer {
            apexDeployments.ended(id)
            context.notices.post(.instance(id))
        }
        context.notices.post(.instance(id))
        do {
            return try await body()
        } catch {
            let failure = Self.clientError(error)
            if work == .deploying, !(error is CancellationError) { try await note(id) { $0.problem = "\(failure)" } }
            throw failure
        }
    }

    /// Stores a change of what is known of the Apex; a gone instance is none.
    func note(_ id: InstanceID, _ edit: @Sendable (inout DeployedApex) -> Void) async throws {
        guard let gate = registry.entry(id)?.gate else { return }
        let now = clock.now
        try await gate.run {
            guard var instance = registry.entry(id)?.instance else { return }
            var apex = instance.apex ?? DeployedApex()
            edit(&apex)
            apex.problemSince = apex.problem.map { $0 == instance.apex?.problem ? apex.problemSince ?? now : now }
            instance.apex = apex
            try await store.updateInstance(instance)
            registry.replace(instance)
        }
    }
}
