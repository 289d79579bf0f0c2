/// The configuration keys of an instance, spelled as in the API.
package enum ConfigurationKey: String, Sendable, Hashable, CaseIterable {
    case eventsEnabled = "event.notification.enabled"
    case eventType = "event.vendor.type"
    case callbackURL = "event.notification.callback.url"
    case signatureKey = "event.notification.signature.key"
    case objects = "event.objects"
    case refreshInterval = "event.poller.refresh_interval"
    case filterNulls = "filter.response.nulls"
    case baseURL = "base.url"
    case apiKey = "oauth.api.key"
    case apiSecret = "oauth.api.secret"
    case oauthCallbackURL = "oauth.callback.url"
    case oauthScope = "oauth.scope"
    case refreshToken = "oauth.user.refresh_token"
    case grantType = "oauth.grant.type"
    case username = "oauth.user.username"
    case password = "oauth.user.password"
    case privateKey = "oauth.jwt.private_key"
    case firstRun = "event.poller.first.run"
    case reportTouches = "event.poller.report.touches"
    case reconcileMinutes = "event.reconcile.interval"
    case missingPercent = "event.reconcile.missing.percent"
    case batchSize = "event.notification.batch.size"
    case unsignedWebhooks = "event.webhook.unsigned.allowed"
    case deployApex = "event.webhook.deploy.apex"

    /// The label that forms and messages use.
    package var label: String {
        switch self {
        case .eventsEnabled: "Events enabled"
        case .eventType: "Event type"
        case .callbackURL: "Event Notification Callback URL"
        case .signatureKey: "Callback Notification Signature Key"
        case .objects: "Objects to monitor"
        case .refreshInterval: "Event poller refresh interval"
        case .filterNulls: "Filter null values"
        case .baseURL: "Endpoint address"
        case .apiKey: "Consumer key"
        case .apiSecret: "Consumer secret"
        case .oauthCallbackURL: "OAuth callback URL"
        case .oauthScope: "OAuth scope"
        case .refreshToken: "Refresh token"
        case .grantType: "OAuth grant type"
        case .username: "User name"
        case .password: "Password"
        case .privateKey: "JWT private key"
        case .firstRun: "First poll"
        case .reportTouches: "Report touches"
        case .reconcileMinutes: "Reconciliation interval"
        case .missingPercent: "Missing records told as deleted"
        case .batchSize: "Events per notification"
        case .unsignedWebhooks: "Unsigned webhooks allowed"
        case .deployApex: "Deploy Apex automatically"
        }
    }

    /// Values that leave the program only as `********`.
    package var isSecret: Bool {
        switch self {
        case .signatureKey, .apiKey, .apiSecret, .refreshToken, .password, .privateKey: true
        default: false
        }
    }
}

/// The mask that stands for a secret; a client that sends it back leaves the secret as it is.
package let secretMask = "********"
