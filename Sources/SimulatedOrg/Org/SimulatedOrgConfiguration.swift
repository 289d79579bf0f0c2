import Primitives

/// How a simulated org is set up.
package struct SimulatedOrgConfiguration: Sendable {
    /// The address that the server binds.
    package var host = "127.0.0.1"
    /// The port that the server binds; 0 takes a free one.
    package var port = 0
    /// Seeds names, amounts and the random business activity; beside a virtual clock the tokens, too.
    package var seed: UInt64 = 1
    /// Which organization it is, from 0 up to ``organizations``: others have other ids.
    package var organization = 0
    /// Random changes a second while the server runs.
    package var rate = 0.0
    /// How many records of each business object the org starts with.
    package var recordsPerObject = 25
    /// Whether the org calls itself a sandbox, which decides how code may be deployed.
    package var isSandbox = true
    package var clientID = "signalbox-demo"
    package var clientSecret = "signalbox-demo-secret"
    /// An authorization code that always works, without PKCE; nil leaves only codes from the authorize page.
    package var authorizationCode: String? = "signalbox-demo-code"
    /// Callback addresses that authorize accepts; none accepts any.
    package var callbackURLs: [String] = []
    /// Whether authorize shows a page to click on instead of sending the browser straight back.
    package var asksForApproval = false
    /// The integration user, who also answers to the password and JWT grants.
    package var username = "integration@acme.example"
    package var password = "sandbox-password"
    /// The password grant is on its way out in real orgs, so it must be asked for.
    package var allowsPasswordGrant = false
    /// How long an access token lasts.
    package var sessionSeconds = 7_200
    /// How many calls an access token lasts; nil: as long as its time.
    package var sessionCalls: Int?
    /// Whether each refresh hands out a new refresh token and kills the old one.
    package var rotatesRefreshTokens = false
    /// The RSA public key (PEM, 2,048 bits or more) of JWT bearer assertions; without one only their claims are checked.
    package var jwtPublicKey: String?
    /// API calls allowed a day.
    package var dailyCalls = 100_000
    /// Whether result pages may be shorter than asked for.
    package var hasShortPages = false
    /// The most rows that a page holds, below Salesforce's own 2,000: small histories get page edges too.
    package var maximumPageRows: Int?
    /// Refuses queries whose stamp window is wider than so many days with QUERY_TIMEOUT, where there are rows in it: what
    /// runs too long in a real org is reading them.
    package var queryWindowDays: Int?
    /// Refuses queries that name more fields than so many with QUERY_TOO_COMPLICATED, as formulas make real orgs do.
    package var maximumQueryFields: Int?
    /// What the org does to queries that aggregate; nil: it answers them.
    package var aggregateFault: AggregateFault?
    /// Fields that descriptions list and queries refuse, spelled `Account.Rating`.
    package var refusedFields: Set<String> = []
    /// Objects that have neither log of updates nor log of deletions.
    package var unreplicated: Set<String> = []
    /// Fields that the connected user can't see, spelled `Account.Rating`.
    package var hiddenFields: Set<String> = []
    /// Ids of records that are not shared with the connected user.
    package var hiddenRecords: Set<String> = []
    /// Seconds by which the `Date` of answers is ahead of the stamps; nil leaves it away, as some proxies do.
    package var dateOffset: Int? = 0
    /// The address that token answers name as `instance_url`; without one, the server's own.
    package var instanceURL: String?
    /// How many commits the history keeps; the oldest are dropped beyond it.
    package var historyLimit = 200_000
    /// Whether each commit is recorded for ``Org/history(since:)``.
    package var keepsHistory = true

    /// As many as ids have room for, which is nine digits of 62.
    package static let organizations: UInt64 = 13_537_086_546_263_552

    package init() {}

    /// What orgs do to queries that aggregate.
    package enum AggregateFault: String, Sendable, CaseIterable {
        case refused
        case timeout
        /// Counts one row too many.
        case wrong
    }
}
