import Domain
import EngineAPI
import Testing

/// What each grant needs before any org is asked.
struct GrantNeedsTests {
    private static let myDomain = "https://acme.my.salesforce.com"

    private static func draft(_ change: (inout InstanceDraft) -> Void) -> InstanceDraft {
        var draft = InstanceDraft(name: "a", configuration: .init())
        change(&draft)
        return draft
    }

    @Test func `without any setting everything that is missing is named at once`() throws {
        let issue = try #require(Self.draft { _ in }.missingForGrant)
        #expect(
            issue.message
                == "Consumer key (oauth.api.key), Consumer secret (oauth.api.secret) and an authorization code "
                + "(providerData.code, or connect in the browser) are missing: the grant authorization code needs them; "
                + "oauth.grant.type chooses another grant."
        )
        #expect(issue.key == .apiKey)
    }

    @Test(arguments: [
        (GrantType.refreshToken, ["oauth.api.key", "oauth.user.refresh_token"]),
        (.clientCredentials, ["oauth.api.key", "oauth.api.secret", "base.url"]),
        (.jwtBearer, ["oauth.api.key", "oauth.user.username", "oauth.jwt.private_key"]),
        (.password, ["oauth.api.key", "oauth.user.username", "oauth.user.password"]),
        (.authorizationCode, ["oauth.api.key", "oauth.api.secret"]),
    ])
    func `each grant names its own, and is content with them`(grant: GrantType, keys: [String]) throws {
        let issue = try #require(Self.draft { $0.configuration.grantType = grant }.missingForGrant)
        for key in [
            "oauth.api.key", "oauth.api.secret", "base.url", "oauth.user.refresh_token", "oauth.user.username",
            "oauth.user.password", "oauth.jwt.private_key",
        ] {
            #expect(issue.message.contains(key) == keys.contains(key), "\(key): \(issue.message)")
        }
        let whole = Self.draft {
            $0.configuration.grantType = grant
            $0.configuration.apiKey = "k"
            $0.configuration.apiSecret = "s"
            $0.configuration.baseURL = Self.myDomain
            $0.configuration.refreshToken = "r"
            $0.configuration.username = "u"
            $0.configuration.password = "p"
            $0.configuration.privateKey = "pem"
        }
        #expect(whole.missingForGrant == nil)
    }

    @Test func `a public app needs no secret where its proof key goes with the code`() {
        let draft = Self.draft {
            $0.configuration.apiKey = "k"
            $0.authorizationState = "s"
        }
        #expect(draft.missingForGrant == nil)
    }
}
