/// Codes, sessions and refresh tokens that the org handed out.
struct AccessStore: Sendable {
    struct Code: Sendable {
        let redirect: String
        let challenge: String?
        let scope: String
        let issued: Stamp
        var isUsed = false
    }

    struct Session: Sendable {
        let user: String
        let scope: String
        let client: String
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
        let client: String
        let family: Int
    }

    static let codeLifetime = 900
    /// How many authorizations one user can hold for one app; the next one silently ends the oldest.
    static let familyLimit = 5

    var codes: [String: Code] = [:]
    var sessions: [String: Session] = [:]
    private(set) var refreshTokens: [String: Refresh] = [:]
    /// Tokens that rotation replaced; showing one again ends its family.
    private(set) var rotated: [String: Int] = [:]
    private var families: [Int] = []
    private var lastFamily = 0

    /// Begins an authorization with its first refresh token.
    mutating func authorize(token: String, user: String, scope: String, client: String) -> Int {
        lastFamily += 1
        families.append(lastFamily)
        if families.count > Self.familyLimit { end(family: families[0]) }
        refreshTokens[token] = Refresh(user: user, scope: scope, client: client, family: lastFamily)
        return lastFamily
    }

    /// Replaces a refresh token by the next of its family.
    mutating func rotate(_ old: String, to new: String) {
        guard let refresh = refreshTokens.removeValue(forKey: old) else { return }
        rotated[old] = refresh.family
        refreshTokens[new] = refresh
    }

    /// Ends an authorization with all its tokens.
    mutating func end(family: Int) {
        families.removeAll { $0 == family }
        refreshTokens = refreshTokens.filter { $0.value.family != family }
        sessions = sessions.filter { $0.value.family != family }
    }

    /// Ends all authorizations and sessions, as an administrator does who blocks the app.
    mutating func endAll() {
        for family in families { end(family: family) }
        sessions = [:]
    }

    /// Drops sessions that ran out, when many have gathered.
    mutating func tidy(now: Stamp) {
        guard sessions.count > 1_000 else { return }
        sessions = sessions.filter { $0.value.expires > now }
    }
}
