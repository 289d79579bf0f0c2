import Domain
import Primitives
import SimulatedOrg

/// Everything that one needs to connect to a simulated org at once.
struct OrgCredentials: Sendable, SecretBearing {
    let baseURL: String
    let clientID: String
    let clientSecret: String
    let authorizationCode: String
    let refreshToken: String

    /// Takes the org's standing code to its own token endpoint, for a refresh token.
    init(org: Org, configuration: SimulatedOrgConfiguration, baseURL: String) async throws(CommandFailure) {
        let code = configuration.authorizationCode ?? ""
        let form = [
            "grant_type": "authorization_code", "code": code, "client_id": configuration.clientID,
            "client_secret": configuration.clientSecret, "redirect_uri": "http://localhost:8181/oauth/callback",
        ]
        let body = form.map { "\($0.key)=\($0.value.percentEncoded)" }.joined(separator: "&")
        let answer = await org.respond(
            to: SimulatedRequest(
                "POST",
                "/services/oauth2/token",
                headers: ["content-type": "application/x-www-form-urlencoded"],
                body: Array(body.utf8)
            )
        )
        guard let json = try? JSON(parsing: answer.body), let token = json["refresh_token"]?.string else {
            throw CommandFailure("The simulated org gave no refresh token (status \(answer.status)).")
        }
        self.baseURL = baseURL
        clientID = configuration.clientID
        clientSecret = configuration.clientSecret
        authorizationCode = code
        refreshToken = token
    }

    var json: JSON {
        [
            "baseURL": .string(baseURL), "clientId": .string(clientID), "clientSecret": .string(clientSecret),
            "authorizationCode": .string(authorizationCode), "refreshToken": .string(refreshToken),
        ]
    }
}
