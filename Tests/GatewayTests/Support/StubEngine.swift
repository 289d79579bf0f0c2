import Domain
import Engine
import EngineAPI
import EngineTestSupport
import Foundation
import Primitives
import Salesforce
import Store
import TestSupport

@testable import Gateway

/// A gateway's engine without an org and without a callback: keeps what it was told.
final class StubEngine: ListenerEngine {
    struct State {
        var drafts: [InstanceDraft] = []
        var failure: ClientError?
        var seen: Set<WebhookBody> = []
        /// Whether each body came on an event loop's own thread.
        var wereOnLoop: [Bool] = []
        var isReady = true
        /// Answers nothing, as a process that was stopped; and what it was asked meanwhile.
        var isSilent = false
        var unanswered = 0
        var node: String?
        var nodes: [NodeStanding] = []
        /// As whom each hold was asked for, and whether by way of another node.
        var holders: [(actor: String, isForwarded: Bool)] = []
        var backlogChanges: [(InstanceID, BacklogChange, object: String?)] = []
        var shortage: String?
        var damage: String?
        var activities: [ActivityStanding] = []
        var replays: [ReplayOptions] = []
        var holds: [InstanceID: String?] = [:]
        var search: HeldSearch?
        /// Every page of events that was asked for.
        var pages: [PageRequest] = []
        /// How often events were counted.
        var counts = 0
        /// The engine's own, so that a reader that pauses costs no more memory than with an engine.
        var hub = NoticeHub()
        var subscriptions = 0
    }

    let memory = MemoryStore(disk: MemoryStore.Disk(firstInstance: 401))
    let authorizations = BrowserAuthorizations(clock: StubClock())
    let state = Locked(State())

    func storedInstances() async throws -> [Instance] { try await memory.instances() }

    func storedInstance(_ id: InstanceID) async throws -> Instance {
        guard let instance = try await memory.instance(id) else {
            throw ClientError(.notFound, "There is no instance \(id).")
        }
        return instance
    }

    func storedInstance(elementToken: String) async throws -> Instance? {
        try await memory.instance(elementToken: elementToken)
    }

    func attempts(notificationID: Int64) async throws -> [Attempt] {
        try await memory.attempts(notificationID: notificationID)
    }

    func freeBytes() async -> Int64? { await memory.freeBytes() }

    func shortage() async -> String? { state.withLock { $0.shortage } }

    var damage: String? { state.withLock { $0.damage } }

    func fail(_ error: ClientError?) { state.withLock { $0.failure = error } }

    func check() throws {
        if let failure = state.withLock({ $0.failure }) { throw failure }
    }

    /// Returns at once, unless it answers nothing.
    private func pass() async throws {
        let isSilent = state.withLock { state in
            if state.isSilent { state.unanswered += 1 }
            return state.isSilent
        }
        guard isSilent else { return }
        await Patience.end()
        throw CancellationError()
    }

    func instances() async throws -> [InstanceOverview] {
        try await pass()
        return try await memory.instances().map(Self.overview)
    }

    func instance(_ id: InstanceID) async throws -> InstanceOverview {
        try await pass()
        guard let instance = try await memory.instance(id) else {
            throw ClientError(.notFound, "There is no instance \(id).")
        }
        return Self.overview(instance)
    }

    func createInstance(_ draft: InstanceDraft) async throws -> InstanceOverview {
        try check()
        state.withLock { $0.drafts.append(draft) }
        let instance = try await memory.createInstance { id in
            Instance(
                id: id,
                name: draft.name,
                tags: draft.tags,
                token: Secret("element-\(id)"),
                configuration: draft.configuration,
                receiverToken: Secret("receiver-\(id)"),
                receiverSecret: Secret("whsec_" + Base64.encode(Array("secret of \(id), long enough".utf8))),
                createdDate: Fixture.start,
                updatedDate: Fixture.start
            )
        }
        post(.instancesChanged)
        return Self.overview(instance)
    }

    func changeInstance(
        _ id: InstanceID,
        _ make: @escaping @Sendable (InstanceOverview) throws -> InstanceDraft
    ) async throws -> InstanceOverview {
        try await updateInstance(id, try make(try await instance(id)))
    }

    func updateInstance(_ id: InstanceID, _ draft: InstanceDraft) async throws -> InstanceOverview {
        try check()
        guard var instance = try await memory.instance(id) else { throw ClientError(.notFound, "gone") }
        state.withLock { $0.drafts.append(draft) }
        let known = instance.configuration
        instance.name = draft.name
        instance.tags = draft.tags
        instance.configuration = draft.configuration
        for path in InstanceConfiguration.secrets where draft.configuration[keyPath: path].isMask {
            instance.configuration[keyPath: path] = known[keyPath: path]
        }
        try await memory.updateInstance(instance)
        post(.instance(id))
        return Self.overview(instance)
    }

    func deleteInstanceReporting(_ id: InstanceID) async throws -> String? {
        _ = try await instance(id)
        try await memory.deleteInstance(id)
        post(.instancesChanged)
        return nil
    }

    func setEnabled(_ id: InstanceID, _ enabled: Bool) async throws -> InstanceOverview {
        try await pass()
        guard var instance = try await memory.instance(id) else { throw ClientError(.notFound, "gone") }
        instance.isDisabled = !enabled
        try await memory.updateInstance(instance)
        post(.instance(id))
        return Self.overview(instance)
    }

    func poll(_ id: InstanceID) async throws -> PollSummary {
        try await pass()
        try check()
        var result = IntakeResult()
        result.created = 2
        return PollSummary(
            result: result,
            rowsRead: 7,
            calls: [.rows: 1],
            milliseconds: 12,
            problems: ["Case": "No access."]
        )
    }

    func describeObjects(_ id: InstanceID, anew: Bool) async throws -> [ObjectDescription] { [] }

    func events(_ page: PageRequest) async throws -> EventPage {
        let search = state.withLock { state in
            state.pages.append(page)
            return state.search
        }
        try await search?.hold()
        return try await memory.events(page)
    }

    func event(sequence: Int64) async throws -> EventDetail {
        guard let event = try await memory.event(sequence: sequence) else { throw ClientError(.notFound, "gone") }
        return event
    }

    func event(id: String) async throws -> EventDetail {
        guard let event = try await memory.event(id: id) else { throw ClientError(.notFound, "gone") }
        return event
    }

    func deliveries(_ filter: EventFilter, before: Int64?, limit: Int) async throws -> [Delivery] {
        try await memory.deliveries(filter, before: before, limit: limit)
    }

    func counts(_ filter: EventFilter, limit: Int64?) async throws -> EventCounts {
        state.withLock { $0.counts += 1 }
        return try await memory.counts(filter, limit: limit)
    }

    func histogram(_ request: HistogramRequest) async throws -> EventHistogram {
        try await memory.histogram(request)
    }

    func activity(_ id: InstanceID, since: Timestamp) async throws -> ActivitySummary {
        try await memory.activity(id, since: since)
    }

    func rotateKey(to key: Secret?) async throws -> KeyChange {
        KeyChange(instances: try await memory.instances().count, key: key == nil ? "the key file" : "SIGNALBOX_NEW_KEY")
    }

    func auditEntries(before id: Int64?, limit: Int) async throws -> [AuditEntry] {
        try await memory.auditEntries(before: id, limit: limit)
    }

    func failures(_ id: InstanceID) async throws -> [FailureGroup] { try await memory.failures(id) }

    func signedRequest(eventID: String) async throws -> SignedRequest {
        SignedRequest(url: "http://127.0.0.1:9/", headers: [], body: Array("{}".utf8), signedAt: .distantPast)
    }

    func statistics(of id: InstanceID?) async throws -> EngineStatistics {
        EngineStatistics(try await memory.statistics(nil, at: Fixture.start))
    }

    func replay(eventID: String, options: ReplayOptions) async throws -> Attempt {
        try check()
        state.withLock { $0.replays.append(options) }
        return Attempt(
            notificationID: 9,
            number: 3,
            isReplay: true,
            startedAt: Fixture.start,
            milliseconds: 14,
            url: options.callbackURL ?? "http://callback.example/",
            outcome: .response(status: 204)
        )
    }

    func previewReplays(_ id: InstanceID, filter: EventFilter) async throws -> ReplayPreview {
        var filter = filter
        filter.instanceIDs = [id]
        let found = try await memory.events(PageRequest(direction: .oldestFirst, limit: 20, filter: filter))
        return ReplayPreview(count: try await memory.counts(filter).total, eventIDs: found.map(\.eventID))
    }

    func createReplayJob(_ id: InstanceID, filter: EventFilter, rate: Int) async throws -> ReplayJob {
        try check()
        let preview = try await previewReplays(id, filter: filter)
        return try await memory.createReplayJob(
            ReplayJob(
                instanceID: id,
                filter: filter,
                rate: rate,
                total: preview.count,
                lastSequence: 99,
                createdAt: Fixture.start,
                updatedAt: Fixture.start
            )
        )
    }

    func replayJobs(_ id: InstanceID) async throws -> [ReplayJob] {
        try await memory.replayJobs(id, onlyOpen: false, limit: 200)
    }

    func replayJob(_ id: Int64) async throws -> ReplayJob {
        guard let job = try await memory.replayJob(id) else {
            throw ClientError(.notFound, "There is no bulk replay \(id).")
        }
        return job
    }

    func changeReplayJob(_ id: Int64, isPaused: Bool?, rate: Int?) async throws -> ReplayJob {
        var job = try await replayJob(id)
        if let isPaused { job.state = isPaused ? .paused : .running }
        if let rate { job.rate = rate }
        try await memory.updateReplayJob(job)
        return job
    }

    func cancelReplayJob(_ id: Int64) async throws -> ReplayJob {
        var job = try await replayJob(id)
        job.state = .cancelled
        try await memory.updateReplayJob(job)
        return job
    }

    func testCallback(url: String, signatureKey: Secret, instance: InstanceID?) async throws -> Attempt {
        Attempt(
            notificationID: 0,
            number: 1,
            isReplay: false,
            startedAt: Fixture.start,
            milliseconds: 14,
            url: url,
            outcome: .response(status: 200)
        )
    }

    func resumeCallback(_ id: InstanceID) async throws { state.withLock { $0.holds[id] = nil } }
    func holdCallback(_ id: InstanceID, reason: String?) async throws {
        state.withLock { state in
            state.holds[id] = .some(reason)
            state.holders.append((Actor.current, Forwarding.isForwarded))
        }
    }

    func changeBacklogs(_ id: InstanceID, _ change: BacklogChange, object: String?) async throws {
        state.withLock { $0.backlogChanges.append((id, change, object)) }
    }

    func notices() -> AsyncStream<EngineNotice> {
        state.withLock { state in
            state.subscriptions += 1
            return state.hub.subscribe()
        }
    }

    func post(_ notice: EngineNotice) { state.withLock { $0.hub }.post(notice) }

    /// Whether somebody follows the notices now.
    var hasReader: Bool { state.withLock { $0.hub.subscriberCount > 0 } }
    /// Whether somebody has followed them, and nobody does any more.
    var hasLostReader: Bool { state.withLock { $0.subscriptions > 0 && $0.hub.subscriberCount == 0 } }

    /// Ends every stream of notices, as an engine does that stops.
    func finish() {
        let hub = state.withLock { state in
            defer { state.hub = NoticeHub() }
            return state.hub
        }
        hub.close()
    }

    var node: String? { state.withLock { $0.node } }
    var nodes: [NodeStanding] { state.withLock { $0.nodes } }
    var isReady: Bool { state.withLock { $0.isReady } }
    var activities: [ActivityStanding] { state.withLock { $0.activities } }

    func beginAuthorization(
        _ configuration: InstanceConfiguration,
        for id: InstanceID?
    ) async throws -> BrowserAuthorization {
        try check()
        return try authorizations.begin(configuration) { authorizeURL($0, state: $1, codeChallenge: $2) }
    }

    func authorization(_ state: String, waiting milliseconds: Int64) async throws -> AuthorizationProgress {
        try await authorizations.progress(of: state, waiting: milliseconds)
    }

    func completeAuthorization(_ state: String, reply: String) async throws -> AuthorizationProgress {
        try authorizations.accept(pasted: reply, for: state)
    }

    func cancelAuthorization(_ state: String) async throws { authorizations.cancel(state) }
    func acceptRedirects(at address: String) { authorizations.acceptRedirects(at: address) }
    func acceptRedirect(_ redirect: AuthorizationRedirect) -> RedirectOutcome { authorizations.accept(redirect) }

    func authorizeURL(_ configuration: InstanceConfiguration, state: String, codeChallenge: String?) -> String {
        "\(configuration.baseURL)/services/oauth2/authorize?client_id=\(Self.encoded(configuration.apiKey.exposed))&state=\(state)"
    }

    private static func encoded(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
    }

    private static func overview(_ instance: Instance) -> InstanceOverview {
        var configuration = instance.configuration
        for path in InstanceConfiguration.secrets where !configuration[keyPath: path].isEmpty {
            configuration[keyPath: path] = Secret(secretMask)
        }
        return InstanceOverview(
            id: instance.id,
            name: instance.name,
            tags: instance.tags,
            configuration: configuration,
            isDisabled: instance.isDisabled,
            source: instance.isActive ? .live(lastSuccess: Fixture.start) : .stopped,
            callback: .idle,
            pollers: configuration.watchedObjects.map {
                PollerRecord(instanceID: instance.id, object: $0, cursor: Fixture.start, lastPoll: Fixture.start)
            },
            nextPoll: Fixture.start.advanced(bySeconds: 300),
            isPolling: false,
            apiUsage: APIUsage(used: 18, allowed: 5000),
            receiverURL: "http://127.0.0.1:8180/elements/api-v2/events/sfdc/\(instance.receiverToken.exposed)",
            organizationName: "Acme",
            isConnected: true
        )
    }
}
