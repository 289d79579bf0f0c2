package import Primitives

/// How changes reach Signalbox; `event.vendor.type`.
package enum EventType: String, Sendable, Hashable, CaseIterable {
    case polling
    case webhooks

    /// Cloud Elements' documents say `webhook` and `webhooks`; both are taken.
    package init?(setting: String) {
        switch setting.lowercased() {
        case "polling": self = .polling
        case "webhook", "webhooks": self = .webhooks
        default: return nil
        }
    }
}

/// How Signalbox gets its access token; `oauth.grant.type`, guessed from what is given when absent.
package enum GrantType: String, Sendable, Hashable, CaseIterable {
    case authorizationCode = "authorization_code"
    case refreshToken = "refresh_token"
    case clientCredentials = "client_credentials"
    case jwtBearer = "jwt_bearer"
    case password

    /// As forms and sentences call it.
    package var words: String {
        switch self {
        case .authorizationCode: "authorization code"
        case .refreshToken: "refresh token"
        case .clientCredentials: "client credentials"
        case .jwtBearer: "JWT bearer"
        case .password: "password"
        }
    }
}

/// What the first poll of an object reports; `event.poller.first.run`.
package enum FirstRun: Sendable, Hashable {
    /// Only what changes from now on.
    case now
    /// Records changed since a moment.
    case since(Timestamp)
    /// Every record that exists.
    case backfill

    package init?(setting: String) {
        switch setting.lowercased() {
        case "", "now": self = .now
        case "backfill", "all": self = .backfill
        default:
            guard let moment = Timestamp(parsing: setting) else { return nil }
            self = .since(moment)
        }
    }

    package var setting: String {
        switch self {
        case .now: "now"
        case .since(let moment): moment.iso
        case .backfill: "backfill"
        }
    }
}
