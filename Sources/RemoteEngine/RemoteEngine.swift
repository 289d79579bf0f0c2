package import AsyncHTTPClient
package import Domain
package import EngineAPI
import NIOCore
package import Primitives

/// The engine of a node elsewhere, over its management API: the same calls, the same errors, the same notices.
///
/// Every call has a deadline. While the node can't be asked, calls fail with a `ClientError` that may pass, and `links` says
/// since when; notices go on by themselves when it is back.
package final class RemoteEngine: EngineClient {
    private static let pauses: [Duration] = [
        .milliseconds(250), .milliseconds(500), .seconds(1), .seconds(2), .seconds(4), .seconds(8),
    ]

    private let connection: NodeConnection
    private let pauses: [Duration]

    /// - Parameters:
    ///   - http: Stays the caller's, who shuts it down.
    ///   - node: Where the node is now; asked before each call, as the next one may be elsewhere.
    ///   - pauses: How long to wait before the notices are asked for again, by the times that it failed in a row.
    ///   - terminalUser: Who sits at the terminal, for the node's audit trail.
    ///   - isForwarding: Whether a node hands on what it was asked: the other one answers by itself.
    ///   - renew: Reads anew what the node is asked with, once where it refuses that; nil: a refusal stays one.
    ///   - explain: The cause of a failed request as a clause that begins with “it” or “its”.
    package init(
        http: HTTPClient,
        node: @escaping @Sendable () throws -> NodeAddress,
        pauses: [Duration]? = nil,
        terminalUser: String? = nil,
        isForwarding: Bool = false,
        renew: (@Sendable () async -> Void)? = nil,
        explain: @escaping @Sendable (any Error, _ url: String) async -> String
    ) {
        var connection = NodeConnection(http: http, node: node, explain: explain)
        connection.terminalUser = terminalUser
        connection.isForwarding = isForwarding
        connection.renew = renew
        self.connection = connection
        self.pauses = pauses ?? Self.pauses
    }

    /// How the way to the node stands, whenever that changes. While somebody takes that, a node that says nothing is looked at
    /// although nothing is asked of it.
    package func links() -> AsyncStream<NodeLink> {
        let connection = connection
        let watch = Task { await connection.watchQuiet() }
        return connection.link.changes { watch.cancel() }
    }

    package func notices() -> AsyncStream<EngineNotice> {
        let reader = NoticeReader(connection, pauses: pauses)
        return AsyncStream { await reader.next() }
    }

    /// Why the node takes nothing in at the moment, in its own words; nil where it does.
    package func unreadiness() async throws -> String? { try await connection.unreadiness() }

    // MARK: Instances

    package func instances() async throws -> [InstanceOverview] { try await connection.ask(.instances) }

    package func instance(_ id: InstanceID) async throws -> InstanceOverview {
        try await connection.ask(.instance, ["\(id)"])
    }

    package func createInstance(_ draft: InstanceDraft) async throws -> InstanceOverview {
        try await connection.ask(.createInstance, body: draft, within: .nodeWork)
    }

    package func updateInstance(_ id: InstanceID, _ draft: InstanceDraft) async throws -> InstanceOverview {
        try await connection.ask(.updateInstance, ["\(id)"], body: draft, within: .nodeWork)
    }

    package func deleteInstanceReporting(_ id: InstanceID) async throws -> String? {
        let answer: DeletionReport = try await connection.ask(.deleteInstance, ["\(id)"], within: .nodeWork)
        return answer.report
    }

    package func setEnabled(_ id: InstanceID, _ enabled: Bool) async throws -> InstanceOverview {
        let order = EngineOrder.Switch(isEnabled: enabled)
        return try await connection.ask(.setEnabled, ["\(id)"], body: order, within: .nodeWork)
    }

    package func poll(_ id: InstanceID) async throws -> PollSummary {
        try await connection.ask(.poll, ["\(id)"], within: .nodeWork)
    }

    package func describeObjects(_ id: InstanceID, anew: Bool) async throws -> [ObjectDescription] {
        try await connection.ask(.describeObjects, ["\(id)"], query: anew ? "?anew=true" : "", within: .nodeWork)
    }

    package func rotateReceiverSecret(_ id: InstanceID) async throws -> InstanceOverview {
        try await connection.ask(.rotateReceiverSecret, ["\(id)"], within: .nodeWork)
    }

    // MARK: Authorizations

    package func beginAuthorization(
        _ configuration: InstanceConfiguration,
        for id: InstanceID?
    ) async throws -> BrowserAuthorization {
        let order = EngineOrder.Authorization(configuration: configuration, instance: id)
        return try await connection.ask(.beginAuthorization, body: order)
    }

    package func authorization(_ state: String, waiting milliseconds: Int64) async throws -> AuthorizationProgress {
        let patience = min(max(0, milliseconds), 60_000)
        return try await connection.ask(
            .authorization,
            [state],
            query: "?waitMilliseconds=\(patience)",
            within: .nodeWork
        )
    }

    package func completeAuthorization(_ state: String, reply: String) async throws -> AuthorizationProgress {
        try await connection.ask(.completeAuthorization, [state], body: EngineOrder.Reply(reply))
    }

    package func cancelAuthorization(_ state: String) async throws {
        try await connection.order(.cancelAuthorization, [state])
    }

    // MARK: Events

    package func events(_ page: PageRequest) async throws -> EventPage {
        try await connection.ask(.events, body: page)
    }

    package func event(sequence: Int64) async throws -> EventDetail {
        try await connection.ask(.event, ["\(sequence)"])
    }

    package func event(id: String) async throws -> EventDetail { try await connection.ask(.eventByID, [id]) }

    package func counts(_ filter: EventFilter, limit: Int64?) async throws -> EventCounts {
        try await connection.ask(.counts, query: limit.map { "?limit=\($0)" } ?? "", body: filter)
    }

    package func histogram(_ request: HistogramRequest) async throws -> EventHistogram {
        try await connection.ask(.histogram, body: request)
    }

    package func activity(_ id: InstanceID, since: Timestamp) async throws -> ActivitySummary {
        try await connection.ask(.activity, ["\(id)"], query: "?since=\(since.milliseconds)")
    }

    package func failures(_ id: InstanceID) async throws -> [FailureGroup] {
        try await connection.ask(.failures, ["\(id)"])
    }

    package func statistics(of id: InstanceID?) async throws -> EngineStatistics {
        try await connection.ask(.statistics, query: id.map { "?instance=\($0)" } ?? "")
    }

    package func auditEntries(before id: Int64?, limit: Int) async throws -> [AuditEntry] {
        try await connection.ask(.auditEntries, query: "?limit=\(limit)" + (id.map { "&before=\($0)" } ?? ""))
    }

    // MARK: Replays and callbacks

    package func replay(eventID: String, options: ReplayOptions) async throws -> Attempt {
        try await connection.ask(.replay, [eventID], body: options, within: .nodeWork)
    }

    package func signedRequest(eventID: String) async throws -> SignedRequest {
        try await connection.ask(.signedRequest, [eventID])
    }

    package func previewReplays(_ id: InstanceID, filter: EventFilter) async throws -> ReplayPreview {
        try await connection.ask(.previewReplays, ["\(id)"], body: filter)
    }

    package func createReplayJob(_ id: InstanceID, filter: EventFilter, rate: Int) async throws -> ReplayJob {
        let order = EngineOrder.BulkReplay(filter: filter, rate: rate)
        return try await connection.ask(.createReplayJob, ["\(id)"], body: order)
    }

    package func replayJobs(_ id: InstanceID) async throws -> [ReplayJob] {
        try await connection.ask(.replayJobs, ["\(id)"])
    }

    package func replayJob(_ id: Int64) async throws -> ReplayJob { try await connection.ask(.replayJob, ["\(id)"]) }

    package func changeReplayJob(_ id: Int64, isPaused: Bool?, rate: Int?) async throws -> ReplayJob {
        let order = EngineOrder.ReplayChange(isPaused: isPaused, rate: rate)
        return try await connection.ask(.changeReplayJob, ["\(id)"], body: order)
    }

    package func cancelReplayJob(_ id: Int64) async throws -> ReplayJob {
        try await connection.ask(.cancelReplayJob, ["\(id)"])
    }

    package func rotateKey(to key: Secret?) async throws -> KeyChange {
        try await connection.ask(.rotateKey, body: EngineOrder.NewKey(key: key))
    }

    package func testCallback(url: String, signatureKey: Secret, instance: InstanceID?) async throws -> Attempt {
        let order = EngineOrder.CallbackTest(url: url, signatureKey: signatureKey, instance: instance)
        return try await connection.ask(.testCallback, body: order, within: .nodeWork)
    }

    package func resumeCallback(_ id: InstanceID) async throws {
        try await connection.order(.resumeCallback, ["\(id)"], within: .nodeWork)
    }

    package func holdCallback(_ id: InstanceID, reason: String?) async throws {
        try await connection.order(.holdCallback, ["\(id)"], body: EngineOrder.Hold(reason: reason))
    }

    package func changeBacklogs(_ id: InstanceID, _ change: BacklogChange, object: String?) async throws {
        let order = EngineOrder.Backlogs(change: change, object: object)
        try await connection.order(.changeBacklogs, ["\(id)"], body: order, within: .nodeWork)
    }

    // MARK: Apex

    package func apexStatus(_ id: InstanceID) async throws -> ApexStatus {
        try await connection.ask(.apexStatus, ["\(id)"])
    }

    package func apexProject(_ id: InstanceID) async throws -> [ApexFile] {
        try await connection.ask(.apexProject, ["\(id)"], within: .nodeWork)
    }

    package func deployApex(
        _ id: InstanceID,
        allowProduction: Bool,
        progress: @Sendable (DeployStatus) async -> Void
    ) async throws -> DeployStatus {
        try await runApex(.deployApex, id, allowProduction: allowProduction, progress: progress)
    }

    package func removeApex(
        _ id: InstanceID,
        allowProduction: Bool,
        progress: @Sendable (DeployStatus) async -> Void
    ) async throws -> DeployStatus {
        try await runApex(.removeApex, id, allowProduction: allowProduction, progress: progress)
    }

    /// Follows what the org does until the node says how it ended.
    private func runApex(
        _ call: EngineCall,
        _ id: InstanceID,
        allowProduction: Bool,
        progress: @Sendable (DeployStatus) async -> Void
    ) async throws -> DeployStatus {
        let order = EngineOrder.ApexPermission(allowsProduction: allowProduction)
        let chunks = try await connection.stream(call, ["\(id)"], body: order)
        var parser = ServerSentEventParser()
        do {
            while let chunk = try await chunks.next(isolation: #isolation) {
                for event in try parser.feed(chunk.readableBytesView) where !event.data.isEmpty {
                    let json = try JSON(parsing: event.data)
                    switch event.name {
                    case "progress": await progress(try connection.understood(json))
                    case "done": return try connection.understood(json)
                    case "failed": throw try (connection.understood(json) as WireFailure).error
                    default: continue
                    }
                }
            }
        } catch let error as ConfigurationRejected {
            throw error
        } catch {
            throw await connection.interrupted(error)
        }
        throw await connection.interrupted(NodeEnd())
    }
}
