import Domain
import Salesforce

/// Stands for an org that there is no grant for.
struct DisconnectedSession: OrgSession {
    private let error: SalesforceError

    init(_ reason: String = "The instance is not connected to its org; connect it again.") {
        error = SalesforceError(.authorization, reason)
    }

    var apiUsage: APIUsage? { nil }
    func drainCalls() async -> APICalls { [:] }

    func describeObjects(
        where suffices: @escaping @Sendable ([ObjectDescription]) -> Bool
    ) async throws -> [ObjectDescription] { throw error }

    func describeObjectsAnew() async throws -> [ObjectDescription] { throw error }

    func poll(
        _ request: PollRequest,
        known: @escaping KnownRecords,
        store: @Sendable (PollPage) async throws -> IntakeResult
    ) async throws -> PollReport { throw error }

    func read(
        _ request: BacklogRequest,
        known: @escaping KnownRecords,
        store: @Sendable (PollPage, BacklogPlace) async throws -> IntakeResult
    ) async throws { throw error }

    func revoke() async {}
}
