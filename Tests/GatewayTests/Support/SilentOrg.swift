import Domain
import Salesforce

/// An org that lets everyone in and in which nothing happens.
struct SilentOrg: OrgConnecting {
    static let organizationID = "00D000000000001EAA"

    func authorizeURL(_ configuration: InstanceConfiguration, state: String, codeChallenge: String?) -> String { "" }

    func connect(
        _ configuration: InstanceConfiguration,
        code: Secret?,
        codeVerifier: Secret?,
        granted: @escaping @Sendable (OrgConnection) async throws -> Void
    ) async throws -> OrgConnection {
        let connection = OrgConnection(
            accessToken: "token",
            refreshToken: "refresh",
            instanceURL: "https://acme.my.salesforce.com",
            organizationID: Self.organizationID,
            userID: nil,
            issuedAt: Fixture.start
        )
        try await granted(connection)
        return connection
    }

    func identify(
        _ connection: OrgConnection,
        _ configuration: InstanceConfiguration,
        granted: @escaping @Sendable (OrgConnection) async throws -> Void
    ) async throws -> OrgConnection { connection }

    func session(
        _ connection: OrgConnection,
        configuration: InstanceConfiguration,
        save: @escaping @Sendable (OrgConnection) async throws -> Void
    ) -> any OrgSession { Session() }

    private struct Session: OrgSession {
        var apiUsage: APIUsage? { get async { nil } }
        func drainCalls() async -> APICalls { [:] }

        func describeObjects(
            where suffices: @escaping @Sendable ([ObjectDescription]) -> Bool
        ) async throws -> [ObjectDescription] { try await describeObjectsAnew() }

        func describeObjectsAnew() async throws -> [ObjectDescription] {
            ["Account", "Contact"].map {
                ObjectDescription(
                    name: $0,
                    label: $0,
                    isCustom: false,
                    isQueryable: true,
                    isReplicateable: true,
                    isTriggerable: true
                )
            }
        }

        func poll(
            _ request: PollRequest,
            known: @escaping KnownRecords,
            store: @Sendable (PollPage) async throws -> IntakeResult
        ) async throws -> PollReport { PollReport() }

        func read(
            _ request: BacklogRequest,
            known: @escaping KnownRecords,
            store: @Sendable (PollPage, BacklogPlace) async throws -> IntakeResult
        ) async throws { throw SalesforceError(.refused, "This org has no past.") }

        func revoke() async {}
    }
}
