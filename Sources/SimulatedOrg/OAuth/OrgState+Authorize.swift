extension OrgState {
    /// The authorize page: sends the browser back with a code, or asks first.
    mutating func authorize(_ target: RequestTarget) -> SimulatedResponse {
        guard target["client_id"] == configuration.clientID else {
            return Self.page("error=invalid_client_id&error_description=client%20identifier%20invalid")
        }
        guard let redirect = target["redirect_uri"], !redirect.isEmpty,
            configuration.callbackURLs.isEmpty || configuration.callbackURLs.contains(redirect)
        else {
            return Self.page(
                "error=redirect_uri_mismatch&error_description=redirect_uri%20must%20match%20configuration"
            )
        }
        let state = target["state"].map { "&state=\(RequestTarget.encoded($0))" } ?? ""
        let separator = redirect.contains("?") ? "&" : "?"
        guard target["response_type"] == "code" else {
            return Self.redirect(
                "\(redirect)\(separator)error=unsupported_response_type&error_description=response%20type%20not%20supported\(state)"
            )
        }
        if target["approve"] == "deny" {
            return Self.redirect(
                "\(redirect)\(separator)error=access_denied&error_description=end-user%20denied%20authorization\(state)"
            )
        }
        if target["approve"] == "ask" || (configuration.asksForApproval && target["approve"] != "auto") {
            return Self.approval(target)
        }
        let code = "aPrx" + random.token(length: 40)
        access.codes[code] = AccessStore.Code(
            redirect: redirect,
            challenge: target["code_challenge"].map { String($0.prefix { $0 != "=" }) },
            scope: target["scope"] ?? "refresh_token api id",
            issued: now
        )
        return Self.redirect("\(redirect)\(separator)code=\(code)\(state)")
    }

    private static func redirect(_ location: String) -> SimulatedResponse {
        SimulatedResponse(status: 302, headers: ["Location": location])
    }

    private static func page(_ text: String) -> SimulatedResponse {
        SimulatedResponse(status: 400, headers: ["Content-Type": "text/html;charset=UTF-8"], body: Array(text.utf8))
    }

    private static func approval(_ target: RequestTarget) -> SimulatedResponse {
        let names = [
            "response_type", "client_id", "redirect_uri", "scope", "state", "code_challenge", "code_challenge_method",
        ]
        let query = names.compactMap { name in target[name].map { "\(name)=\(RequestTarget.encoded($0))" } }
            .joined(separator: "&amp;")
        let path = "/services/oauth2/authorize?\(query)"
        let html = """
            <!doctype html><html lang="en"><head><meta charset="utf-8"><title>Allow Access?</title></head>
            <body><h1>Allow Access?</h1><p>The app asks to access your data in this simulated org.</p>
            <p><a href="\(path)&amp;approve=auto">Allow</a> <a href="\(path)&amp;approve=deny">Deny</a></p></body></html>
            """
        return SimulatedResponse(
            status: 200,
            headers: ["Content-Type": "text/html;charset=UTF-8"],
            body: Array(html.utf8)
        )
    }
}
