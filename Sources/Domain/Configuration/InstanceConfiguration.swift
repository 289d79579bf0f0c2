/// The settings of an instance, typed. `InstanceConfiguration+Settings` reads and writes the API's keys.
package struct InstanceConfiguration: Sendable, Hashable {
    package static let defaultObjects = ["Account", "Lead", "Contact", "Opportunity"]
    /// Minutes between polls that are accepted.
    package static let intervalRange = 1...1440
    package static let defaultBaseURL = "https://login.salesforce.com"

    package var eventsEnabled = false
    package var eventType = EventType.polling
    /// Empty: events are recorded and shown, nothing is delivered.
    package var callbackURL = ""
    package var signatureKey: Secret = ""
    /// Minutes for which a signature key that was changed still signs as well.
    package var signatureRotation = 0
    /// `CallbackHeaders`, as text.
    package var callbackHeaders: Secret = ""
    /// Posts a second; nil: no limit.
    package var callbackRate: Int?
    /// Posts under way; nil: what the host's places allow.
    package var callbackConcurrency: Int?
    /// As typed; empty means `defaultObjects`.
    package var objects: [String] = []
    /// Minutes.
    package var refreshInterval = 5
    package var filterNulls = true
    package var baseURL = InstanceConfiguration.defaultBaseURL
    package var apiKey: Secret = ""
    package var apiSecret: Secret = ""
    package var oauthCallbackURL = ""
    package var oauthScope = ""
    package var refreshToken: Secret = ""
    package var grantType: GrantType?
    package var username = ""
    package var password: Secret = ""
    package var privateKey: Secret = ""
    package var firstRun = FirstRun.now
    /// Percent of the calls that the org allows a day.
    package var apiBudget = 50
    /// Parts of a long backlog that are read side by side.
    package var backlogQueries = 2
    /// Report writes that moved `SystemModstamp` and no field.
    package var reportTouches = false
    /// Minutes between reconciliations; nil: the program's setting.
    package var reconcileMinutes: Int?
    /// Of an object's known records, how many may be missing at once and still be told as deleted, in percent. More look
    /// like lost access; 100 tells them all.
    package var missingPercent = 20
    /// Events in one notification: 1…10 by polling, 1…20 by webhook.
    package var batchSize = 1
    package var unsignedWebhooks = false
    package var deployApex = true
    /// Keys that Signalbox doesn't know, kept as they came.
    package var others: [String: String] = [:]

    package init() {}

    package var watchedObjects: [String] { objects.isEmpty ? Self.defaultObjects : objects }

    /// The grant that the settings ask for: named, or guessed from what is there.
    package var effectiveGrant: GrantType {
        if let grantType { return grantType }
        if !refreshToken.isEmpty { return .refreshToken }
        if !privateKey.isEmpty { return .jwtBearer }
        return .authorizationCode
    }
}
