import Callbacks
import Domain
import EngineAPI
import Logging
import Primitives
import Salesforce

/// Gets access to orgs for new and changed instances; nothing is stored here.
struct OrgAccess: Sendable {
    let connector: any OrgConnecting
    let allowsPasswordGrant: Bool
    let callbackRule: AddressRule
    let clock: any EngineClock
    let watchdog: Watchdog
    let logger: Logger
    let authorizations: BrowserAuthorizations
    private let redeemed = RedeemedConnections()

    init(
        connector: any OrgConnecting,
        options: EngineOptions,
        clock: any EngineClock,
        watchdog: Watchdog,
        logger: Logger
    ) {
        self.connector = connector
        self.allowsPasswordGrant = options.allowsPasswordGrant
        self.callbackRule = options.callbackRule
        self.clock = clock
        self.watchdog = watchdog
        self.logger = logger
        self.authorizations = BrowserAuthorizations(clock: clock)
    }

    // MARK: Drafts

    func validate(_ draft: InstanceDraft) throws {
        try check(draft.configuration)
        guard !draft.name.trimmed.isEmpty else {
            throw ClientError(.invalid, "Name is empty; give the instance a name.")
        }
        guard draft.name.utf8.count <= 255 else { throw ClientError(.invalid, "Name is longer than 255 bytes.") }
        guard draft.tags.count <= 100, draft.tags.allSatisfy({ $0.utf8.count <= 255 }) else {
            throw ClientError(.invalid, "Tags: at most 100 of at most 255 bytes each.")
        }
    }

    /// - Throws: `ConfigurationRejected` with everything that is wrong with the settings.
    func check(_ configuration: InstanceConfiguration) throws(ConfigurationRejected) {
        let issues =
            configuration.issues
            + [passwordIssue(configuration), callbackIssue(configuration), firstRunIssue(configuration)]
            .compactMap(\.self)
            + InstanceSources.needs.flatMap { $0.issues(configuration) }
        guard issues.isEmpty else { throw ConfigurationRejected(issues) }
    }

    /// Why these settings can't connect by password; nil if they may, or don't want to.
    func passwordIssue(_ configuration: InstanceConfiguration) -> ConfigurationIssue? {
        guard configuration.effectiveGrant == .password, !allowsPasswordGrant else { return nil }
        return ConfigurationIssue(
            .grantType,
            "The OAuth grant type password is off, because Salesforce retires it; choose another one, or start "
                + "Signalbox with --allow-password-grant (SIGNALBOX_ALLOW_PASSWORD_GRANT=true)."
        )
    }

    /// An address that is never posted to can be told at once; what a name leads to only when it is posted to.
    private func callbackIssue(_ configuration: InstanceConfiguration) -> ConfigurationIssue? {
        guard let clause = callbackRule.refusal(ofAddressIn: configuration.callbackURL) else { return nil }
        return ConfigurationIssue(.callbackURL, "\(ConfigurationKey.callbackURL.label): \(clause).")
    }

    /// Clocks may differ a little.
    private static let longestAhead: Int64 = 3600

    private func firstRunIssue(_ configuration: InstanceConfiguration) -> ConfigurationIssue? {
        guard case .since(let moment) = configuration.firstRun,
            moment > clock.now.advanced(bySeconds: Self.longestAhead)
        else { return nil }
        return ConfigurationIssue(
            .firstRun,
            "\(ConfigurationKey.firstRun.label): \(moment.iso) is yet to come; use a moment that has passed, now or backfill."
        )
    }

    // MARK: Access

    /// Gets access and holds the objects against what the org has. `adopt` is called with a connection of the same org as
    /// soon as the refresh token that was shown has rotated, and whenever it does so again: it must have stored it when it
    /// returns, as the former one is dead.
    ///
    /// - Throws: `ClientError` (`conflict`) where access leads to another org than that of `former` and the draft does not
    ///   say that this is meant.
    func connect(
        _ draft: InstanceDraft,
        instead former: OrgConnection?,
        adopt: (@Sendable (OrgConnection) async throws -> Void)? = nil
    ) async throws -> (OrgConnection, objects: [String]) {
        if let issue = draft.missingForGrant { throw ConfigurationRejected([issue]) }
        guard draft.authorizationCode == nil, let state = draft.authorizationState else {
            return try await access(draft, instead: former, adopt: adopt)
        }
        guard draft.configuration.effectiveGrant == .authorizationCode else {
            throw ClientError(
                .invalid,
                "The grant \(draft.configuration.effectiveGrant.words) takes no authorization from a browser; "
                    + "set oauth.grant.type to authorization_code."
            )
        }
        let grant = try authorizations.redeem(state, with: draft.configuration)
        var draft = draft
        draft.authorizationCode = grant.code
        draft.codeVerifier = grant.codeVerifier
        do {
            // The exchange names the address that the browser was sent to, whatever the settings say now.
            let connected = try await access(draft, instead: former, redirectURL: grant.redirectURL)
            authorizations.finish(grant)
            return connected
        } catch {
            if Self.isSpent(after: error) { authorizations.refuse(grant) } else { authorizations.release(grant) }
            throw error
        }
    }

    /// Whether an authorization is of no use any more after this refusal.
    private static func isSpent(after error: any Error) -> Bool {
        switch error {
        // The org was connected, and its connection is kept; or it was never reached.
        case is ConfigurationRejected: false
        case let error as ClientError:
            switch error.kind {
            case .unavailable, .storage, .conflict, .otherOrganization: false
            case .invalid, .notFound, .upstream, .forbidden: !error.mayPass
            }
        default: true
        }
    }

    private func access(
        _ draft: InstanceDraft,
        instead former: OrgConnection?,
        redirectURL: String? = nil,
        adopt: (@Sendable (OrgConnection) async throws -> Void)? = nil
    ) async throws -> (OrgConnection, objects: [String]) {
        let configuration = draft.configuration
        let code = draft.authorizationCode
        if configuration.effectiveGrant == .authorizationCode, (code ?? "").isEmpty {
            throw ClientError(
                .invalid,
                "There is no authorization code: connect in the browser (POST /authorizations, or signalbox instances "
                    + "connect), send providerData.code, or set oauth.user.refresh_token or oauth.grant.type."
            )
        }
        let shown = Self.shown(draft)
        let latest = Locked<OrgConnection?>(nil)
        // What the org refuses about a connection it refuses again, however it was come by.
        var isIdentified = false
        let granted: @Sendable (OrgConnection) async throws -> Void = { connection in
            latest.withLock { $0 = connection }
            guard let adopt, Self.hasRotated(connection, from: shown) else { return }
            if let former, connection.isOfAnotherOrganization(than: former) { return }
            try await adopt(connection)
        }
        do {
            let connection: OrgConnection
            if let kept = redeemed.redeem(shown, for: configuration, at: clock.due) {
                isIdentified = kept.isIdentified
                try await granted(kept.connection)
                connection = try await identified(kept, configuration, granted)
            } else {
                var asked = configuration
                if let redirectURL { asked.oauthCallbackURL = redirectURL }
                do {
                    connection = try await connector.connect(
                        asked,
                        code: code,
                        codeVerifier: draft.codeVerifier,
                        granted: granted
                    )
                } catch {
                    throw ClientError.translating(error)
                }
            }
            // Who the org is stands in it by now.
            isIdentified = true
            latest.withLock { $0 = connection }
            let session = connector.session(connection, configuration: configuration, save: granted)
            if let former, !draft.allowsOtherOrganization { try Self.refuseOther(connection, than: former) }
            let objects = try await checked(configuration) { try await session.describeObjects(where: $0) }
            return (latest.withLock { $0 } ?? connection, objects)
        } catch {
            if let connection = latest.withLock({ $0 }) { keep(connection, of: draft, isIdentified: isIdentified) }
            throw error
        }
    }

    private func identified(
        _ kept: RedeemedConnections.Redeemed,
        _ configuration: InstanceConfiguration,
        _ granted: @escaping @Sendable (OrgConnection) async throws -> Void
    ) async throws -> OrgConnection {
        guard !kept.isIdentified else { return kept.connection }
        do {
            return try await connector.identify(kept.connection, configuration, granted: granted)
        } catch {
            throw ClientError.translating(error)
        }
    }

    /// Keeps a connection whose draft was refused, or could not be stored, for another try with the same code or refresh
    /// token.
    func keep(_ connection: OrgConnection, of draft: InstanceDraft, isIdentified: Bool = true) {
        let shown = Self.shown(draft)
        if case .refreshToken? = shown, !Self.hasRotated(connection, from: shown) { return }
        let kept = RedeemedConnections.Redeemed(connection: connection, isIdentified: isIdentified)
        redeemed.add(kept, of: shown, for: draft.configuration, at: clock.due)
    }

    /// What the org sees of a draft that it may see once only; nil where its grant can be asked again and again.
    private static func shown(_ draft: InstanceDraft) -> RedeemedConnections.Shown? {
        let configuration = draft.configuration
        if let code = draft.authorizationCode, configuration.grantType.map({ $0 == .authorizationCode }) ?? true {
            return .code(code)
        }
        guard configuration.effectiveGrant == .refreshToken else { return nil }
        return .refreshToken(configuration.refreshToken)
    }

    private static func hasRotated(_ connection: OrgConnection, from shown: RedeemedConnections.Shown?) -> Bool {
        guard case .refreshToken(let shown)? = shown, let token = connection.refreshToken else { return false }
        return token != shown
    }

    /// Two orgs' records in one ledger would be reported as each other's changes.
    private static func refuseOther(_ connection: OrgConnection, than former: OrgConnection) throws {
        guard connection.isOfAnotherOrganization(than: former) else { return }
        let (found, watched) = (connection.organizationWords(), former.organizationWords())
        throw ClientError(
            .otherOrganization(found: found, watched: watched),
            "These credentials lead to \(found), but the instance watches \(watched); nothing was changed. Make a new instance for it; or, if the instance is "
                + "to go over to it, say so with \"allowOtherOrganization\": true in the call's body "
                + "(--other-organization at signalbox instances connect and update). Its events then stay, and its "
                + "records are followed anew from that moment on."
        )
    }

    /// The objects as the org spells them, asked through the instance's own session.
    func checkedObjects(_ configuration: InstanceConfiguration, of watched: WatchedInstance) async throws -> [String] {
        try await checked(configuration) { try await watched.describeObjects(watchdog, where: $0) }
    }

    /// Where the org can't be asked the names stay as they were typed; the poller then says what is wrong with each.
    private func checked(
        _ configuration: InstanceConfiguration,
        describe: (_ suffices: @escaping @Sendable ([ObjectDescription]) -> Bool) async throws -> [ObjectDescription]
    ) async throws -> [String] {
        let names = configuration.objects
        guard !names.isEmpty else { return [] }
        let described: [ObjectDescription]
        do {
            described = try await describe { ObjectNames.isComplete($0, for: names) }
        } catch {
            logger.notice("The org's objects can't be listed", metadata: ["error": "\(error)"])
            return names
        }
        return try ObjectNames.checked(names, against: described)
    }

    /// How a changed draft connects: with its own code, or with the refresh token that the instance already has. Where
    /// tokens rotate that is the only one that lives: the one of the settings was the first.
    func reconnecting(_ draft: InstanceDraft, _ current: Instance) -> InstanceDraft {
        guard draft.authorizationCode == nil, draft.authorizationState == nil,
            let refreshToken = current.connection?.refreshToken
        else { return draft }
        switch draft.configuration.effectiveGrant {
        case .authorizationCode: break
        case .refreshToken:
            guard current.configuration.effectiveGrant == .refreshToken,
                draft.configuration.refreshToken == current.configuration.refreshToken
            else { return draft }
        case .clientCredentials, .jwtBearer, .password: return draft
        }
        var draft = draft
        draft.configuration.grantType = .refreshToken
        draft.configuration.refreshToken = refreshToken
        return draft
    }
}
