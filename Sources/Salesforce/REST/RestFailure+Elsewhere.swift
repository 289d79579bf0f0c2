import Domain

/// Answers of something that is not the REST API, and sessions that are refused as soon as they are there.
extension RestFailure {
    /// Whether what answered is not the REST API: a redirect, a page, nothing at all. `listsVersions` says that the list
    /// of versions was asked for, which every org has.
    ///
    /// Servers that are busy or under maintenance answer with pages, too, but by 420, 429 or 5xx.
    package static func speaksOfMove(_ answer: HTTPAnswer, listsVersions: Bool = false) -> Bool {
        if answer.isRedirect { return true }
        let first = answer.body.first { $0 != 0x20 && $0 != 0x0A && $0 != 0x0D && $0 != 0x09 }
        let isPage = first == UInt8(ascii: "<")
        switch answer.status {
        case 200..<300: return listsVersions ? first != UInt8(ascii: "[") : isPage
        case 404, 410: return listsVersions || isPage || first == nil
        // Not 408, 413, 414: servers before the org say so by pages, and mean the request.
        case 400, 403, 405, 406, 421: return isPage
        default: return false
        }
    }

    /// What to say of it; `isLoginHost` where the endpoint address names this very host, so that no other can be asked.
    static func elsewhere(_ answer: HTTPAnswer, host: String, isLoginHost: Bool) -> SalesforceError {
        let what =
            if let address = answer.redirectAddress {
                "\(host) was reached, but redirects to \(address) where the org's REST API should be"
            } else if answer.isRedirect {
                "\(host) was reached, but redirects elsewhere (HTTP \(answer.status)) where the org's REST API should be"
            } else if answer.isSuccess {
                "\(host) was reached, but does not answer as the org's REST API does"
            } else {
                "\(host) was reached, but has no REST API of the org (HTTP \(answer.status))"
            }
        let way =
            isLoginHost
            ? "if the org has moved, set the endpoint address to its My Domain as it is now and connect again."
            : "the login server still names this host for the org, so it is asked again soon."
        return SalesforceError(.elsewhere, "\(what); \(way)", code: movedCode)
    }

    /// A 401 for a session that was got a moment ago. Chance ends some sessions at once, and a query's locator belongs to
    /// the session before: no reason to call a person. One after another is no chance.
    static func freshSessionRefused(_ answer: HTTPAnswer, timesInARow: Int) -> SalesforceError {
        let words = error(answer).providerMessage
        guard timesInARow >= hopelessRefusals else {
            return SalesforceError(
                .transient,
                "The org refuses a session that it has just given; it is tried again soon.",
                code: freshSessionCode,
                providerMessage: words
            )
        }
        return SalesforceError(
            .authorization,
            "The org refuses every new session at once; check the user's session settings, IP ranges and API access, "
                + "then connect again.",
            code: freshSessionCode,
            providerMessage: words
        )
    }

    private static let hopelessRefusals = 3
}
