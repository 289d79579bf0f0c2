package import Domain

/// What an org's authorize and token endpoints can refuse, and what that means. One table; nothing else judges a refusal.
///
/// Codes and descriptions as Salesforce documents them (help: "OAuth 2.0 error codes") and as clients' fixtures and issue
/// threads show them. The first row that fits decides.
package struct OAuthRefusal: Sendable, Hashable {
    package enum Verdict: Sendable, Hashable {
        /// The endpoint is busy: asked again within the renewal, a few times.
        case busy
        /// May be over by itself, without anybody's doing: asked again by the schedule, as after any failure.
        case passing
        /// A person has to act. It is asked again even so, ever more rarely, as the person may act in the org.
        case needsPerson
    }

    /// The answer's `error`.
    package let code: String
    /// One of these is in the answer's `error_description`, in lower case; empty: whatever it says.
    package let words: [String]
    package let verdict: Verdict
    /// As for grants without a person's consent, which no refusal can revoke; nil: the same verdict.
    package let withoutConsent: Verdict?
    /// What to do, as one sentence.
    package let sentence: String

    private init(
        _ code: String,
        with words: [String] = [],
        is verdict: Verdict = .needsPerson,
        withoutConsent: Verdict? = nil,
        say sentence: String
    ) {
        self.code = code
        self.words = words
        self.verdict = verdict
        self.withoutConsent = withoutConsent
        self.sentence = sentence
    }

    /// The verdict for a grant; nil stands for the authorize endpoint.
    package func verdict(for grant: GrantType?) -> Verdict {
        switch grant {
        case .clientCredentials, .jwtBearer: withoutConsent ?? verdict
        case .authorizationCode, .refreshToken, .password, nil: verdict
        }
    }

    /// What to do, for a grant.
    package func sentence(for grant: GrantType?) -> String {
        guard verdict(for: grant) != verdict else { return sentence }
        return "The org refuses the app's login at present; if that stays, check the app's policies and its user. "
            + "It is tried again by itself."
    }

    /// The row of a refusal; nil for one that is in no document.
    package static func row(code: String, description: String) -> OAuthRefusal? {
        let lower = description.lowercased()
        return table.first { row in row.code == code && (row.words.isEmpty || row.words.contains { lower.contains($0) })
        }
    }

    private static let appSettings = "copy both from the External Client App, and allow this flow in its settings."
    private static let callbackMismatch =
        "The OAuth callback URL is not one of the app's callback URLs; they must match to the letter."
    private static let wrongAssertion =
        "The org refuses the signed JWT; check that the app holds the certificate of this private key."
    private static let wrongProof = "The org refuses the proof key of this connection attempt; connect again."

    package static let table: [OAuthRefusal] = [
        // Salesforce handles one token request at a time for a user and app.
        .init(
            "invalid_grant",
            with: ["already being processed"],
            is: .busy,
            say: "The org is still busy with another login of the same user and app; it is tried again soon."
        ),
        .init(
            "invalid_grant",
            with: ["ip restricted", "login hours", "restricted ip", "restricted domain"],
            is: .passing,
            say: "The org does not let this user in from here or at this hour; check IP ranges and login hours. "
                + "It is tried again by itself."
        ),
        .init(
            "invalid_grant",
            with: ["expired authorization code", "invalid authorization code"],
            say:
                "The authorization code is expired, used or mistyped; connect again and use the new code within 15 minutes."
        ),
        .init(
            "invalid_grant",
            with: ["code verifier", "code_verifier"],
            say: "The code belongs to another connection attempt; connect again."
        ),
        .init(
            "invalid_grant",
            with: ["expired access", "refresh token", "token is invalid", "inactive token"],
            withoutConsent: .passing,
            say: "The refresh token is expired or revoked; connect again. "
                + "(An app keeps five per user: a sixth connection ends the oldest.)"
        ),
        .init(
            "invalid_grant",
            with: ["audience"],
            say: "The org refuses the JWT's audience; set the endpoint address to the org's My Domain."
        ),
        .init(
            "invalid_grant",
            with: ["hasn't approved", "not admin approved", "not approved"],
            say:
                "The user is not allowed to use this app; pre-authorize the user's profile or permission set in its policies."
        ),
        .init(
            "invalid_grant",
            with: ["no client credentials user"],
            say: "The app has no \u{201C}Run As\u{201D} user; set one in its client credentials policy."
        ),
        .init(
            "invalid_grant",
            with: ["expired assertion", "assertion is expired", "assertion has expired", "not yet valid", "jti"],
            is: .passing,
            say:
                "The org finds the signed JWT too old or too new; set this machine's clock. It is tried again by itself."
        ),
        .init("invalid_grant", with: ["invalid signature", "assertion"], say: wrongAssertion),
        .init(
            "invalid_grant",
            with: ["inactive user", "user is inactive", "locked"],
            say: "The Salesforce user is deactivated or locked; activate it or connect as another user."
        ),
        .init(
            "invalid_grant",
            with: ["authentication failure"],
            withoutConsent: .passing,
            say: "The org refuses the login; check user, password with security token, and the app, then connect again."
        ),
        .init(
            "invalid_grant",
            withoutConsent: .passing,
            say: "The org does not accept the grant any more; connect again."
        ),
        .init(
            "rate_limit_exceeded",
            is: .busy,
            say: "Salesforce accepts no more logins at the moment; it is tried again soon."
        ),
        .init("temporarily_unavailable", is: .busy, say: "Salesforce's login is busy; it is tried again soon."),
        .init("server_error", is: .passing, say: "Salesforce's login server failed; it is tried again soon."),
        .init(
            "unknown_error",
            is: .busy,
            say: "Salesforce's login could not answer just now; it is tried again soon."
        ),
        .init(
            "invalid_client_id",
            say: "The org knows no app with this consumer key; copy it from the External Client App."
        ),
        .init("invalid_client", say: "The org refuses the consumer key or secret; \(appSettings)"),
        .init("invalid_client_credentials", say: "The org refuses the consumer key or secret; \(appSettings)"),
        .init(
            "unauthorized_client",
            say: "The app may not use this flow; allow it in the External Client App's settings."
        ),
        .init(
            "unsupported_grant_type",
            say: "The org does not allow this OAuth grant type; enable the flow in the External Client App."
        ),
        .init(
            "unsupported_response_type",
            say: "The app does not allow the authorization code flow; enable it in the External Client App."
        ),
        .init("invalid_request", with: ["challenge", "verifier"], say: wrongProof),
        .init("invalid_request", with: ["redirect_uri"], say: callbackMismatch),
        .init(
            "invalid_request",
            with: ["my domain", "not supported on this domain"],
            say: "This flow works on the org's own host only; set the endpoint address to its My Domain."
        ),
        .init(
            "invalid_request",
            say: "The org refuses the request as incomplete; check the OAuth settings and connect again."
        ),
        .init("redirect_uri_mismatch", say: callbackMismatch),
        .init("redirect_uri_missing", say: callbackMismatch),
        .init("access_denied", say: "Access was denied on Salesforce's page; connect again and choose Allow."),
        .init("inactive_user", say: "The Salesforce user is deactivated; activate it or connect as another user."),
        .init(
            "inactive_org",
            say: "The org is locked, closed or suspended; ask Salesforce or its administrator to open it."
        ),
        .init(
            "invalid_scope",
            say:
                "The app does not offer the requested OAuth scopes; add \u{201C}api\u{201D} and \u{201C}refresh_token\u{201D}."
        ),
        .init(
            "app_not_found",
            say: "The org knows the app not at this host; use the org's My Domain as endpoint address "
                + "and allow the user in the app's policies."
        ),
        .init("invalid_app_access", say: "The app is not open to this user; allow the user in the app's policies."),
        .init(
            "OAUTH_APP_ACCESS_DENIED",
            say: "The app is not open to this user; allow the user in the app's policies."
        ),
        .init("OAUTH_APP_BLOCKED", say: "The org's administrator has blocked the app; ask for it to be unblocked."),
        .init("invalid_assertion", say: wrongAssertion),
        .init("invalid_assertion_type", say: wrongAssertion),
        .init("immediate_unsuccessful", say: "The org wants a person to log in; connect again in the browser."),
        .init("login_required", say: "The org wants a person to log in; connect again in the browser."),
        .init("interaction_required", say: "The org wants a person to log in; connect again in the browser."),
    ]
}
