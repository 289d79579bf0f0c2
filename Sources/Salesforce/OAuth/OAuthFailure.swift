import Domain

/// Turns the token endpoint's errors into sentences with the next step.
package enum OAuthFailure {
    /// An answer of the token endpoint that is not 2xx.
    package static func error(_ answer: HTTPAnswer) -> SalesforceError {
        if let json = try? JSON(parsing: answer.body), let code = json["error"]?.string {
            return error(code: code, description: json["error_description"]?.string, status: answer.status)
        }
        if answer.status == 420 || answer.status == 429 || answer.status >= 500 {
            return SalesforceError(
                .transient,
                "Salesforce's login server is busy or under maintenance (HTTP \(answer.status)); it is tried again soon."
            )
        }
        return SalesforceError(
            .unreachable,
            "The endpoint address answers with HTTP \(answer.status) where Salesforce's login should be; "
                + "set it to the org's My Domain address, such as https://acme.my.salesforce.com."
        )
    }

    package static func error(code: String, description: String?, status: Int) -> SalesforceError {
        let words = description ?? ""
        func stop(_ sentence: String) -> SalesforceError {
            SalesforceError(.authorization, sentence, code: code, providerMessage: description)
        }
        switch code {
        case "rate_limit_exceeded":
            return SalesforceError(
                .transient,
                "Salesforce takes no more logins at the moment; it is tried again soon.",
                code: code,
                providerMessage: description
            )
        case "invalid_grant": return stop(invalidGrant(words))
        case "invalid_client_id":
            return stop(
                "The org knows no app with this consumer key; copy it from the External Client App."
            )
        case "invalid_client":
            return stop(
                "The org refuses the consumer key or secret; copy both from the External Client App, "
                    + "and allow this flow in its settings."
            )
        case "unsupported_grant_type":
            return stop("The org does not allow this OAuth grant type; enable the flow in the External Client App.")
        case "unsupported_response_type":
            return stop("The app does not allow the authorization code flow; enable it in the External Client App.")
        case "invalid_request": return stop(invalidRequest(words))
        case "redirect_uri_mismatch", "redirect_uri_missing":
            return stop("The OAuth callback URL is not one of the app's callback URLs; they must match to the letter.")
        case "access_denied": return stop("Access was denied on Salesforce's page; connect again and choose Allow.")
        case "inactive_user": return stop("The Salesforce user is deactivated; activate it or connect as another user.")
        case "inactive_org":
            return stop("The org is locked, closed or suspended; ask Salesforce or its administrator to open it.")
        case "invalid_scope":
            return stop(
                "The app does not offer the requested OAuth scopes; add \u{201C}api\u{201D} and \u{201C}refresh_token\u{201D}."
            )
        case "app_not_found", "invalid_app_access", "OAUTH_APP_ACCESS_DENIED":
            return stop(
                "The app is not open to this user or this host; use the org's My Domain as endpoint address "
                    + "and allow the user in the app's policies."
            )
        case "invalid_assertion", "invalid_assertion_type":
            return stop("The org refuses the signed JWT; check that the app holds the certificate of this private key.")
        case "immediate_unsuccessful", "login_required", "interaction_required":
            return stop("The org wants a person to log in; connect again in the browser.")
        default:
            if status >= 500 {
                return SalesforceError(
                    .transient,
                    "Salesforce's login server failed; it is tried again soon.",
                    code: code,
                    providerMessage: description
                )
            }
            return stop("The org refuses the login (\(code.prefix(60))); check the app and connect again.")
        }
    }

    private static func invalidGrant(_ words: String) -> String {
        let lower = words.lowercased()
        if lower.contains("expired authorization code") || lower.contains("invalid authorization code") {
            return
                "The authorization code is expired, used or mistyped; connect again and use the new code within 15 minutes."
        }
        if lower.contains("expired access") || lower.contains("refresh token") {
            return "The refresh token is expired or revoked; connect again. "
                + "(An app keeps five per user: a sixth connection ends the oldest.)"
        }
        if lower.contains("audience") {
            return "The org refuses the JWT's audience; set the endpoint address to the org's My Domain."
        }
        if lower.contains("hasn't approved") || lower.contains("not admin approved") {
            return
                "The user is not allowed to use this app; pre-authorize the user's profile or permission set in its policies."
        }
        if lower.contains("code verifier") || lower.contains("code_verifier") {
            return "The code belongs to another connection attempt; connect again."
        }
        if lower.contains("no client credentials user") {
            return "The app has no \u{201C}Run As\u{201D} user; set one in its client credentials policy."
        }
        if lower.contains("invalid signature") || lower.contains("assertion") {
            return "The org refuses the signed JWT; check that the app holds the certificate of this private key."
        }
        if lower.contains("ip restricted") || lower.contains("login hours") || lower.contains("restricted") {
            return "The org does not let this user in from here or at this hour; check IP ranges and login hours."
        }
        if lower.contains("authentication failure") {
            return
                "The org refuses the login; check user, password with security token, and the app, then connect again."
        }
        return "The org does not accept the grant any more; connect again."
    }

    private static func invalidRequest(_ words: String) -> String {
        let lower = words.lowercased()
        if lower.contains("challenge") || lower.contains("verifier") {
            return "The org refuses the proof key of this connection attempt; connect again."
        }
        if lower.contains("redirect_uri") {
            return "The OAuth callback URL is not one of the app's callback URLs; they must match to the letter."
        }
        if lower.contains("my domain") || lower.contains("not supported on this domain") {
            return "This flow works on the org's own host only; set the endpoint address to its My Domain."
        }
        return "The org refuses the request as incomplete; check the OAuth settings and connect again."
    }
}
