import Domain
import EngineAPI
import Primitives
import TestSupport
import Testing

@testable import Engine
@testable import Salesforce

/// No value that holds a secret shows it, however it is looked at, alone or inside something else.
struct SecretBearingTests {
    private static let secret = "whsec_c2VjcmV0IHRoYXQgbm9ib2R5IG1heSByZWFk"

    private static func values() throws -> [any SecretBearing] {
        var configuration = InstanceConfiguration()
        for path in [
            \InstanceConfiguration.signatureKey, \.apiSecret, \.apiKey, \.refreshToken, \.password, \.privateKey,
        ] {
            configuration[keyPath: path] = secret
        }
        configuration.others = ["my.secret": secret]
        let connection = OrgConnection(
            accessToken: secret,
            refreshToken: secret,
            instanceURL: "https://acme.example",
            organizationID: nil,
            userID: nil,
            issuedAt: .distantPast
        )
        var draft = InstanceDraft(name: "a", configuration: configuration)
        draft.authorizationCode = secret
        draft.codeVerifier = secret
        let body = Array("{\"access_token\":\"\(secret)\",\"instance_url\":\"https://acme.example\"}".utf8)
        return [
            Secret(secret), connection.accessToken, PKCE(verifier: secret).verifier,
            FormerSecret(secret: secret, expires: .distantPast).secret, configuration, connection, draft,
            FormerSecret(secret: secret, expires: .distantPast),
            Route(url: "https://a.example", signatureKey: secret), try #require(StandardWebhooks(secret: secret)),
            CallbackRequest(
                url: "https://a.example",
                signatureKey: secret,
                notificationID: 1,
                eventID: "a",
                attempt: 1,
                isReplay: false,
                body: []
            ),
            HTTPCall(method: "GET", url: "https://a.example", headers: [.init("Authorization", secret)]),
            HTTPAnswer(status: 200, body: body), try TokenAnswer(HTTPAnswer(status: 200, body: body)),
        ]
    }

    @Test func `a secret taken out of what holds it shows itself to nobody, and is equal to itself alone`() {
        let secret = Secret(Self.secret)
        #expect("\(secret)" == "********" && String(reflecting: secret) == "********" && shown(secret) != Self.secret)
        #expect("\(Optional(secret) as Any)".contains("********"))
        #expect(!"\([secret])".contains(Self.secret))
        #expect(secret.exposed == Self.secret)
        #expect(secret == Secret(Self.secret))
        for other in ["", String(Self.secret.dropLast()), Self.secret + "x", Self.secret.uppercased()] {
            #expect(secret != Secret(other))
        }
        #expect(!((secret as Any) is any Encodable))
    }

    @Test func `what holds a secret shows none`() throws {
        let key = try #require(StandardWebhooks(secret: Self.secret))
        let bytes = Base64.decode(String(Self.secret.dropFirst(6))).map { "\($0)" } ?? ""
        #expect(!shown(key).contains(bytes))
        for value in try Self.values() {
            struct Holder { let inside: [String: Any] }
            for text in [shown(value), shown(Holder(inside: ["value": value])), shown([value as Any?])] {
                #expect(!text.contains(Self.secret), "\(type(of: value))")
                #expect(!text.contains("access_token"), "\(type(of: value))")
            }
        }
    }
}
