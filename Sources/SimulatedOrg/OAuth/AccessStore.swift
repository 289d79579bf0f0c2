import Crypto
import Primitives

/// Codes, sessions and refresh tokens that the org handed out.
struct AccessStore: Sendable {
    /// An access token's rights.
    struct Session: Sendable {
        let user: String
        let scope: String
        let issued: Stamp
        let expires: Stamp
        /// The authorization that a refresh token keeps alive.
        let family: Int?
        /// How many data calls it was shown with.
        var calls = 0
    }

    struct Refresh: Sendable {
        let user: String
        let scope: String
        let family: Int
    }

    private struct Code: Sendable {
        let redirect: String
        let challenge: String?
        let scope: String
        let issued: Stamp
        var isUsed = false
    }

    static let codeLifetime = 900
    /// How many authorizations one user can hold for one app; the next one silently ends the oldest.
    static let familyLimit = 5
    /// Beyond so many codes or sessions those that ran out are dropped.
    private static let tidyLimit = 1_000

    private var codes: [String: Code] = [:]
    private var sessions: [String: Session] = [:]
    private var refreshTokens: [String: Refresh] = [:]
    /// Tokens that rotation replaced; showing one again ends its family.
    private var rotated: [String: Int] = [:]
    private var families: [Int] = []
    private var lastFamily = 0
    private var random: SeededGenerator

    init(random: SeededGenerator) {
        self.random = random
    }

    // MARK: Authorization codes

    mutating func issueCode(redirect: String, challenge: String?, scope: String, now: Stamp) -> String {
        if codes.count > Self.tidyLimit { codes = codes.filter { now - $0.value.issued <= Self.codeLifetime } }
        let code = "aPrx" + random.token(length: 40)
        codes[code] = Code(redirect: redirect, challenge: challenge, scope: scope, issued: now)
        return code
    }

    /// Uses a code up and returns its scope.
    ///
    /// A code with a challenge needs its verifier (RFC 7636); one without needs the app's secret.
    mutating func redeem(
        _ text: String,
        redirect: String?,
        verifier: String?,
        hasSecret: Bool,
        now: Stamp
    ) throws(OAuthError) -> String {
        guard let code = codes[text] else { throw OAuthError("invalid_grant", "invalid authorization code") }
        guard !code.isUsed, now - code.issued <= Self.codeLifetime else {
            throw OAuthError("invalid_grant", "expired authorization code")
        }
        guard redirect == code.redirect else {
            throw OAuthError("redirect_uri_mismatch", "redirect_uri must match configuration")
        }
        if let challenge = code.challenge {
            guard let verifier else { throw OAuthError("invalid_grant", "code verifier is missing") }
            guard (43...128).contains(verifier.utf8.count),
                Base64.encodeURLSafe(SHA256.hash(data: Array(verifier.utf8))) == challenge
            else { throw OAuthError("invalid_grant", "invalid code verifier") }
        } else if !hasSecret {
            throw .secret
        }
        codes[text]?.isUsed = true
        return code.scope
    }

    // MARK: Sessions

    /// Opens a session and returns its access token, which begins with the org's id.
    mutating func openSession(
        user: String,
        scope: String,
        organization: String,
        seconds: Int,
        family: Int?,
        now: Stamp
    ) -> String {
        if sessions.count > Self.tidyLimit { sessions = sessions.filter { $0.value.expires > now } }
        let token = "\(organization.prefix(15))!AQ8AQ\(random.token(length: 80))"
        sessions[token] = Session(user: user, scope: scope, issued: now, expires: now + seconds, family: family)
        return token
    }

    /// The session of an access token, unless it has ended.
    func session(_ token: String, now: Stamp) -> Session? {
        sessions[token].flatMap { $0.expires > now ? $0 : nil }
    }

    /// The session of an access token for one more call, unless it has ended by time or by the calls it was good for.
    mutating func use(_ token: String, now: Stamp, maximumCalls: Int?) -> Session? {
        guard let session = session(token, now: now), session.calls < maximumCalls ?? .max else { return nil }
        sessions[token]?.calls += 1
        return session
    }

    mutating func endSessions() { sessions.removeAll() }

    // MARK: Refresh tokens

    /// Begins an authorization and returns it with its first refresh token.
    mutating func authorize(user: String, scope: String) -> (family: Int, token: String) {
        lastFamily += 1
        families.append(lastFamily)
        if families.count > Self.familyLimit { end(family: families[0]) }
        let token = newRefreshToken()
        refreshTokens[token] = Refresh(user: user, scope: scope, family: lastFamily)
        return (lastFamily, token)
    }

    func refresh(_ token: String) -> Refresh? { refreshTokens[token] }

    /// What a refresh token stands for, and on rotation the token that replaces it.
    ///
    /// Showing a replaced token again means that somebody copied it: nobody keeps access.
    mutating func renew(_ token: String, rotates: Bool) throws(OAuthError) -> (refresh: Refresh, next: String?) {
        if let family = rotated[token] {
            end(family: family)
            throw .deadToken
        }
        guard let refresh = refreshTokens[token] else { throw .deadToken }
        guard rotates else { return (refresh, nil) }
        let next = newRefreshToken()
        rotated[token] = refresh.family
        refreshTokens[token] = nil
        refreshTokens[next] = refresh
        return (refresh, next)
    }

    /// Ends an access token, or a refresh token with everything that came from it.
    mutating func revoke(_ token: String) throws(OAuthError) {
        if let refresh = refreshTokens[token] {
            end(family: refresh.family)
        } else if sessions.removeValue(forKey: token) == nil {
            throw OAuthError("invalid_token", "token is invalid or expired")
        }
    }

    /// Ends all authorizations and sessions, as an administrator does who blocks the app.
    mutating func endAll() {
        for family in families { end(family: family) }
        sessions = [:]
    }

    private mutating func end(family: Int) {
        families.removeAll { $0 == family }
        refreshTokens = refreshTokens.filter { $0.value.family != family }
        sessions = sessions.filter { $0.value.family != family }
    }

    private mutating func newRefreshToken() -> String { "5Aep861" + random.token(length: 80) }
}
