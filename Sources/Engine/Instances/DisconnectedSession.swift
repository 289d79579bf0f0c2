import Domain
import Salesforce

/// Stands for an org that there is no grant for.
struct DisconnectedSession: OrgSession {
    private static let error = SalesforceError(
        .authorization,
        "The instance is not connected to its org; connect it again."
    )

    var apiUsage: APIUsage? { nil }

    func describeObjects() async throws -> [ObjectDescription] { throw Self.error }

    func poll(
        _ request: PollRequest,
        store: @Sendable (PollPage) async throws -> IntakeResult
    ) async throws -> PollReport { throw Self.error }

    func revoke() async {}
}
