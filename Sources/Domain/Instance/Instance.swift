package import Primitives

/// The number that names an instance in the API and in callbacks.
package typealias InstanceID = Int64

/// One connected Salesforce org with its event configuration.
package struct Instance: Sendable, Hashable {
    package let id: InstanceID
    package var name: String
    package var tags: [String]
    /// The `Element` token of the API's Authorization header.
    package let token: Secret
    package var configuration: InstanceConfiguration
    /// `PUT|DELETE /instances/{id}/enabled`: a disabled instance neither polls nor takes webhooks.
    package var isDisabled: Bool
    /// The path segment of its webhook address, at least 128 random bits.
    package var receiverToken: Secret
    /// `whsec_…`: signs what comes from the org.
    package var receiverSecret: Secret
    /// Those before, oldest first, each valid until its moment.
    package var formerReceiverSecrets: [FormerSecret]
    /// The key that signed notifications before, which signs them as well until its moment.
    package var formerSignatureKey: FormerSecret?
    package var connection: OrgConnection?
    /// The Apex in its org; nil where none was ever deployed from here.
    package var apex: DeployedApex?
    package let createdDate: Timestamp
    package var updatedDate: Timestamp

    package init(
        id: InstanceID,
        name: String,
        tags: [String],
        token: Secret,
        configuration: InstanceConfiguration,
        isDisabled: Bool = false,
        receiverToken: Secret,
        receiverSecret: Secret,
        formerReceiverSecrets: [FormerSecret] = [],
        connection: OrgConnection? = nil,
        createdDate: Timestamp,
        updatedDate: Timestamp
    ) {
        self.id = id
        self.name = name
        self.tags = tags
        self.token = token
        self.configuration = configuration
        self.isDisabled = isDisabled
        self.receiverToken = receiverToken
        self.receiverSecret = receiverSecret
        self.formerReceiverSecrets = formerReceiverSecrets
        self.connection = connection
        self.createdDate = createdDate
        self.updatedDate = updatedDate
    }

    /// Its settings have changed. No two changes have the same moment, so that it tells which settings they are.
    package mutating func changed(at now: Timestamp) {
        updatedDate = max(now, updatedDate.advanced(byMilliseconds: 1))
    }

    /// Whether it should be watching now.
    package var isActive: Bool { configuration.eventsEnabled && !isDisabled }
}

/// A secret that was changed and still counts for a while.
package struct FormerSecret: Sendable, Hashable {
    /// Milliseconds for which a receiver secret is taken.
    package static let lifetime: Int64 = 86_400_000

    package let secret: Secret
    /// By the clock that nobody sets: setting the machine's neither ends it early nor keeps it longer.
    package let expires: Timestamp

    package init(secret: Secret, expires: Timestamp) {
        self.secret = secret
        self.expires = expires
    }
}

/// What a token endpoint gave: enough to call the org and to get the next token.
package struct OrgConnection: Sendable, Hashable {
    package var accessToken: Secret
    package var refreshToken: Secret?
    /// Where REST calls go; no slash at the end.
    package var instanceURL: String
    /// 18 characters.
    package var organizationID: String?
    package var userID: String?
    package var issuedAt: Timestamp
    package var isSandbox: Bool?
    package var organizationName: String?

    package init(
        accessToken: String,
        refreshToken: String?,
        instanceURL: String,
        organizationID: String?,
        userID: String?,
        issuedAt: Timestamp,
        isSandbox: Bool? = nil,
        organizationName: String? = nil
    ) {
        self.accessToken = Secret(accessToken)
        self.refreshToken = refreshToken.map { Secret($0) }
        self.instanceURL = instanceURL
        self.organizationID = organizationID
        self.userID = userID
        self.issuedAt = issuedAt
        self.isSandbox = isSandbox
        self.organizationName = organizationName
    }

    /// Whether both say which org they lead to, and it is not the same.
    package func isOfAnotherOrganization(than other: OrgConnection) -> Bool {
        guard let organizationID, let known = other.organizationID else { return false }
        // Ids of 15 characters tell upper from lower case; the three that may follow only repeat that.
        return organizationID.prefix(15) != known.prefix(15)
    }

    /// `organization 00D… (Acme)`, for sentences.
    package func organizationWords(named: Bool = true) -> String {
        let name = named ? organizationName.map { " (\($0.prefix(80)))" } ?? "" : ""
        return organizationID.map { "organization \($0)\(name)" } ?? "an organization of unknown id\(name)"
    }
}
