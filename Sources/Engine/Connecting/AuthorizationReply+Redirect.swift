package import EngineAPI
import Salesforce

extension BrowserAuthorizations {
    /// Accepts what a redirect brought; nothing changes if nothing waits for it.
    package func accept(_ redirect: AuthorizationRedirect) -> RedirectOutcome {
        let reply = AuthorizationReply(
            state: redirect.state,
            code: redirect.code,
            error: redirect.error,
            description: redirect.errorDescription
        )
        guard let reply else { return .empty }
        guard accept(reply) else { return .unexpected }
        return switch reply.outcome {
        case .code: .granted
        case .refused(let error): .refused(error.providerMessage ?? error.code ?? "no")
        }
    }
}

extension AuthorizationRedirect {
    /// An address that a browser could have ended on with this, for a node elsewhere to read as if it was pasted.
    package var address: String {
        let query = URLText.form([
            ("state", state), ("code", code), ("error", error), ("error_description", errorDescription),
        ])
        return "https://localhost/?" + query
    }
}
