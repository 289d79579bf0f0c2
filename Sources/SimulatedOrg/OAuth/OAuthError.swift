import Primitives

/// A refusal of the OAuth endpoints, which word errors their own way.
struct OAuthError: Error, Equatable {
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

    static let client = OAuthError("invalid_client_id", "client identifier invalid")
    static let secret = OAuthError("invalid_client", "invalid client credentials")
    static let grantType = OAuthError("unsupported_grant_type", "grant type not supported")
    static let deadToken = OAuthError("invalid_grant", "expired access/refresh token")
    static let authentication = OAuthError("invalid_grant", "authentication failure")
    static let assertion = OAuthError("invalid_grant", "invalid assertion")
}
