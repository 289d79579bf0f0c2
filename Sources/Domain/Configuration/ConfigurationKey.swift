/// The settings of an instance, spelled as in the API, in the order of the form. `setting` is the one table of them.
package enum ConfigurationKey: String, Sendable, Hashable, CaseIterable {
    case eventsEnabled = "event.notification.enabled"
    case eventType = "event.vendor.type"
    case callbackURL = "event.notification.callback.url"
    case refreshInterval = "event.poller.refresh_interval"
    case objects = "event.objects"
    case baseURL = "base.url"
    case grantType = "oauth.grant.type"
    case apiKey = "oauth.api.key"
    case apiSecret = "oauth.api.secret"
    case username = "oauth.user.username"
    case privateKey = "oauth.jwt.private_key"
    case password = "oauth.user.password"
    case oauthCallbackURL = "oauth.callback.url"
    case oauthScope = "oauth.scope"
    case refreshToken = "oauth.user.refresh_token"
    case signatureKey = "event.notification.signature.key"
    case signatureRotation = "event.notification.signature.rotation"
    case callbackHeaders = "event.notification.headers"
    case callbackRate = "event.notification.rate.limit"
    case callbackConcurrency = "event.notification.concurrency"
    case filterNulls = "filter.response.nulls"
    case firstRun = "event.poller.first.run"
    case apiBudget = "event.poller.api.budget"
    case backlogQueries = "event.poller.backlog.queries"
    case reconcileMinutes = "event.reconcile.interval"
    case missingPercent = "event.reconcile.missing.percent"
    case reportTouches = "event.poller.report.touches"
    case batchSize = "event.notification.batch.size"
    case deployApex = "event.webhook.deploy.apex"
    case unsignedWebhooks = "event.webhook.unsigned.allowed"
}

extension ConfigurationKey {
    /// What forms, the API, its description and the documentation say and do about a setting.
    package var setting: Setting {
        switch self {
        case .eventsEnabled:
            .flag(
                \.eventsEnabled,
                "Events enabled",
                in: .events,
                help: "Watch this org for changes; off stops polling and rejects webhooks."
            )
        case .eventType:
            .choice(
                EventType.allCases.map(\.rawValue),
                "Event type",
                in: .events,
                help: "polling queries the org every few minutes; webhooks are sent by Apex triggers.",
                read: { $0.eventType.rawValue },
                write: { configuration, text in
                    let type = text.isEmpty ? InstanceConfiguration().eventType : EventType(setting: text)
                    guard let type else { return false }
                    configuration.eventType = type
                    return true
                }
            )
        case .callbackURL:
            .text(
                \.callbackURL,
                "Event Notification Callback URL",
                in: .events,
                help: "Where events are posted. Empty: they are only recorded and shown.",
                placeholder: "e.g. https://app.example/events"
            )
        case .refreshInterval:
            .number(
                \.refreshInterval,
                InstanceConfiguration.intervalRange,
                of: "minutes",
                "Event poller refresh interval",
                in: .events,
                help: "Minutes between polls.",
                hint: "Arrow keys, or type a number.",
                when: { type, _ in type == .polling }
            )
        case .objects: .objects
        case .baseURL:
            .text(
                \.baseURL,
                "Endpoint address",
                in: .connection,
                help:
                    "The org's My Domain. Empty means https://login.salesforce.com; for sandboxes "
                    + "https://test.salesforce.com. Client credentials need My Domain.",
                placeholder: "e.g. https://MyDomain.my.salesforce.com",
                reading: Setting.address
            )
        case .grantType:
            .choice(
                GrantType.allCases.map(\.rawValue),
                "OAuth grant type",
                in: .connection,
                help: "How the access token is obtained.",
                read: { $0.grantType?.rawValue ?? "" },
                write: { configuration, text in
                    let grant = GrantType(rawValue: text)
                    guard grant != nil || text.isEmpty else { return false }
                    configuration.grantType = grant
                    return true
                }
            )
        case .apiKey:
            .secret(
                \.apiKey,
                "Consumer key",
                in: .connection,
                help: "From the External Client App in the org's Setup.",
                isShown: true,
                reading: Setting.token
            )
        case .apiSecret:
            .secret(
                \.apiSecret,
                "Consumer secret",
                in: .connection,
                help: "Belongs to the consumer key; stored encrypted, never shown.",
                reading: Setting.token,
                when: { _, grant in grant != .jwtBearer }
            )
        case .username:
            .text(
                \.username,
                "User name",
                in: .connection,
                help: "The Salesforce user to connect as, like ada@acme.example.",
                when: { _, grant in grant == .jwtBearer || grant == .password }
            )
        case .privateKey:
            .secret(
                \.privateKey,
                "JWT private key",
                in: .connection,
                help: "The RSA key of the certificate in the app.",
                hint: "Paste it, or type the path of its file: ~/signalbox.key.",
                placeholder: "none: paste it, or its file's path",
                reading: { given in .value(PEM.normalized(given)) },
                when: { _, grant in grant == .jwtBearer }
            )
        case .password:
            .secret(
                \.password,
                "Password",
                in: .connection,
                help: "The user's password followed by the security token.",
                reading: Setting.password,
                when: { _, grant in grant == .password }
            )
        case .oauthCallbackURL:
            .text(
                \.oauthCallbackURL,
                "OAuth callback URL",
                in: .connection,
                help: "Exactly as in the External Client App. Empty: Signalbox's own.",
                placeholder: "none: Signalbox's own address",
                reading: Setting.redirect,
                when: { _, grant in grant == .authorizationCode }
            )
        case .oauthScope:
            .text(
                \.oauthScope,
                "OAuth scope",
                in: .connection,
                help: "Requested scopes, separated by spaces; deploying Apex needs full.",
                placeholder: "none: api refresh_token",
                when: { _, grant in grant == .authorizationCode }
            )
        case .refreshToken:
            .secret(
                \.refreshToken,
                "Refresh token",
                in: .connection,
                help: "A refresh token issued to the app.",
                reading: Setting.token,
                when: { _, grant in grant == .refreshToken }
            )
        case .signatureKey:
            .secret(
                \.signatureKey,
                "Callback Notification Signature Key",
                in: .optional,
                help: "Signs each notification (HMAC-SHA256).",
                hint: "Ctrl+R shows what you type.",
                placeholder: "none: notifications are not signed",
                reading: Setting.signatureKey
            )
        case .signatureRotation:
            .number(
                \.signatureRotation,
                0...10_080,
                of: "minutes (0: not at all)",
                "Signature key rotation",
                in: .optional,
                help: "Minutes for which a changed signature key still signs beside the new one.",
                placeholder: "none: 0"
            )
        case .callbackHeaders: .callbackHeaders
        case .callbackRate:
            .number(
                \.callbackRate,
                1...10_000,
                of: "posts a second",
                "Callback rate limit",
                in: .optional,
                help: "Posts a second to the callback at most; those that a person asks for are not counted.",
                placeholder: "none: unlimited"
            )
        case .callbackConcurrency:
            .number(
                \.callbackConcurrency,
                1...64,
                of: "posts",
                "Callback concurrency",
                in: .optional,
                help: "Posts under way to the callback at once, at most.",
                placeholder: "none: 64 a host"
            )
        case .filterNulls:
            .flag(
                \.filterNulls,
                "Filter null values",
                in: .optional,
                help: "Omit fields without a value from the records."
            )
        case .firstRun: .firstRun
        case .apiBudget:
            .number(
                \.apiBudget,
                1...100,
                of: "percent",
                "API budget",
                in: .optional,
                help:
                    "Share of the org's daily API calls that Signalbox may use; polls slow down before it is reached.",
                placeholder: "none: 50"
            )
        case .backlogQueries:
            .number(
                \.backlogQueries,
                1...8,
                of: "queries",
                "Backlog queries",
                in: .optional,
                help: "Parts of a long backlog that are read side by side; one for a while if the org is busy.",
                placeholder: "none: 2"
            )
        case .reconcileMinutes:
            .number(
                \.reconcileMinutes,
                0...10_080,
                of: "minutes (0: never)",
                "Reconciliation interval",
                in: .optional,
                help: "Minutes between reconciliations; 0 never, empty as --reconcile-every says.",
                placeholder: "none: as --reconcile-every says"
            )
        case .missingPercent:
            .number(
                \.missingPercent,
                1...100,
                of: "percent",
                "Missing records limit",
                in: .optional,
                help:
                    "Share of an object's records that may be missing at once and be reported as deleted; 100: any.",
                placeholder: "none: 20"
            )
        case .reportTouches:
            .flag(
                \.reportTouches,
                "Report touches",
                in: .optional,
                help:
                    "Also report what moves SystemModstamp alone; a save is always reported, also one that changes no field."
            )
        case .batchSize:
            .number(
                \.batchSize,
                1...20,
                of: "events",
                "Events per notification",
                in: .optional,
                help: "Maximum number of events of a poll or webhook in one notification.",
                placeholder: "none: 1"
            )
        case .deployApex:
            .flag(
                \.deployApex,
                "Deploy Apex automatically",
                in: .optional,
                help: "Deploy the triggers to a sandbox or developer org on applying.",
                when: { type, _ in type == .webhooks }
            )
        case .unsignedWebhooks:
            .flag(
                \.unsignedWebhooks,
                "Unsigned webhooks allowed",
                in: .optional,
                help: "Accept webhooks without a signature; anyone who knows the address can send them.",
                when: { type, _ in type == .webhooks }
            )
        }
    }

    package var label: String { setting.label }

    /// By both its names, for sentences that a person reads beside the form as well as beside the API.
    package var named: String { "\(label) (\(rawValue))" }

    /// Values that leave the program only as `********`.
    package var isSecret: Bool { setting.secret != nil }
}

/// The mask that stands for a secret; a client that sends it back leaves the secret as it is.
package let secretMask = "********"
