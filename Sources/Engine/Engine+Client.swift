package import Domain
package import EngineAPI
import Logging
package import Primitives
import Store

/// What dashboards and commands ask, each call handed to the part that answers it.
extension Engine: EngineClient {
    package func notices() -> AsyncStream<EngineNotice> { hub.subscribe() }

    // MARK: Instances

    package func instances() async throws -> [InstanceOverview] {
        try await directory.load()
        var found: [InstanceOverview] = []
        for entry in directory.registry.all { found.append(try await overviews.overview(entry)) }
        return found
    }

    package func instance(_ id: InstanceID) async throws -> InstanceOverview {
        try await overviews.overview(try await directory.entry(id), readsStore: true)
    }

    package func createInstance(_ draft: InstanceDraft) async throws -> InstanceOverview {
        try await audit.record(.createInstance, of: nil, { "instance \($0.id): \($0.name)" }) {
            try await lifecycle.create(draft)
        }
    }

    package func updateInstance(_ id: InstanceID, _ draft: InstanceDraft) async throws -> InstanceOverview {
        try await changeInstance(id) { current in
            guard draft.basis == nil || draft.basis == current.updatedDate else {
                throw ClientError(.conflict, "The instance was changed meanwhile; look at it and change it again.")
            }
            return draft
        }
    }

    package func setEnabled(_ id: InstanceID, _ enabled: Bool) async throws -> InstanceOverview {
        try await audit.record(enabled ? .enableInstance : .disableInstance, of: id) {
            try await lifecycle.setEnabled(id, enabled)
        }
    }

    package func poll(_ id: InstanceID) async throws -> PollSummary {
        let entry = try await directory.entry(id)
        try Self.checkIsPolled(entry.instance)
        do { return try await entry.sources.poller.poll() } catch is CancellationError where !Task.isCancelled {
            // What ended it is an edit that is under way, as a rule, or has just been.
            await entry.watched.editing.run {}
            if entry.watched.isRemoved { throw ClientError(.notFound, "The instance \(id) was deleted meanwhile.") }
            try Self.checkIsPolled(entry.instance)
            throw ClientError.translating(CancellationError())
        } catch { throw ClientError.translating(error) }
    }

    private static func checkIsPolled(_ instance: Instance) throws(ClientError) {
        guard !instance.isActive else { return }
        let what = instance.isDisabled ? "The instance is disabled; enable it" : "Events are off; switch them on"
        throw ClientError(.conflict, "\(what) to poll.")
    }

    package func describeObjects(_ id: InstanceID, anew: Bool) async throws -> [ObjectDescription] {
        let entry = try await directory.entry(id)
        let watched = entry.instance.configuration.watchedObjects
        do {
            if anew { return try await entry.watched.describeObjectsAnew(watchdog) }
            return try await entry.watched.describeObjects(watchdog) { ObjectNames.isComplete($0, for: watched) }
        } catch { throw ClientError.translating(error) }
    }

    // MARK: Authorizations

    package func beginAuthorization(
        _ configuration: InstanceConfiguration,
        for id: InstanceID?
    ) async throws -> BrowserAuthorization {
        var current: InstanceConfiguration?
        if let id { current = try await directory.entry(id).instance.configuration }
        return try access.begin(configuration, current: current)
    }

    package func authorization(_ state: String, waiting milliseconds: Int64) async throws -> AuthorizationProgress {
        try await access.authorizations.progress(of: state, waiting: milliseconds)
    }

    package func completeAuthorization(_ state: String, reply: String) async throws -> AuthorizationProgress {
        try access.authorizations.accept(pasted: reply, for: state)
    }

    package func cancelAuthorization(_ state: String) async throws { access.authorizations.cancel(state) }

    package func rotateKey(to key: Secret?) async throws -> KeyChange {
        let new = key.map { GivenKey($0, source: "SIGNALBOX_NEW_KEY") }
        let source = new?.source ?? "the key file"
        do {
            // The trail has it in the same transaction.
            let count = try await store.rotateKey(to: new, entry: audit.entry(.rotateKey, nil, source))
            audit.logger.notice("Stored secrets are sealed with another key", metadata: ["instances": "\(count)"])
            return KeyChange(instances: count, key: source)
        } catch {
            await audit.append(.rotateKey, nil, source, failure: AuditTrail.sentence(error))
            if let refusal = error as? StoreError, refusal.kind == .other {
                throw ClientError(.conflict, refusal.message)
            }
            throw ClientError.translating(error)
        }
    }

    // MARK: Audit

    package func auditEntries(before id: Int64?, limit: Int) async throws -> [AuditEntry] {
        do { return try await store.auditEntries(before: id, limit: limit) } catch {
            throw ClientError.translating(error)
        }
    }

    // MARK: Events

    package func events(_ page: PageRequest) async throws -> EventPage { try await history.events(page) }
    package func event(sequence: Int64) async throws -> EventDetail { try await history.event(sequence: sequence) }
    package func event(id: String) async throws -> EventDetail { try await history.event(id: id) }
    package func counts(_ filter: EventFilter, limit: Int64?) async throws -> EventCounts {
        try await history.counts(filter, limit: limit)
    }

    package func histogram(_ request: HistogramRequest) async throws -> EventHistogram {
        try await history.histogram(request)
    }

    package func activity(_ id: InstanceID, since: Timestamp) async throws -> ActivitySummary {
        try await directory.requirePast(of: id)
        return try await history.activity(id, since: since)
    }

    package func failures(_ id: InstanceID) async throws -> [FailureGroup] {
        try await directory.requirePast(of: id)
        return try await history.failures(id)
    }

    // MARK: Replays

    package func replay(eventID: String, options: ReplayOptions) async throws -> Attempt {
        let subject = [
            eventID, options.callbackURL.map { "to \(HTTPAddress.authority(of: $0) ?? "")" },
            options.notification.map { _ in "edited" },
        ]
        return try await audit.record(.replayEvent, of: nil, subject.compactMap { $0 }.joined(separator: ", ")) {
            try await replayer.replay(eventID: eventID, options: options)
        }
    }

    package func signedRequest(eventID: String) async throws -> SignedRequest {
        try await replayer.signedRequest(eventID: eventID)
    }

    package func previewReplays(_ id: InstanceID, filter: EventFilter) async throws -> ReplayPreview {
        try await bulkReplays.preview(id, filter: filter)
    }

    package func createReplayJob(_ id: InstanceID, filter: EventFilter, rate: Int) async throws -> ReplayJob {
        let text = filter.whole.description
        let events = text.isEmpty ? "every event" : text
        return try await audit.record(.createReplays, of: id, { "bulk replay \($0.id): \(events)" }) {
            try await bulkReplays.create(id, filter: filter, rate: rate)
        }
    }

    package func replayJobs(_ id: InstanceID) async throws -> [ReplayJob] { try await bulkReplays.all(of: id) }
    package func replayJob(_ id: Int64) async throws -> ReplayJob { try await bulkReplays.job(id) }

    package func changeReplayJob(_ id: Int64, isPaused: Bool?, rate: Int?) async throws -> ReplayJob {
        let changes = [isPaused.map { $0 ? "pause" : "resume" }, rate.map { "rate \($0)/s" }].compactMap { $0 }
        let subject = "bulk replay \(id)" + (changes.isEmpty ? "" : ": " + changes.joined(separator: ", "))
        return try await audit.record(.changeReplays, of: nil, subject) {
            try await bulkReplays.change(id, isPaused: isPaused, rate: rate)
        }
    }

    package func cancelReplayJob(_ id: Int64) async throws -> ReplayJob {
        try await audit.record(.cancelReplays, of: nil, "bulk replay \(id)") { try await bulkReplays.cancel(id) }
    }

    // MARK: Callbacks

    package func testCallback(url: String, signatureKey: Secret, instance: InstanceID?) async throws -> Attempt {
        try await audit.record(.testCallback, of: instance, HTTPAddress.authority(of: url) ?? "") {
            try await callbackTest.run(url: url, signatureKey: signatureKey, instance: instance)
        }
    }

    package func resumeCallback(_ id: InstanceID) async throws {
        try await audit.record(.resumeCallback, of: id) { try await manualHolds.resume(id) }
    }

    package func holdCallback(_ id: InstanceID, reason: String?) async throws {
        try await audit.record(.holdCallback, of: id, reason ?? "") { try await manualHolds.hold(id, reason: reason) }
    }

    package func changeBacklogs(_ id: InstanceID, _ change: BacklogChange, object: String?) async throws {
        let subject = [change.rawValue, object].compactMap(\.self).joined(separator: " ")
        try await audit.record(.changeBacklogs, of: id, subject) {
            try await directory.entry(id).sources.poller.change(change, of: object)
        }
    }

    // MARK: Apex

    package func apexStatus(_ id: InstanceID) async throws -> ApexStatus {
        try await directory.entry(id).sources.apex.status
    }

    package func apexProject(_ id: InstanceID) async throws -> [ApexFile] {
        try await directory.entry(id).sources.apex.project()
    }

    @discardableResult
    package func deployApex(
        _ id: InstanceID,
        allowProduction: Bool = false,
        progress: @Sendable (DeployStatus) async -> Void = { _ in }
    ) async throws -> DeployStatus {
        try await audit.record(.deployApex, of: id) {
            try await directory.entry(id).sources.apex.deploy(allowProduction: allowProduction, progress: progress)
        }
    }

    @discardableResult
    package func removeApex(
        _ id: InstanceID,
        allowProduction: Bool = false,
        progress: @Sendable (DeployStatus) async -> Void = { _ in }
    ) async throws -> DeployStatus {
        try await audit.record(.removeApex, of: id) {
            try await directory.entry(id).sources.apex.remove(allowProduction: allowProduction, progress: progress)
        }
    }

    package func rotateReceiverSecret(_ id: InstanceID) async throws -> InstanceOverview {
        try await audit.record(.rotateReceiverSecret, of: id) { try await receiverSecrets.rotate(id) }
        return try await instance(id)
    }
}
