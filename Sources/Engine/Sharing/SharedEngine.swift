package import Domain
package import EngineAPI
import Primitives
import Salesforce
package import Store

/// The engine of a node beside others, as its listeners use it: what needs the work of an instance is asked of the node that
/// holds it, all else is answered here.
///
/// Calls are forwarded, and not left in the database for the holder: what they change lives in the holder's memory (a breaker,
/// a session, a schedule), what they answer is what came of it, and a person waits for that. A call that was forwarded once is
/// answered where it came to.
package struct SharedEngine: ListenerEngine {
    let own: Engine
    private let sharing: any SharedStore
    /// The engine of another node.
    private let peer: @Sendable (StoreNode) -> any EngineClient
    private let calls: PeerCalls

    /// Nil where the engine has its store to itself.
    package init?(_ engine: Engine, peer: @escaping @Sendable (StoreNode) -> any EngineClient) {
        guard let sharing = engine.store.sharing else { return nil }
        own = engine
        self.sharing = sharing
        self.peer = peer
        calls = PeerCalls(sharing: sharing, clock: engine.clock)
    }

    /// Who answers a call.
    private struct Answering: Sendable {
        let engine: any EngineClient
        /// Nil for this node.
        var node: StoreNode?
    }

    private func answering(at node: StoreNode) -> Answering { Answering(engine: peer(node), node: node) }

    /// The other node that holds an instance; nil where this one answers.
    private func holder(of id: InstanceID) -> StoreNode? {
        guard !Forwarding.isForwarded, let node = sharing.holder(of: id), !node.isOwn else { return nil }
        return node
    }

    /// Whoever works for an instance.
    private func answering(for id: InstanceID) async throws -> Answering {
        // One that was made a moment ago may not be known yet.
        if sharing.holder(of: id) == nil { _ = try await sharing.catchUp() }
        if let holder = holder(of: id) { return answering(at: holder) }
        await begun(id)
        return Answering(engine: own)
    }

    /// Has work done where it is, and gives it up where that node is gone.
    private func ask<Value: Sendable>(
        _ answering: Answering,
        _ work: @escaping @Sendable (any EngineClient) async throws -> Value
    ) async throws -> Value {
        let engine = answering.engine
        guard let node = answering.node else { return try await work(engine) }
        return try await calls.work(of: node) { try await work(engine) }
    }

    /// Milliseconds for the work for an instance to begin here, once this node holds it.
    private static let beginning: Int64 = 5000

    /// Returns when the work for an instance that this node was given a moment ago has begun, or takes long: until then calls
    /// that need it would be refused. What nobody has a lease of is unknown, or was deleted.
    private func begun(_ id: InstanceID) async {
        await wait { sharing.holder(of: id)?.isOwn == true && own.directory.registry.entry(id)?.isHeld != true }
    }

    /// Returns when an instance whose node is gone is held again, or takes long.
    private func heldAgain(_ id: InstanceID) async {
        await wait { sharing.holder(of: id) == nil && own.directory.registry.entry(id) != nil }
    }

    private func wait(while isPending: () -> Bool) async {
        let end = own.clock.due.advanced(byMilliseconds: Self.beginning)
        while isPending(), own.clock.due < end {
            do { try await own.clock.sleep(until: own.clock.due.advanced(byMilliseconds: 50)) } catch { return }
        }
    }

    /// Whoever works for the instance of an event.
    private func answering(forEvent eventID: String) async throws -> Answering {
        guard let id = try await own.event(id: eventID).delivery?.instanceID else { return Answering(engine: own) }
        return try await answering(for: id)
    }

    private func answering(forJob id: Int64) async throws -> Answering {
        try await answering(for: own.replayJob(id).instanceID)
    }

    /// Asks the holder of an instance for what its memory has more of; while that one can't be asked, or hangs, this node says
    /// what is stored.
    private func read<Value: Sendable>(
        _ id: InstanceID,
        _ work: @escaping @Sendable (any EngineClient) async throws -> Value
    ) async throws -> Value {
        guard let holder = holder(of: id) else { return try await work(own) }
        let engine = peer(holder)
        do {
            return try await calls.read(of: holder) { try await work(engine) }
        } catch let error as ClientError where error.mayPass {
            return try await work(own)
        }
    }

    /// Changes an instance where its work is; what is read here afterwards has the change in it.
    private func change<Value: Sendable>(
        _ answering: Answering,
        _ work: @escaping @Sendable (any EngineClient) async throws -> Value
    ) async throws -> Value {
        let value = try await ask(answering, work)
        if answering.node != nil { _ = try await sharing.catchUp() }
        return value
    }

    /// The node that began an authorization.
    private func answering(to state: String?) -> Answering {
        guard !Forwarding.isForwarded, let number = state?.split(separator: ".").last.flatMap({ Int64($0) }),
            let node = sharing.nodes.first(where: { $0.number == number }), !node.isOwn
        else { return Answering(engine: own) }
        return answering(at: node)
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
                    let found = try? await calls.read(of: node) { try await engine.instances() }
                    guard let found else { return [] }
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
        try await change(answering(to: draft.authorizationState)) { try await $0.createInstance(draft) }
    }

    package func updateInstance(_ id: InstanceID, _ draft: InstanceDraft) async throws -> InstanceOverview {
        try await change(try await answering(for: id)) { try await $0.updateInstance(id, draft) }
    }

    package func changeInstance(
        _ id: InstanceID,
        _ make: @escaping @Sendable (InstanceOverview) throws -> InstanceDraft
    ) async throws -> InstanceOverview {
        let answering = try await answering(for: id)
        guard answering.node == nil else {
            return try await change(answering) { try await $0.changeInstanceAsItStands(id, make) }
        }
        return try await own.changeInstance(id, make)
    }

    package func deleteInstanceReporting(_ id: InstanceID) async throws -> String? {
        try await change(try await answering(for: id)) { try await $0.deleteInstanceReporting(id) }
    }

    package func setEnabled(_ id: InstanceID, _ enabled: Bool) async throws -> InstanceOverview {
        try await change(try await answering(for: id)) { try await $0.setEnabled(id, enabled) }
    }

    package func poll(_ id: InstanceID) async throws -> PollSummary {
        do { return try await ask(answering(for: id)) { try await $0.poll(id) } } catch is PeerCalls.Gone {
            // What two polls find is stored once.
            await heldAgain(id)
            return try await ask(answering(for: id)) { try await $0.poll(id) }
        }
    }

    package func describeObjects(_ id: InstanceID, anew: Bool) async throws -> [ObjectDescription] {
        try await ask(answering(for: id)) { try await $0.describeObjects(id, anew: anew) }
    }

    package func rotateReceiverSecret(_ id: InstanceID) async throws -> InstanceOverview {
        try await change(try await answering(for: id)) { try await $0.rotateReceiverSecret(id) }
    }

    package func storedInstances() async throws -> [Instance] { try await own.storedInstances() }
    package func storedInstance(_ id: InstanceID) async throws -> Instance {
        _ = try await answering(for: id)
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
        return try await ask(answering(for: id)) { try await $0.beginAuthorization(configuration, for: id) }
    }

    package func authorization(_ state: String, waiting milliseconds: Int64) async throws -> AuthorizationProgress {
        try await ask(answering(to: state)) { try await $0.authorization(state, waiting: milliseconds) }
    }

    package func completeAuthorization(_ state: String, reply: String) async throws -> AuthorizationProgress {
        try await ask(answering(to: state)) { try await $0.completeAuthorization(state, reply: reply) }
    }

    package func cancelAuthorization(_ state: String) async throws {
        try await ask(answering(to: state)) { try await $0.cancelAuthorization(state) }
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
        let answering = answering(to: redirect.state)
        guard answering.node != nil, let state = redirect.state else { return own.acceptRedirect(redirect) }
        do {
            switch try await ask(answering, { try await $0.completeAuthorization(state, reply: redirect.address) }) {
            case .waiting: return .unexpected
            case .granted: return .granted
            case .refused(let reason): return .refused(reason)
            }
        } catch {
            return .unexpected
        }
    }

    // MARK: Figures

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
        try await ask(answering(forEvent: eventID)) { try await $0.replay(eventID: eventID, options: options) }
    }

    package func previewReplays(_ id: InstanceID, filter: EventFilter) async throws -> ReplayPreview {
        try await own.previewReplays(id, filter: filter)
    }

    package func createReplayJob(_ id: InstanceID, filter: EventFilter, rate: Int) async throws -> ReplayJob {
        try await ask(answering(for: id)) { try await $0.createReplayJob(id, filter: filter, rate: rate) }
    }

    package func replayJobs(_ id: InstanceID) async throws -> [ReplayJob] { try await own.replayJobs(id) }
    package func replayJob(_ id: Int64) async throws -> ReplayJob { try await own.replayJob(id) }

    package func changeReplayJob(_ id: Int64, isPaused: Bool?, rate: Int?) async throws -> ReplayJob {
        try await ask(answering(forJob: id)) { try await $0.changeReplayJob(id, isPaused: isPaused, rate: rate) }
    }

    package func cancelReplayJob(_ id: Int64) async throws -> ReplayJob {
        try await ask(answering(forJob: id)) { try await $0.cancelReplayJob(id) }
    }

    package func testCallback(url: String, signatureKey: Secret, instance: InstanceID?) async throws -> Attempt {
        try await own.testCallback(url: url, signatureKey: signatureKey, instance: instance)
    }

    package func resumeCallback(_ id: InstanceID) async throws {
        try await ask(answering(for: id)) { try await $0.resumeCallback(id) }
    }

    package func holdCallback(_ id: InstanceID, reason: String?) async throws {
        try await ask(answering(for: id)) { try await $0.holdCallback(id, reason: reason) }
    }

    package func changeBacklogs(_ id: InstanceID, _ change: BacklogChange, object: String?) async throws {
        try await ask(answering(for: id)) { try await $0.changeBacklogs(id, change, object: object) }
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
        try await answering(for: id).engine.deployApex(id, allowProduction: allowProduction, progress: progress)
    }

    package func removeApex(
        _ id: InstanceID,
        allowProduction: Bool,
        progress: @Sendable (DeployStatus) async -> Void
    ) async throws -> DeployStatus {
        try await answering(for: id).engine.removeApex(id, allowProduction: allowProduction, progress: progress)
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
