/// A refusal of the OAuth endpoints, which word errors their own way.
struct OAuthProblem: Error, Equatable {
    let error: String
    let description: String

    init(_ error: String, _ description: String) {
        self.error = error
        self.description = description
    }

    var response: SimulatedResponse {
        .json(
            400,
            ["error": .string(error), "error_description": .string(description)],
            headers: ["Cache-Control": "no-store"]
        )
    }

    static let client = OAuthProblem("invalid_client_id", "client identifier invalid")
    static let secret = OAuthProblem("invalid_client", "invalid client credentials")
    static let grantType = OAuthProblem("unsupported_grant_type", "grant type not supported")
    static let deadToken = OAuthProblem("invalid_grant", "expired access/refresh token")
    static let authentication = OAuthProblem("invalid_grant", "authentication failure")
}
