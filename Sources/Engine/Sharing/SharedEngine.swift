package import Domain
package import EngineAPI
package import Primitives
import Salesforce
package import Store

/// The engine of a node beside others, as its listeners use it: what needs the work of an instance is asked of the node that
/// holds it, all else is answered here.
///
/// Calls are forwarded, and not left in the database for the holder: what they change lives in the holder's memory (a breaker,
/// a session, a schedule), what they answer is what came of it, and a person waits for that. A call that was forwarded once is
/// answered where it came to.
package struct SharedEngine: ListenerEngine {
    private let own: Engine
    private let sharing: any SharedStore
    /// The engine of another node.
    private let peer: @Sendable (StoreNode) -> any EngineClient

    /// Nil where the engine has its store to itself.
    package init?(_ engine: Engine, peer: @escaping @Sendable (StoreNode) -> any EngineClient) {
        guard let sharing = engine.store.sharing else { return nil }
        own = engine
        self.sharing = sharing
        self.peer = peer
    }

    /// The other node that holds an instance; nil where this one answers.
    private func holder(of id: InstanceID) -> (any EngineClient)? {
        guard !Forwarding.isForwarded, let node = sharing.holder(of: id), !node.isOwn else { return nil }
        return peer(node)
    }

    /// The engine that works for an instance.
    private func engine(of id: InstanceID) async throws -> any EngineClient {
        // One that was made a moment ago may not be known yet.
        if sharing.holder(of: id) == nil { _ = try await sharing.catchUp() }
        if let holder = holder(of: id) { return holder }
        await begun(id)
        return own
    }

    /// Milliseconds for the work for an instance to begin here, once this node holds it.
    private static let beginning: Int64 = 5000

    /// Returns when the work for an instance that this node was given a moment ago has begun, or takes long: until then calls
    /// that need it would be refused.
    private func begun(_ id: InstanceID) async {
        let end = own.clock.due.advanced(byMilliseconds: Self.beginning)
        while sharing.isHeld(id), own.directory.registry.entry(id)?.isHeld != true, own.clock.due < end {
            do { try await own.clock.sleep(until: own.clock.due.advanced(byMilliseconds: 50)) } catch { return }
        }
    }

    /// The engine that works for the instance of an event.
    private func engine(ofEvent eventID: String) async throws -> any EngineClient {
        guard let id = try await own.event(id: eventID).delivery?.instanceID else { return own }
        return try await engine(of: id)
    }

    private func engine(ofJob id: Int64) async throws -> any EngineClient {
        try await engine(of: own.replayJob(id).instanceID)
    }

    /// Asks the holder of an instance for what its memory has more of; while that one can't be asked, as it was killed a moment
    /// ago, this node says what is stored.
    private func read<Value: Sendable>(
        _ id: InstanceID,
        _ work: @Sendable (any EngineClient) async throws -> Value
    ) async throws -> Value {
        guard let holder = holder(of: id) else { return try await work(own) }
        do { return try await work(holder) } catch let error as ClientError where error.mayPass {
            return try await work(own)
        }
    }

    /// Changes an instance where its work is; what is read here afterwards has the change in it.
    private func change<Value>(
        _ engine: any EngineClient,
        _ work: (any EngineClient) async throws -> Value
    ) async throws -> Value {
        let value = try await work(engine)
        if !(engine is Engine) { _ = try await sharing.catchUp() }
        return value
    }

    /// The node that began an authorization.
    private func engine(of state: String?) -> any EngineClient {
        guard !Forwarding.isForwarded, let number = state?.split(separator: ".").last.flatMap({ Int64($0) }),
            let node = sharing.nodes.first(where: { $0.number == number }), !node.isOwn
        else { return own }
        return peer(node)
    }

    // MARK: The node

    package var isReady: Bool { own.isReady }
    package var node: String? { own.node }
    package var activities: [ActivityStanding] { own.activities }
    package var damage: String? { own.damage }
    package func freeBytes() async -> Int64? { await own.freeBytes() }
    package func shortage() async -> String? { await own.shortage() }
    package func notices() -> AsyncStream<EngineNotice> { own.notices() }

    package var nodes: [NodeStanding] {
        sharing.nodes.map { node in
            NodeStanding(
                name: node.name,
                version: node.version,
                management: node.management,
                receiver: node.receiver,
                started: node.started,
                instances: node.instances,
                isOwn: node.isOwn
            )
        }
    }

    // MARK: Instances

    package func instances() async throws -> [InstanceOverview] {
        let all = try await own.instances()
        if Forwarding.isForwarded { return all }
        let others = sharing.nodes.filter { !$0.isOwn && $0.instances > 0 }
        let theirs = await withTaskGroup(of: [InstanceOverview].self) { group -> [InstanceID: InstanceOverview] in
            for node in others {
                let engine = peer(node)
                group.addTask {
                    // One that can't be asked is shown as it is known here.
                    guard let found = try? await engine.instances() else { return [] }
                    return found.filter { sharing.holder(of: $0.id)?.number == node.number }
                }
            }
            var found: [InstanceID: InstanceOverview] = [:]
            for await overviews in group { for overview in overviews { found[overview.id] = overview } }
            return found
        }
        var shown: [InstanceOverview] = []
        for overview in all {
            if let their = theirs[overview.id] {
                shown.append(their)
            } else if let node = sharing.holder(of: overview.id), !node.isOwn {
                shown.append((try? await own.instance(overview.id)) ?? overview)
            } else {
                shown.append(overview)
            }
        }
        return shown
    }

    package func instance(_ id: InstanceID) async throws -> InstanceOverview {
        try await read(id) { try await $0.instance(id) }
    }

    package func createInstance(_ draft: InstanceDraft) async throws -> InstanceOverview {
        try await change(engine(of: draft.authorizationState)) { try await $0.createInstance(draft) }
    }

    package func updateInstance(_ id: InstanceID, _ draft: InstanceDraft) async throws -> InstanceOverview {
        try await change(try await engine(of: id)) { try await $0.updateInstance(id, draft) }
    }

    package func changeInstance(
        _ id: InstanceID,
        _ make: @Sendable (InstanceOverview) throws -> InstanceDraft
    ) async throws -> InstanceOverview {
        let engine = try await engine(of: id)
        guard engine is Engine else {
            return try await change(engine) { try await $0.changeInstanceAsItStands(id, make) }
        }
        return try await own.changeInstance(id, make)
    }

    package func deleteInstanceReporting(_ id: InstanceID) async throws -> String? {
        try await change(try await engine(of: id)) { try await $0.deleteInstanceReporting(id) }
    }

    package func setEnabled(_ id: InstanceID, _ enabled: Bool) async throws -> InstanceOverview {
        try await change(try await engine(of: id)) { try await $0.setEnabled(id, enabled) }
    }

    package func poll(_ id: InstanceID) async throws -> PollSummary { try await engine(of: id).poll(id) }

    package func describeObjects(_ id: InstanceID, anew: Bool) async throws -> [ObjectDescription] {
        try await engine(of: id).describeObjects(id, anew: anew)
    }

    package func rotateReceiverSecret(_ id: InstanceID) async throws -> InstanceOverview {
        try await change(try await engine(of: id)) { try await $0.rotateReceiverSecret(id) }
    }

    package func storedInstances() async throws -> [Instance] { try await own.storedInstances() }
    package func storedInstance(_ id: InstanceID) async throws -> Instance {
        _ = try await engine(of: id)
        return try await own.storedInstance(id)
    }

    package func storedInstance(elementToken: String) async throws -> Instance? {
        if let instance = try await own.storedInstance(elementToken: elementToken) { return instance }
        guard try await sharing.catchUp() else { return nil }
        return try await own.storedInstance(elementToken: elementToken)
    }

    // MARK: Authorizations

    package func beginAuthorization(
        _ configuration: InstanceConfiguration,
        for id: InstanceID?
    ) async throws -> BrowserAuthorization {
        guard let id else { return try await own.beginAuthorization(configuration, for: nil) }
        return try await engine(of: id).beginAuthorization(configuration, for: id)
    }

    package func authorization(_ state: String, waiting milliseconds: Int64) async throws -> AuthorizationProgress {
        try await engine(of: state).authorization(state, waiting: milliseconds)
    }

    package func completeAuthorization(_ state: String, reply: String) async throws -> AuthorizationProgress {
        try await engine(of: state).completeAuthorization(state, reply: reply)
    }

    package func cancelAuthorization(_ state: String) async throws {
        try await engine(of: state).cancelAuthorization(state)
    }

    package func authorizeURL(
        _ configuration: InstanceConfiguration,
        state: String,
        codeChallenge: String?
    ) -> String {
        own.authorizeURL(configuration, state: state, codeChallenge: codeChallenge)
    }

    package func acceptRedirects(at address: String) { own.acceptRedirects(at: address) }

    package func acceptRedirect(_ redirect: AuthorizationRedirect) async -> RedirectOutcome {
        let engine = engine(of: redirect.state)
        guard !(engine is Engine), let state = redirect.state else { return own.acceptRedirect(redirect) }
        do {
            switch try await engine.completeAuthorization(state, reply: redirect.address) {
            case .waiting: return .unexpected
            case .granted: return .granted
            case .refused(let reason): return .refused(reason)
            }
        } catch {
            return .unexpected
        }
    }

    // MARK: Events

    package func events(_ page: PageRequest) async throws -> EventPage { try await own.events(page) }
    package func event(sequence: Int64) async throws -> EventDetail { try await own.event(sequence: sequence) }
    package func event(id: String) async throws -> EventDetail { try await own.event(id: id) }
    package func counts(_ filter: EventFilter, limit: Int64?) async throws -> EventCounts {
        try await own.counts(filter, limit: limit)
    }
    package func histogram(_ request: HistogramRequest) async throws -> EventHistogram {
        try await own.histogram(request)
    }
    package func activity(_ id: InstanceID, since: Timestamp) async throws -> ActivitySummary {
        try await own.activity(id, since: since)
    }
    package func failures(_ id: InstanceID) async throws -> [FailureGroup] { try await own.failures(id) }
    package func rotateKey(to key: Secret?) async throws -> KeyChange { try await own.rotateKey(to: key) }
    package func auditEntries(before id: Int64?, limit: Int) async throws -> [AuditEntry] {
        try await own.auditEntries(before: id, limit: limit)
    }
    package func deliveries(_ filter: EventFilter, before: Int64?, limit: Int) async throws -> [Delivery] {
        try await own.deliveries(filter, before: before, limit: limit)
    }
    package func attempts(notificationID: Int64) async throws -> [Attempt] {
        try await own.attempts(notificationID: notificationID)
    }
    package func signedRequest(eventID: String) async throws -> SignedRequest {
        try await own.signedRequest(eventID: eventID)
    }

    /// Polls of an instance are counted where they are made.
    package func statistics(of id: InstanceID?) async throws -> EngineStatistics {
        var statistics = try await figures(of: id)
        // Each node sees the same, but knows itself.
        if !Forwarding.isForwarded { statistics.nodes = try await nodeFigures() }
        return statistics
    }

    private func nodeFigures() async throws -> [NodeFigures] {
        let signs = try await sharing.signsOfLife()
        return sharing.nodes.map { node in
            NodeFigures(
                name: node.name,
                version: node.version,
                isAsked: node.isOwn,
                instances: sharing.instances(of: node.number),
                sinceSign: signs[node.number].map { max(0, $0) }
            )
        }
    }

    private func figures(of id: InstanceID?) async throws -> EngineStatistics {
        guard let id else { return try await own.statistics(of: nil) }
        return try await read(id) { try await $0.statistics(of: id) }
    }

    // MARK: Replays and callbacks

    package func replay(eventID: String, options: ReplayOptions) async throws -> Attempt {
        try await engine(ofEvent: eventID).replay(eventID: eventID, options: options)
    }

    package func previewReplays(_ id: InstanceID, filter: EventFilter) async throws -> ReplayPreview {
        try await own.previewReplays(id, filter: filter)
    }

    package func createReplayJob(_ id: InstanceID, filter: EventFilter, rate: Int) async throws -> ReplayJob {
        try await engine(of: id).createReplayJob(id, filter: filter, rate: rate)
    }

    package func replayJobs(_ id: InstanceID) async throws -> [ReplayJob] { try await own.replayJobs(id) }
    package func replayJob(_ id: Int64) async throws -> ReplayJob { try await own.replayJob(id) }

    package func changeReplayJob(_ id: Int64, isPaused: Bool?, rate: Int?) async throws -> ReplayJob {
        try await engine(ofJob: id).changeReplayJob(id, isPaused: isPaused, rate: rate)
    }

    package func cancelReplayJob(_ id: Int64) async throws -> ReplayJob {
        try await engine(ofJob: id).cancelReplayJob(id)
    }

    package func testCallback(url: String, signatureKey: Secret, instance: InstanceID?) async throws -> Attempt {
        try await own.testCallback(url: url, signatureKey: signatureKey, instance: instance)
    }

    package func resumeCallback(_ id: InstanceID) async throws { try await engine(of: id).resumeCallback(id) }

    package func holdCallback(_ id: InstanceID, reason: String?) async throws {
        try await engine(of: id).holdCallback(id, reason: reason)
    }

    package func changeBacklogs(_ id: InstanceID, _ change: BacklogChange, object: String?) async throws {
        try await engine(of: id).changeBacklogs(id, change, object: object)
    }

    // MARK: Apex

    package func apexStatus(_ id: InstanceID) async throws -> ApexStatus {
        try await read(id) { try await $0.apexStatus(id) }
    }
    package func apexProject(_ id: InstanceID) async throws -> [ApexFile] { try await own.apexProject(id) }

    package func deployApex(
        _ id: InstanceID,
        allowProduction: Bool,
        progress: @Sendable (DeployStatus) async -> Void
    ) async throws -> DeployStatus {
        try await engine(of: id).deployApex(id, allowProduction: allowProduction, progress: progress)
    }

    package func removeApex(
        _ id: InstanceID,
        allowProduction: Bool,
        progress: @Sendable (DeployStatus) async -> Void
    ) async throws -> DeployStatus {
        try await engine(of: id).removeApex(id, allowProduction: allowProduction, progress: progress)
    }

    // MARK: What orgs post

    package func receiver(token: String) async throws -> InstanceID? { try await own.receiver(token: token) }
    package func receive(_ webhook: ReceivedWebhook, for id: InstanceID) async throws -> IntakeResult {
        try await own.receive(webhook, for: id)
    }
    package func receiveOutboundMessage(_ body: [UInt8], for id: InstanceID) async throws {
        try await own.receiveOutboundMessage(body, for: id)
    }
}
