import Domain
import EngineAPI
import Primitives
import Salesforce
import Store

/// Putting the Apex into the org, and taking it out.
extension ApexTriggers {
    /// Deploys handler, sender, test, triggers and remote site, and removes triggers of former objects.
    ///
    /// - Throws: `ClientError` with the org's own words; `forbidden` for production unless that is allowed.
    @discardableResult
    func deploy(
        allowProduction: Bool = false,
        progress: @Sendable (DeployStatus) async -> Void = { _ in }
    ) async throws -> DeployStatus {
        try await deploying.run { try await put(allowProduction: allowProduction, progress: progress) }
    }

    /// Removes all of it from the org.
    @discardableResult
    func remove(
        allowProduction: Bool = false,
        progress: @Sendable (DeployStatus) async -> Void = { _ in }
    ) async throws -> DeployStatus {
        try await deploying.run { try await takeOut(allowProduction: allowProduction, progress: progress) }
    }

    // MARK: From within `deploying`

    /// Deploys. What is recorded before the org is asked covers an end that nobody sees.
    @discardableResult
    func put(
        allowProduction: Bool = false,
        progress: @Sendable (DeployStatus) async -> Void = { _ in }
    ) async throws -> DeployStatus {
        let instance = try existing()
        let org = try reachableOrg(forPosts: true)
        let objects = await triggerable()
        guard !objects.with.isEmpty else { throw Self.noTriggers }
        let package = try package(instance, objects: objects.with)
        let standing = instance.standingApex
        let former = Set(standing?.allObjects ?? []).subtracting(objects.with).sorted()
        // Should the program end meanwhile, this is what remains to be said.
        try await record { $0.problem = Self.unfinishedDeployment }
        let trace = DeploymentTrace()
        let status: DeployStatus
        do {
            status = try await following(.deploying, trace) {
                try await installer(org, .deploying).deploy(
                    package,
                    obsoleteTriggers: former.map(package.triggerName),
                    obsoleteSites: ownSites(instance).filter { $0 != package.siteName },
                    allowProduction: allowProduction,
                    beforePost: {
                        try await recordPost(of: objects.with, instance)
                        trace.posts()
                    },
                    progress: { status in
                        reported(status, trace)
                        await progress(status)
                    }
                )
            }
        } catch {
            if trace.isUndone { _ = try? await record { $0.underWay = standing?.underWay ?? [] } }
            throw error
        }
        watched.forgetRefusals()
        let now = context.clock.now
        try await record { apex in
            apex.objects = objects.with
            apex.underWay = []
            apex.organizationID = instance.connection?.organizationID
            apex.receiverURL = package.receiverURL
            apex.secretDigest = Self.digest(instance.receiverSecret.exposed)
            apex.deployedAt = now
            apex.problem =
                objects.without.isEmpty
                ? nil : "The org allows no triggers on \(objects.without.joined(separator: ", "))."
        }
        return status
    }

    /// The org may have these triggers from here on, whatever is heard of that.
    private func recordPost(of objects: [String], _ instance: Instance) async throws {
        let isStanding = instance.standingApex != nil
        try await recordBeforePost { apex in
            if !isStanding {
                let problem = apex.problem
                apex = DeployedApex()
                apex.problem = problem
                apex.organizationID = instance.connection?.organizationID
            }
            apex.underWay = Set(apex.underWay + objects).sorted()
        }
    }

    /// From here on the org may have no trigger any more, whatever is heard of that. Where this can't be stored, its end
    /// couldn't be either.
    private func recordRemoval(_ instance: Instance) async throws {
        let isStanding = instance.standingApex != nil
        try await recordBeforePost { apex in
            if instance.configuration.eventType == .webhooks { apex.problem = Self.unfinishedRemoval }
            guard isStanding else { return }
            apex.underWay = Set(apex.allObjects).sorted()
            apex.objects = []
        }
    }

    /// - Throws: `ClientError` where the instance is gone: whoever deleted it has removed what was known of before.
    private func recordBeforePost(_ edit: @Sendable (inout DeployedApex) -> Void) async throws {
        guard try await record(edit) else { throw missing }
    }

    /// The removal that was recorded before its post has changed nothing.
    private func recordNoRemoval(_ instance: Instance) async throws {
        let standing = instance.standingApex
        try await record { apex in
            apex.problem = instance.apex?.problem
            guard let standing else { return }
            (apex.objects, apex.underWay) = (standing.objects, standing.underWay)
        }
    }

    static let unfinishedDeployment = "Deploying the Apex triggers was not finished; deploy them again."
    static let unfinishedRemoval = "Removing the Apex triggers was not finished; remove them again, or deploy them."

    /// Removes; `isWithdrawal`: as the instance is being deleted.
    @discardableResult
    func takeOut(
        allowProduction: Bool = false,
        isWithdrawal: Bool = false,
        trace: DeploymentTrace = DeploymentTrace(),
        progress: @Sendable (DeployStatus) async -> Void = { _ in }
    ) async throws -> DeployStatus {
        let instance = try existing(isWithdrawal: isWithdrawal)
        let org = try reachableOrg(forPosts: false)
        let package = try package(instance, objects: instance.configuration.watchedObjects)
        // What was never there, or is gone already, is only a warning.
        let triggers = Set(package.triggerNames + (instance.standingApex?.allObjects ?? []).map(package.triggerName))
        let isNeeded = instance.configuration.eventType == .webhooks
        let status: DeployStatus
        do {
            status = try await following(.removing, trace) {
                try await installer(org, .removing, isWithdrawal: isWithdrawal).remove(
                    package,
                    triggers: triggers.sorted(),
                    sites: ownSites(instance),
                    allowProduction: allowProduction,
                    beforePost: {
                        try await recordRemoval(instance)
                        trace.posts()
                    },
                    progress: { status in
                        reported(status, trace)
                        await progress(status)
                    }
                )
            }
        } catch {
            if trace.isUndone { try? await recordNoRemoval(instance) }
            throw error
        }
        try await record { apex in
            apex = DeployedApex()
            guard isNeeded else { return }
            apex.problem =
                "The Apex triggers were removed from the org; deploy them with "
                + "\u{201C}signalbox apex deploy\u{201D}, or switch the event type to polling."
        }
        return status
    }

    // MARK: Parts

    /// The remote sites of the addresses that this instance's triggers post to or last did, as far as those of no other
    /// instance in the same org do.
    private func ownSites(_ instance: Instance) -> [String] {
        let urls = [context.options.receiverURL(instance)] + [instance.standingApex?.receiverURL].compactMap(\.self)
        let others = registry.all.compactMap { entry -> String? in
            guard entry.instance.id != instance.id, let apex = entry.instance.standingApex, apex.mayBeDeployed,
                apex.organizationID == instance.connection?.organizationID
            else { return nil }
            return ApexPackage.siteName(of: apex.receiverURL ?? context.options.receiverURL(entry.instance))
        }
        return Set(urls.map(ApexPackage.siteName(of:))).subtracting(others).sorted()
    }

    /// The settings as they are once it is this deployment's turn.
    private func existing(isWithdrawal: Bool = false) throws -> Instance {
        try waits.admit(isWithdrawal: isWithdrawal)
        guard !watched.isRemoved else { throw missing }
        return watched.instance
    }

    private var missing: ClientError { ClientError(.notFound, "There is no instance \(watched.id).") }

    private func reported(_ status: DeployStatus, _ trace: DeploymentTrace) {
        trace.reported(status)
        progress.reported(status)
        context.notices.post(.instance(watched.id))
    }

    private func installer(
        _ org: any OrgCalling,
        _ work: ApexWork,
        isWithdrawal: Bool = false
    ) -> ApexInstaller {
        let end = context.clock.due.advanced(byMilliseconds: Limit.deployment.milliseconds)
        return ApexInstaller(org: org) { [context, waits, progress] looks in
            let now = context.clock.due
            guard now < end else { throw Self.unfinished(work, progress.running?.progress) }
            let pause = DeploymentWaits.pause(context.options.apexLookEvery, after: looks)
            let next = min(now.advanced(byMilliseconds: pause), end)
            try await waits.wait(until: next, by: context.clock, isWithdrawal: isWithdrawal)
        }
    }

    /// A deployment that the org has had for too long; it goes on there.
    private static func unfinished(_ work: ApexWork, _ progress: String?) -> ClientError {
        let what = work == .deploying ? "The deployment of the Apex triggers" : "The removal of the Apex triggers"
        let again = work == .deploying ? "deploy" : "remove"
        return ClientError(
            .upstream,
            "\(what) is still under way in the org after \(Limit.deployment.text) (\(progress ?? "no word of it")) and is "
                + "waited for no longer: look at Deployment Status in the org's Setup, wait for its end or cancel it there, "
                + "and \(again) the Apex again.",
            mayPass: true
        )
    }

    /// The org as a deployment calls it; `forPosts` asks that the org can reach the receiver, too.
    private func reachableOrg(forPosts: Bool) throws -> any OrgCalling {
        try context.store.admitWork()
        guard let connection = watched.instance.connection, let org = watched.callable else {
            throw ClientError(.conflict, "The instance is not connected to its org; connect it again.")
        }
        let receiver = context.options.receiverBaseURL
        if forPosts, HTTPAddress.isLoopback(receiver), !HTTPAddress.isLoopback(connection.instanceURL) {
            throw ClientError(
                .conflict,
                "The org can't reach webhooks at \(receiver), which is this machine alone; give "
                    + "--receiver-url the receiver's public address and deploy again."
            )
        }
        return org
    }

    /// Shows a deployment as running while it does, and keeps what it failed with.
    private func following(
        _ work: ApexWork,
        _ trace: DeploymentTrace,
        _ body: () async throws -> DeployStatus
    ) async throws -> DeployStatus {
        progress.began(work)
        defer {
            progress.ended()
            context.notices.post(.instance(watched.id))
        }
        context.notices.post(.instance(watched.id))
        do {
            return try await body()
        } catch {
            trace.failed(error)
            let failure = trace.report(error, of: work)
            // What is cut short is unfinished, as was recorded before it began.
            if work == .deploying, !(error is CancellationError), !waits.isOver {
                try await record { $0.problem = "\(failure)" }
            }
            throw failure
        }
    }

    /// Stores a change of what is known of the Apex; false, and nothing is stored, where the instance is gone.
    @discardableResult
    func record(_ edit: @Sendable (inout DeployedApex) -> Void) async throws -> Bool {
        let now = context.clock.now
        return try await watched.edit(in: context.store) { instance in
            var apex = instance.apex ?? DeployedApex()
            edit(&apex)
            apex.problemSince = apex.problem.map { $0 == instance.apex?.problem ? apex.problemSince ?? now : now }
            instance.apex = apex
        }
    }
}
