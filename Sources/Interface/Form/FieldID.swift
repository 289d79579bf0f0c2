import Domain

/// The controls of the event configuration, in the order in which they are explained and focused.
enum FieldID: Sendable, Hashable, CaseIterable {
    case eventsEnabled
    case eventType
    case callbackURL
    case interval
    case objects
    case connection
    case endpoint
    case grant
    case consumerKey
    case consumerSecret
    case username
    case privateKey
    case password
    case code
    case redirectURL
    case scope
    case refreshToken
    case optional
    case signatureKey
    case filterNulls
    case name
    case tags
    case firstPoll
    case firstPollSince
    case reconcile
    case reportTouches
    case batchSize
    case deployApex
    case unsignedWebhooks

    var label: String {
        switch self {
        case .connection: "Connection"
        case .optional: "Optional fields"
        case .code: "Authorization code"
        case .grant: "Grant"
        case .name: "Name"
        case .tags: "Tags"
        case .firstPollSince: "Changed since"
        default: key?.label ?? ""
        }
    }

    /// The setting that the field edits, if it is one.
    var key: ConfigurationKey? {
        switch self {
        case .eventsEnabled: .eventsEnabled
        case .eventType: .eventType
        case .callbackURL: .callbackURL
        case .interval: .refreshInterval
        case .objects: .objects
        case .endpoint: .baseURL
        case .grant: .grantType
        case .consumerKey: .apiKey
        case .consumerSecret: .apiSecret
        case .username: .username
        case .privateKey: .privateKey
        case .password: .password
        case .redirectURL: .oauthCallbackURL
        case .scope: .oauthScope
        case .refreshToken: .refreshToken
        case .signatureKey: .signatureKey
        case .filterNulls: .filterNulls
        case .firstPoll: .firstRun
        case .reconcile: .reconcileMinutes
        case .reportTouches: .reportTouches
        case .batchSize: .batchSize
        case .deployApex: .deployApex
        case .unsignedWebhooks: .unsignedWebhooks
        case .connection, .optional, .code, .name, .tags, .firstPollSince: nil
        }
    }

    /// One line that explains the field while it has the focus.
    var help: String {
        switch self {
        case .eventsEnabled: "Watch this org for changes; off stops polling and refuses webhooks."
        case .eventType: "polling asks the org every few minutes; webhooks let Apex tell."
        case .callbackURL: "Where events are posted. Empty: they are only recorded and shown."
        case .interval: "Minutes between polls: arrow keys, or type a number."
        case .objects: "Space ticks; type to filter; Enter adds other API names, parted by commas."
        case .connection: "How Signalbox signs in to the org."
        case .endpoint: "My Domain, https://login.salesforce.com or https://test.salesforce.com."
        case .grant: "How the access token is got."
        case .consumerKey: "From the External Client App in the org's Setup."
        case .consumerSecret: "Belongs to the consumer key; kept encrypted, never shown."
        case .username: "The Salesforce user whose access is used, like ada@acme.example."
        case .privateKey: "Paste the RSA key, or type the path of its file: ~/signalbox.key."
        case .password: "The user's password with the security token right behind it."
        case .code: "Leave empty to allow access in the browser; or the code from the redirect."
        case .redirectURL: "As in the External Client App, to the letter. Empty: Signalbox's own."
        case .scope: "What the app asks for, parted by blanks; full is for deploying Apex."
        case .refreshToken: "A refresh token that the app was given."
        case .optional: "Signature, names, first poll, reconciliation and more."
        case .signatureKey: "Signs each notification (HMAC-SHA256); Ctrl+R shows what you type."
        case .filterNulls: "Leave fields without a value out of the records."
        case .name: "How this instance is called here and in notifications."
        case .tags: "Words of your own, parted by commas; sent with each notification."
        case .firstPoll:
            "What the first poll of an object reports: changes from now on, since a moment, or every record."
        case .firstPollSince: "A date like 2026-11-23, or a moment like 2026-11-23T18:00:00Z."
        case .reconcile: "Minutes between looks for what was missed; 0 never, empty as the program is set."
        case .reportTouches: "Also report saves that changed no field."
        case .batchSize: "At most so many events of a poll or webhook in one notification."
        case .deployApex: "Put the triggers into a sandbox or developer org when this is applied."
        case .unsignedWebhooks: "Take webhooks without a signature, too; anybody who knows the address can send them."
        }
    }

    /// Whether characters go into the field instead of being commands.
    var takesText: Bool {
        switch self {
        case .eventsEnabled, .eventType, .connection, .grant, .optional, .filterNulls, .firstPoll, .reportTouches,
            .deployApex,
            .unsignedWebhooks:
            false
        default: true
        }
    }

    /// The sections that can be folded.
    var section: FieldID? {
        switch self {
        case .endpoint, .grant, .consumerKey, .consumerSecret, .username, .privateKey, .password, .code, .redirectURL,
            .scope, .refreshToken:
            .connection
        case .signatureKey, .filterNulls, .name, .tags, .firstPoll, .firstPollSince, .reconcile, .reportTouches,
            .batchSize,
            .deployApex, .unsignedWebhooks:
            .optional
        default: nil
        }
    }

    /// The field that edits a setting.
    init?(_ key: ConfigurationKey) {
        guard let field = FieldID.allCases.first(where: { $0.key == key }) else { return nil }
        self = field
    }
}
