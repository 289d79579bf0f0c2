import Domain

/// The `Authorization` header of the management API, as Cloud Elements' clients and plain bearers write it.
struct Authorization: Sendable, Hashable, SecretBearing {
    private(set) var user: String?
    private(set) var organization: String?
    /// The token of the instance that forms without an id act on.
    private(set) var element: String?
    private(set) var isBearer = false

    /// `User <user>, Organization <organization>[, Element <token>]` or `Bearer <user>[, Element <token>]`.
    init(_ header: String) {
        for part in header.split(separator: ",") {
            let words = part.split(separator: " ", maxSplits: 1)
            guard let scheme = words.first else { continue }
            // A token that was left out is a wrong one, not none: `Element` alone must not widen what is seen.
            let secret = words.count == 2 ? words[1].split(separator: " ").first.map(String.init) ?? "" : ""
            switch scheme.lowercased() {
            case "user": user = secret
            case "organization": organization = secret
            case "element": element = secret
            case "bearer":
                user = secret
                isBearer = true
            default: continue
            }
        }
    }

    /// Whose it is and how much it opens.
    struct Principal: Sendable, Hashable {
        /// As the audit trail says it: `management user secret`, `token deploy-bot`.
        let name: String
        let scope: AccessScope
        /// Whether it has the management secrets themselves, which all nodes of a store share, and not a token made of them.
        var isOwner = false
    }

    /// Nil: it opens nothing. All that there is to compare with is compared, whichever fits.
    func principal(_ credentials: Credentials) -> Principal? {
        let userMatches = ConstantTime.equal(user ?? "", credentials.user.exposed)
        let organizationMatches = ConstantTime.equal(organization ?? "", credentials.organization.exposed)
        var named: Principal?
        if isBearer, organization == nil {
            let hash = NamedToken.hash(user ?? "")
            for token in credentials.tokens where ConstantTime.equal(hash, token.hash) {
                named = Principal(name: "token \(token.name)", scope: token.scope)
            }
        }
        if userMatches && (organizationMatches || isBearer && organization == nil) {
            return Principal(name: "management user secret", scope: .admin, isOwner: true)
        }
        return named
    }
}
