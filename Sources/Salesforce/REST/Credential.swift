package import Domain

/// The current token of a connection; gets a new one once for all who find it expired at the same time.
package actor Credential {
    private let oauth: OAuthClient
    private let configuration: InstanceConfiguration
    private let save: @Sendable (OrgConnection) async throws -> Void
    private let meter: CallMeter
    private(set) var connection: OrgConnection
    private var renewal: Task<OrgConnection, any Error>?
    /// A new token that could not be stored yet: with rotation the old one is dead, so this one must not get lost.
    private var unsaved: OrgConnection?
    private var isRetired = false

    package init(
        _ connection: OrgConnection,
        configuration: InstanceConfiguration,
        oauth: OAuthClient,
        meter: CallMeter,
        save: @escaping @Sendable (OrgConnection) async throws -> Void
    ) {
        self.connection = connection
        self.configuration = configuration
        self.oauth = oauth
        self.meter = meter
        self.save = save
    }

    /// A connection with another token than `stale`; the token is stored before anyone may use it.
    package func renewed(after stale: Secret) async throws -> OrgConnection {
        if connection.accessToken != stale { return connection }
        // The refresh token may belong to another session by now; showing a rotated one again would end the whole grant.
        if isRetired { throw CancellationError() }
        if let renewal { return try await renewal.value }
        // Not a child of the caller: a token that was got must be stored even if the caller is cancelled.
        let task = Task { try await self.renew() }
        renewal = task
        defer { renewal = nil }
        return try await task.value
    }

    /// Asks the login host where the org is now; true if that is elsewhere. Where it is the org's own host, it is asked if
    /// that answers at all: hosts that an org has left redirect its calls and still give tokens, which name the new one. Its
    /// refusal says more than the failure that led here, no other failure of it does.
    func followsMove(from old: OrgConnection, isAnswered: Bool) async throws -> Bool {
        guard isAnswered || !isAtLoginHost(old) else { return false }
        do {
            return try await renewed(after: old.accessToken).instanceURL != old.instanceURL
        } catch let error as SalesforceError where error.kind != .authorization {
            return false
        }
    }

    /// Whether the endpoint address and the org's own are one host.
    nonisolated func isAtLoginHost(_ connection: OrgConnection) -> Bool {
        HTTPAddress.authority(of: configuration.baseURL) == HTTPAddress.authority(of: connection.instanceURL)
    }

    private func renew() async throws -> OrgConnection {
        let next: OrgConnection
        if let unsaved {
            next = unsaved
        } else {
            await meter.countToken()
            next = try await oauth.renew(connection, configuration)
            // The records of two orgs must never meet in one ledger.
            if next.isOfAnotherOrganization(than: connection) {
                throw SalesforceError(
                    .authorization,
                    "The login now leads to \(next.organizationWords(named: false)) instead of "
                        + "\(connection.organizationWords()), which is watched; set the endpoint address and the app "
                        + "back, or connect the other org as a new instance."
                )
            }
            unsaved = next
        }
        try await save(next)
        unsaved = nil
        connection = next
        return next
    }

    /// From now on the token that is there is used up, and no new one is asked for.
    package func retire() { isRetired = true }

    /// - Throws: Where the grant may go on at the org.
    package func revoke() async throws { try await oauth.revoke(unsaved ?? connection, configuration) }
}
