import Domain
import EngineAPI
import HTTPTypes

/// Where Salesforce sends the browser back to.
enum OAuthRoutes {
    static let callbackPath = "/oauth/callback"

    static let routes: [Route] = [
        Route(
            method: .get,
            template: callbackPath,
            operation: "takeRedirect",
            access: .open,
            summary: "Takes the redirect of an authorization that waits for it.",
            parameters: [
                .init(name: "state", summary: "Names the authorization.", isRequired: true),
                .init(name: "code", summary: "The authorization code."),
                .init(name: "error", summary: "Why access was not granted."),
                .init(name: "error_description", summary: "The same in words."),
            ],
            answer: .text("text/html", "A page for the person: access was granted, or it was not."),
            otherAnswers: [.text("text/html", "A page for the person: nothing waits for this.", status: 400)]
        ) { await callback($0) }
    ]

    private static func callback(_ call: Call) async -> Reply {
        let redirect = AuthorizationRedirect(
            state: call.target["state"],
            code: call.target["code"],
            error: call.target["error"],
            errorDescription: call.target["error_description"]
        )
        switch await call.engine.acceptRedirect(redirect) {
        case .empty:
            return page(
                .badRequest,
                "Nothing to do",
                "This page is where Salesforce sends the browser after you grant access; it brought no code."
            )
        case .unexpected:
            return page(
                .badRequest,
                "Nothing waits for this",
                "The authorization was completed before, given up, or begun elsewhere. Begin again in Signalbox."
            )
        case .granted:
            return page(.ok, "Access granted", "Signalbox goes on by itself. You can close this page.")
        case .refused(let words):
            return page(.ok, "Access was not granted", "Salesforce says: \(words). Begin again in Signalbox.")
        }
    }

    private static func page(_ status: HTTPResponse.Status, _ title: String, _ text: String) -> Reply {
        let html = """
            <!doctype html><html lang="en"><meta charset="utf-8"><title>Signalbox</title>\
            <meta name="viewport" content="width=device-width">\
            <style>body{font:1.1rem/1.5 system-ui,sans-serif;max-width:32rem;margin:20vh auto;padding:0 1rem}</style>\
            <h1>\(escape(title))</h1><p>\(escape(text))</p></html>
            """
        var reply = Reply.text(html, type: "text/html; charset=utf-8")
        reply.status = status
        reply.headers[.contentSecurityPolicy] = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
        // The address holds the code; it goes to nobody.
        reply.headers[.referrerPolicy] = "no-referrer"
        return reply
    }

    private static func escape(_ text: String) -> String {
        String(text.prefix(500)).replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            .replacing("\"", with: "&quot;").replacing("'", with: "&#39;")
    }
}

extension HTTPField.Name {
    static let referrerPolicy = known("Referrer-Policy")
}
