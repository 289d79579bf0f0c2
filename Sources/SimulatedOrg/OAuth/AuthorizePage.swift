import Primitives

/// What the authorize page sends to the browser.
enum AuthorizePage {
    static func redirect(_ location: String) -> SimulatedResponse {
        SimulatedResponse(status: 302, headers: ["Location": location])
    }

    /// An error that can't be sent to the app, as its address isn't trusted.
    static func error(_ error: String, _ description: String) -> SimulatedResponse {
        let text = "error=\(error)&error_description=\(description.percentEncoded)"
        return SimulatedResponse(
            status: 400,
            headers: ["Content-Type": "text/html;charset=UTF-8"],
            body: Array(text.utf8)
        )
    }

    /// The page to click on, which comes back to authorize with the user's answer.
    static func approval(_ target: OrgRequestTarget) -> SimulatedResponse {
        let names = [
            "response_type", "client_id", "redirect_uri", "scope", "state", "code_challenge", "code_challenge_method",
        ]
        let query = names.compactMap { name in target[name].map { "\(name)=\($0.percentEncoded)" } }
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
