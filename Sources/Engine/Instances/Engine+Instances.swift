package import Domain
package import EngineAPI
import Primitives
import Salesforce
import Store

extension Engine {
    package func instances() async throws -> [InstanceOverview] {
        try await load()
        var overviews: [InstanceOverview] = []
        for entry in registry.all { overviews.append(try await overview(entry)) }
        return overviews
    }

    package func instance(_ id: InstanceID) async throws -> InstanceOverview { try await overview(try await entry(id)) }

    package func createInstance(_ draft: InstanceDraft) async throws -> InstanceOverview {
        try await load()
        var draft = draft
        draft.configuration = draft.configuration.unmasked(by: nil)
        try validate(draft)
        let (connection, objects) = try await connect(draft, instead: nil)
        draft.configuration.objects = objects
        let now = clock.now
        let made = draft
        let instance = try await store.createInstance { id in
            Instance(
                id: id,
                name: made.name.trimmed,
                tags: made.tags,
                token: Secrets.elementToken(),
                configuration: made.configuration,
                receiverToken: Secrets.receiverToken(),
                receiverSecret: Secrets.webhookSecret(),
                connection: connection,
                createdDate: now,
                updatedDate: now
            )
        }
        let entry = await register(instance, records: [])
        context.notices.post(.instancesChanged)
        if isRunning {
            await entry.poller.start()
            // Once this answers, the first poll has drawn the line behind which everything counts as new.
            await entry.poller.settle(patience: options.firstPollPatience)
        }
        await followApex(instance.id, from: nil)
        return try await overview(try await self.entry(instance.id))
    }

    package func updateInstance(_ id: InstanceID, _ draft: InstanceDraft) async throws -> InstanceOverview {
        try await changeInstance(id) { _ in draft }
    }

    /// Makes a draft of the instance as it stands and applies it; no other change of settings comes between the two.
    package func changeInstance(
        _ id: InstanceID,
        _ make: @Sendable (InstanceOverview) throws -> InstanceDraft
    ) async throws -> InstanceOverview {
        let before = try await entry(id)
        try await before.editing.run { try await apply(try make(try await overview(try await entry(id))), to: id) }
        return try await settled(id, from: before.instance)
    }

    private func apply(_ draft: InstanceDraft, to id: InstanceID) async throws {
        let current = try await entry(id).instance
        var draft = draft
        draft.configuration = draft.configuration.unmasked(by: current.configuration)
        try validate(draft)
        var connection: OrgConnection?
        if draft.authorizationCode != nil || draft.authorizationState != nil || draft.connectsAnew
            || draft.configuration.connectsDifferently(from: current.configuration)
        {
            let (renewed, objects) = try await connect(reconnecting(draft, current), instead: current.connection)
            draft.configuration.objects = objects
            connection = renewed
        } else if draft.configuration.watchedObjects != current.configuration.watchedObjects {
            draft.configuration.objects = try await checkedObjects(draft.configuration, of: id)
        }
        let (made, renewed) = (draft, connection)
        guard let former = current.connection, let renewed, renewed.isOfAnotherOrganization(than: former) else {
            return try await change(id, reconnected: renewed != nil) { instance in
                made.settle(in: &instance)
                if var renewed {
                    renewed.refreshToken = renewed.refreshToken ?? instance.connection?.refreshToken
                    instance.connection = renewed
                }
            }
        }
        // What the former org's poll has in hand must not come into the ledger of the other.
        let poller = try await entry(id).poller
        await poller.suspend()
        do {
            try await change(id, reconnected: true, anew: true) { instance in
                made.settle(in: &instance)
                instance.connection = renewed
            }
        } catch {
            await poller.resume()
            throw error
        }
        await poller.resume()
    }

    package func setEnabled(_ id: InstanceID, _ enabled: Bool) async throws -> InstanceOverview {
        let before = try await entry(id).instance
        try await change(id, reconnected: false) { $0.isDisabled = !enabled }
        return try await settled(id, from: before)
    }

    package func deleteInstance(_ id: InstanceID) async throws { _ = try await deleteInstanceReporting(id) }

    /// The same, and says what became of its Apex in the org, if there was any.
    package func deleteInstanceReporting(_ id: InstanceID) async throws -> String? {
        let report = await removeApexOfDeleted(try await entry(id))
        let entry = try await entry(id)
        apexDeployments.forget(id)
        await entry.poller.stop()
        try await entry.gate.run { try await store.deleteInstance(id) }
        _ = registry.remove(id)
        await context.dispatcher.remove(id)
        context.notices.post(.instancesChanged)
        await entry.poller.revoke()
        return report
    }

    package func poll(_ id: InstanceID) async throws -> PollSummary {
        let entry = try await entry(id)
        guard entry.instance.isActive else {
            let what =
                entry.instance.isDisabled ? "The instance is disabled; enable it" : "Events are off; switch them on"
            throw ClientError(.conflict, "\(what) to poll.")
        }
        do { return try await entry.poller.poll() } catch { throw Self.clientError(error) }
    }

    package func describeObjects(_ id: InstanceID) async throws -> [ObjectDescription] {
        let entry = try await entry(id)
        do { return try await entry.poller.describeObjects() } catch { throw Self.clientError(error) }
    }

    // MARK: For the API

    /// The stored instance with its secrets in clear.
    package func storedInstance(_ id: InstanceID) async throws -> Instance { try await entry(id).instance }

    /// The address that a person opens to grant access.
    package func authorizeURL(
        _ configuration: InstanceConfiguration,
        state: String,
        codeChallenge: String?
    ) -> String {
        context.connector.authorizeURL(configuration, state: state, codeChallenge: codeChallenge)
    }

    package func receiverURL(_ instance: Instance) -> String {
        options.receiverBaseURL + EngineOptions.receiverPath + instance.receiverToken
    }

    // MARK: Parts

    func entry(_ id: InstanceID) async throws -> InstanceRegistry.Entry {
        try await load()
        guard let entry = registry.entry(id) else { throw ClientError(.notFound, "There is no instance \(id).") }
        return entry
    }

    private func change(
        _ id: InstanceID,
        reconnected: Bool,
        anew: Bool = false,
        _ edit: @Sendable (inout Instance) -> Void
    ) async throws {
        let entry = try await entry(id)
        try await entry.gate.run {
            guard var instance = registry.entry(id)?.instance else {
                throw ClientError(.notFound, "There is no instance \(id).")
            }
            let before = instance
            edit(&instance)
            instance.updatedDate = clock.now
            if anew {
                // From here on the receiver refuses what the former org still sends.
                registry.replace(instance)
                do { try await store.beginAnew(instance) } catch {
                    registry.replace(before)
                    throw error
                }
            } else {
                try await store.updateInstance(instance)
                registry.replace(instance)
            }
            await context.dispatcher.set(Route(instance.configuration), for: id)
            let session = reconnected ? session(for: instance, gate: entry.gate) : nil
            await entry.poller.apply(instance, session: session, anew: anew)
        }
        context.notices.post(.instance(id))
    }

    /// The instance once its poller and its Apex have followed a change.
    private func settled(_ id: InstanceID, from before: Instance) async throws -> InstanceOverview {
        await (try await entry(id)).poller.settle(patience: options.firstPollPatience)
        await followApex(id, from: before)
        return try await overview(try await entry(id))
    }

    private func overview(_ entry: InstanceRegistry.Entry) async throws -> InstanceOverview {
        let instance = entry.instance
        let status = await entry.poller.status()
        let callback = await context.dispatcher.callback(instance.id)
        var retrying = 0
        if let callback, case .failing = callback.state(retrying: 0) {
            var filter = EventFilter()
            filter.instanceIDs = [instance.id]
            retrying = Int(try await store.counts(filter).byState[.retrying] ?? 0)
        }
        var overview = InstanceOverview(
            id: instance.id,
            name: instance.name,
            tags: instance.tags,
            configuration: instance.configuration.masked,
            isDisabled: instance.isDisabled,
            source: source(status.source, of: instance, heard: entry.poller.lastHeard),
            callback: (callback?.state(retrying: retrying).moved(clock.shown) ?? .none)
                .overdue(by: context.watchdog.overdue([.dispatcher, .sender, .recorder])),
            pollers: status.records,
            nextPoll: status.next,
            isPolling: status.isPolling,
            apiUsage: status.usage,
            receiverURL: receiverURL(instance),
            organizationName: instance.connection?.organizationName,
            isConnected: instance.connection != nil
        )
        overview.providerMessage = status.providerMessage
        overview.backfills = status.records.compactMap { record in
            ResumeState(parsing: record.resume).backfill(of: record.object)
        }
        return overview
    }
}

extension InstanceDraft {
    /// What of it is the instance's, apart from its connection.
    fileprivate func settle(in instance: inout Instance) {
        instance.name = name.trimmed
        instance.tags = tags
        instance.configuration = configuration
    }
}
