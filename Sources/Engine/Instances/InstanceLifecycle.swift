import Domain
import EngineAPI
import Logging
import Primitives
import Salesforce
import Store

/// Creates, changes and deletes instances. What it stores takes effect at once, without a restart.
struct InstanceLifecycle: Sendable {
    let store: any InstanceStore
    let directory: InstanceDirectory
    let access: OrgAccess
    let sessions: OrgSessions
    let overviews: InstanceOverviews
    let dispatcher: Dispatcher
    let replayJobs: ReplayJobs
    let notices: NoticeHub
    let clock: any EngineClock
    /// Milliseconds that creating or changing an instance waits for what its sources do at once.
    let patience: Int64
    let state: RunState
    let metrics: EngineMetrics
    let logger: Logger

    func create(_ draft: InstanceDraft) async throws -> InstanceOverview {
        try await directory.load()
        var draft = draft
        draft.configuration = draft.configuration.unmasked(by: nil)
        try access.validate(draft)
        let (connection, objects) = try await access.connect(draft, instead: nil)
        draft.configuration.objects = objects
        let now = clock.now
        let made = draft
        let instance: Instance
        do {
            instance = try await store.createInstance { id in
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
        } catch {
            access.keep(connection, of: draft)
            throw error
        }
        guard let entry = try await directory.activate(instance.id) else {
            throw ClientError(.notFound, "The instance \(instance.id) was deleted meanwhile.")
        }
        metrics.begin(instance.id)
        notices.post(.instancesChanged)
        if state.isRunning {
            await entry.sources.start()
            // Once this answers, the first poll has drawn the line behind which everything counts as new.
            await entry.sources.settle(patience: patience)
        }
        await entry.sources.follow(from: nil)
        return try await overviews.overview(try await directory.entry(instance.id))
    }

    /// Makes a draft of the instance as it stands and applies it; no other change of settings comes between the two.
    func change(
        _ id: InstanceID,
        _ make: @Sendable (InstanceOverview) throws -> InstanceDraft
    ) async throws -> InstanceOverview {
        let entry = try await directory.entry(id)
        let before = entry.instance
        try await entry.watched.editing.run {
            let entry = try await directory.entry(id)
            try await apply(try make(try await overviews.overview(entry)), to: entry)
        }
        return try await settled(id, from: before)
    }

    func setEnabled(_ id: InstanceID, _ enabled: Bool) async throws -> InstanceOverview {
        let entry = try await directory.entry(id)
        let before = entry.instance
        try await change(entry, .edit) { $0.isDisabled = !enabled }
        return try await settled(id, from: before)
    }

    /// Says what became of what its sources had put into the org, if there was anything, and whether its grant goes on
    /// there. Where the store refuses, the instance runs on as before.
    func delete(_ id: InstanceID) async throws -> String? {
        let withdrawn = try await directory.entry(id).sources
        let report = await withdrawn.withdraw()
        let entry: InstanceRegistry.Entry
        do {
            entry = try await directory.entry(id)
            try await end(entry)
        } catch {
            // Until here no other change lets them begin anything in the org.
            await withdrawn.reopen()
            throw error
        }
        await entry.sources.stop()
        directory.registry.remove(id)
        await replayJobs.end(of: id)
        await dispatcher.remove(id)
        metrics.remove(id)
        notices.post(.instancesChanged)
        let grant = await revoke(entry.watched)
        return report == nil && grant == nil ? nil : [report, grant].compactMap(\.self).joined(separator: " ")
    }

    // MARK: Parts

    /// What stays of the grant of a deleted instance, in a sentence; nil where nothing does.
    private func revoke(_ watched: WatchedInstance) async -> String? {
        do {
            try await watched.session.revoke()
            return nil
        } catch {
            logger.warning(
                "The grant of a deleted instance stays in its org",
                metadata: ["instance": "\(watched.id)", "error": "\(error)"]
            )
            return "The org may not have ended its access: \(ErrorSentence.text(error)) Revoke it there, in Setup "
                + "under Connected Apps OAuth Usage."
        }
    }

    /// Ends the sources' work and deletes what is stored; they go on where the store refuses.
    private func end(_ entry: InstanceRegistry.Entry) async throws {
        let watched = entry.watched
        // No change of settings must let the sources go on meanwhile.
        try await watched.editing.run {
            guard !watched.isRemoved else {
                throw ClientError(.notFound, "The instance \(watched.id) was deleted meanwhile.")
            }
            await entry.sources.suspend()
            await replayJobs.suspend(watched.id)
            do {
                try await watched.gate.run {
                    try await store.deleteInstance(watched.id)
                    watched.remove()
                }
            } catch {
                if watched.isRemoved { throw error }
                // A commit that nobody heard of may have done it, now or at the last try.
                if let stored = try? await store.instances(), !stored.contains(where: { $0.id == watched.id }) {
                    return watched.remove()
                }
                await entry.sources.resume()
                await replayJobs.resume(watched.id)
                throw error
            }
        }
    }

    private func apply(_ draft: InstanceDraft, to entry: InstanceRegistry.Entry) async throws {
        let current = entry.instance
        var draft = draft
        draft.configuration = draft.configuration.unmasked(by: current.configuration)
        try access.validate(draft)
        var connection: OrgConnection?
        var asked: InstanceDraft?
        if draft.authorizationCode != nil || draft.authorizationState != nil || draft.connectsAnew
            || draft.configuration.connectsDifferently(from: current.configuration)
        {
            let reconnecting = access.reconnecting(draft, current)
            var adopting: (@Sendable (OrgConnection) async throws -> Void)?
            if reconnecting.showsToken(of: current) { adopting = { try await adopt($0, of: entry.watched) } }
            let (renewed, objects) = try await access.connect(
                reconnecting,
                instead: current.connection,
                adopt: adopting
            )
            draft.configuration.objects = objects
            connection = renewed
            asked = reconnecting
        } else if draft.configuration.watchedObjects != current.configuration.watchedObjects {
            draft.configuration.objects = try await access.checkedObjects(draft.configuration, of: entry.watched)
        }
        let (made, renewed) = (draft, connection)
        do { try await apply(made, renewed, to: entry, insteadOf: current.connection) } catch {
            if let renewed, let asked { access.keep(renewed, of: asked) }
            throw error
        }
    }

    private func apply(
        _ made: InstanceDraft,
        _ renewed: OrgConnection?,
        to entry: InstanceRegistry.Entry,
        insteadOf former: OrgConnection?
    ) async throws {
        guard let former, let renewed, renewed.isOfAnotherOrganization(than: former) else {
            return try await change(entry, renewed == nil ? .edit : .reconnect) { instance in
                made.settle(in: &instance)
                if var renewed {
                    renewed.refreshToken = renewed.refreshToken ?? instance.connection?.refreshToken
                    instance.connection = renewed
                }
            }
        }
        // What the former org's sources have in hand must not come into the ledger of the other.
        await entry.sources.suspend()
        do {
            try await change(entry, .otherOrganization) { instance in
                made.settle(in: &instance)
                instance.connection = renewed
            }
        } catch {
            await entry.sources.resume()
            throw error
        }
        await entry.sources.resume()
    }

    /// The refresh token that the instance lives by has rotated: the new one is stored at once, whatever becomes of the
    /// change that it was shown for.
    private func adopt(_ rotated: OrgConnection, of watched: WatchedInstance) async throws {
        try await watched.gate.run {
            guard !watched.isRemoved else { return }
            var instance = watched.instance
            var connection = rotated
            connection.organizationID = rotated.organizationID ?? instance.connection?.organizationID
            connection.organizationName = rotated.organizationName ?? instance.connection?.organizationName
            connection.isSandbox = rotated.isSandbox ?? instance.connection?.isSandbox
            instance.connection = connection
            try await store.updateInstance(instance)
            watched.replace(instance)
            await watched.connect(sessions.make(for: watched))
        }
    }

    private enum Kind {
        case edit
        /// The same org by another session.
        case reconnect
        case otherOrganization
    }

    private func change(
        _ entry: InstanceRegistry.Entry,
        _ kind: Kind,
        _ edit: @Sendable (inout Instance) -> Void
    ) async throws {
        let watched = entry.watched
        try await watched.gate.run {
            guard !watched.isRemoved else { throw ClientError(.notFound, "There is no instance \(watched.id).") }
            let before = watched.instance
            var instance = before
            edit(&instance)
            instance.followSignatureKey(from: before, at: clock.due)
            instance.changed(at: clock.now)
            if kind == .otherOrganization {
                // From here on the receiver refuses what the former org still sends.
                watched.replace(instance)
                do { try await store.beginAnew(instance) } catch {
                    watched.replace(before)
                    throw error
                }
                watched.forgetOrganization()
            } else {
                try await store.updateInstance(instance)
                watched.replace(instance)
            }
            await dispatcher.set(CallbackRoute(instance), for: watched.id)
            if kind != .edit { await watched.connect(sessions.make(for: watched)) }
            await entry.sources.apply(
                InstanceChange(
                    before: before,
                    after: instance,
                    isReconnected: kind != .edit,
                    isOtherOrganization: kind == .otherOrganization
                )
            )
        }
        notices.post(.instance(watched.id))
    }

    /// The instance once its sources have followed a change.
    private func settled(_ id: InstanceID, from before: Instance) async throws -> InstanceOverview {
        let entry = try await directory.entry(id)
        await entry.sources.settle(patience: patience)
        await entry.sources.follow(from: before)
        return try await overviews.overview(try await directory.entry(id))
    }
}

extension Instance {
    /// Keeps the key that signed before, for as long as the settings say, where an edit has changed it. `due` is of the
    /// clock that nobody sets.
    mutating func followSignatureKey(from before: Instance, at due: Timestamp) {
        let minutes = Int64(configuration.signatureRotation)
        let (key, former) = (configuration.signatureKey, before.configuration.signatureKey)
        if key != former {
            formerSignatureKey =
                former.isEmpty
                ? nil : FormerSecret(secret: former, expires: due.advanced(byMilliseconds: minutes * 60_000))
        }
        // Without a key nothing is signed; nor does one sign beside itself.
        guard let kept = formerSignatureKey, minutes > 0, !key.isEmpty, kept.secret != key, due < kept.expires else {
            return formerSignatureKey = nil
        }
    }
}

extension InstanceDraft {
    /// Whether it connects by the refresh token that the instance lives by.
    fileprivate func showsToken(of instance: Instance) -> Bool {
        authorizationCode == nil && authorizationState == nil && configuration.effectiveGrant == .refreshToken
            && configuration.refreshToken == instance.connection?.refreshToken
    }

    /// What of it is the instance's, apart from its connection.
    fileprivate func settle(in instance: inout Instance) {
        instance.name = name.trimmed
        instance.tags = tags
        instance.configuration = configuration
    }
}
