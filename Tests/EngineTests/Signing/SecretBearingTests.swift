import Domain
import EngineAPI
import Primitives
import TestSupport
import Testing

@testable import Engine
@testable import Salesforce

/// No value that holds a secret shows it, however it is looked at, alone or inside something else.
struct SecretBearingTests {
    private static let secret: Secret = "whsec_c2VjcmV0IHRoYXQgbm9ib2R5IG1heSByZWFk"

    private static func values() throws -> [Any] {
        var configuration = InstanceConfiguration()
        for path in [
            \InstanceConfiguration.signatureKey, \.apiSecret, \.apiKey, \.refreshToken, \.password, \.privateKey,
            \.callbackHeaders,
        ] {
            configuration[keyPath: path] = secret
        }
        configuration.others = ["my.secret": secret.exposed]
        let connection = OrgConnection(
            accessToken: secret.exposed,
            refreshToken: secret.exposed,
            instanceURL: "https://acme.example",
            organizationID: nil,
            userID: nil,
            issuedAt: .distantPast
        )
        var draft = InstanceDraft(name: "a", configuration: configuration)
        draft.authorizationCode = secret
        draft.codeVerifier = secret
        let body = Array("{\"access_token\":\"\(secret.exposed)\",\"instance_url\":\"https://acme.example\"}".utf8)
        let headers = #"{"Authorization":"\#(secret.exposed)"}"#
        var route = CallbackRoute(url: "https://a.example", signatureKey: secret)
        route.headers = try CallbackHeaders(parsing: headers)
        route.formerKey = FormerSecret(secret: secret, expires: .distantPast)
        return [
            secret, connection.accessToken, PKCE(verifier: secret.exposed).verifier,
            FormerSecret(secret: secret, expires: .distantPast).secret, configuration, connection, draft,
            FormerSecret(secret: secret, expires: .distantPast),
            CallbackRoute(url: "https://a.example", signatureKey: secret), try CallbackHeaders(parsing: headers), route,
            try #require(StandardWebhooks(secret: secret)),
            CallbackRequest(
                url: "https://a.example",
                signatureKey: secret,
                notificationID: 1,
                eventID: "a",
                attempt: 1,
                isReplay: false,
                body: []
            ),
            HTTPCall(method: "GET", url: "https://a.example", headers: [.init("Authorization", secret.exposed)]),
            HTTPAnswer(status: 200, body: body), try TokenAnswer(HTTPAnswer(status: 200, body: body)),
        ]
    }

    @Test func `a secret taken out of what holds it shows itself to nobody, and is equal to itself alone`() {
        let secret = Self.secret
        let text = secret.exposed
        #expect(
            "\(secret)" == "********" && String(reflecting: secret) == "********"
                && everyDescription(of: secret) != text
        )
        #expect("\(Optional(secret) as Any)".contains("********"))
        #expect(!"\([secret])".contains(text))
        #expect(secret == Secret(text) && secret.matches(text))
        for other in ["", String(text.dropLast()), text + "x", text.uppercased()] {
            #expect(secret != Secret(other) && !secret.matches(other))
        }
        #expect(!((secret as Any) is any Encodable))
        #expect(!Secret("").matches(""))
    }

    @Test func `what holds a secret shows none`() throws {
        let key = try #require(StandardWebhooks(secret: Self.secret))
        let bytes = Base64.decode(String(Self.secret.exposed.dropFirst(6))).map { "\($0)" } ?? ""
        #expect(!everyDescription(of: key).contains(bytes))
        for value in try Self.values() {
            struct Holder { let inside: [String: Any] }
            for text in [
                everyDescription(of: value), everyDescription(of: Holder(inside: ["value": value])),
                everyDescription(of: [value as Any?]),
            ] {
                #expect(!text.contains(Self.secret.exposed), "\(type(of: value))")
                #expect(!text.contains("access_token"), "\(type(of: value))")
            }
        }
    }
}
