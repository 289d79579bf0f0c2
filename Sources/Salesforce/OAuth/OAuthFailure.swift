package import Domain
import Primitives

/// Turns what the token endpoint answers into errors with the next step; refusals by `OAuthRefusal`'s table.
package enum OAuthFailure {
    /// An answer of the token endpoint that is not 2xx.
    package static func error(_ answer: HTTPAnswer, grant: GrantType? = nil) -> SalesforceError {
        if let json = try? JSON(parsing: answer.body), let code = json["error"]?.string {
            return error(
                code: code,
                description: json["error_description"]?.string,
                status: answer.status,
                grant: grant
            )
        }
        return notALogin(answer)
    }

    package static func error(
        code: String,
        description: String?,
        status: Int,
        grant: GrantType? = nil
    ) -> SalesforceError {
        let words = description.map { String($0.prefix(2000)) }
        guard let row = OAuthRefusal.row(code: code, description: description ?? "") else {
            return status == 420 || status == 429 || status >= 500
                ? SalesforceError(
                    .transient,
                    "Salesforce's login server failed; it is tried again soon.",
                    code: code,
                    providerMessage: words
                )
                : SalesforceError(
                    .authorization,
                    "The org refuses the login (\(code.prefix(60))); check the app and connect again.",
                    code: code,
                    providerMessage: words
                )
        }
        let kind: SalesforceError.Kind =
            switch row.verdict(for: grant) {
            case .busy, .passing: .transient
            case .needsPerson: .authorization
            }
        return SalesforceError(kind, row.sentence(for: grant), code: code, providerMessage: words)
    }

    /// Whether the same request is worth another try within the renewal.
    static func isBusy(_ error: SalesforceError) -> Bool {
        guard let code = error.code, error.kind == .transient else { return false }
        return OAuthRefusal.row(code: code, description: error.providerMessage ?? "")?.verdict == .busy
    }

    /// What answers is no token endpoint, or one that is under maintenance.
    static func notALogin(_ answer: HTTPAnswer) -> SalesforceError {
        if answer.status == 420 || answer.status == 429 || answer.status >= 500 {
            return SalesforceError(
                .transient,
                "Salesforce's login server is busy or under maintenance (HTTP \(answer.status)); it is tried again soon."
            )
        }
        if let address = answer.redirectAddress {
            return SalesforceError(
                .elsewhere,
                "The endpoint address was reached, but redirects to \(address); set it to the org's My Domain address, as it is now."
            )
        }
        return SalesforceError(
            .elsewhere,
            "The endpoint address was reached, but answers with HTTP \(answer.status) and not as Salesforce's login does; "
                + "set it to the org's My Domain address, such as https://acme.my.salesforce.com."
        )
    }
}

extension HTTPAnswer {
    /// Scheme and host that a redirect leads to; nil where it is none, or leads nowhere.
    package var redirectAddress: String? {
        guard isRedirect, let location = headers["location"], let authority = HTTPAddress.authority(of: location)
        else { return nil }
        return "\(location.lowercased().hasPrefix("http:") ? "http" : "https")://\(authority.prefix(255))"
    }

    /// 304 says that nothing has changed, and leads nowhere.
    package var isRedirect: Bool { (300..<400).contains(status) && status != 304 }
}
