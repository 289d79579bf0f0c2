/// What came back from the org's consent page: a code, with the state where a whole redirect was given.
package struct AuthorizationReply: Sendable, Hashable {
    package let code: String
    package let state: String?

    /// Reads a pasted redirect URL or a bare code.
    ///
    /// - Throws: `SalesforceError` where the org refused or nothing like a code is there.
    package init(parsing text: String) throws(SalesforceError) {
        let text = text.trimmedLine
        guard let mark = text.firstIndex(of: "?"), text.contains("://") || text.hasPrefix("/") || text.hasPrefix("?")
        else {
            guard !text.isEmpty, !text.contains(where: \.isWhitespace) else {
                throw SalesforceError(
                    .authorization,
                    "There is no authorization code; paste the code or the whole address that the browser ended on."
                )
            }
            self.code = text.contains("%") ? URLText.decode(text) : text
            self.state = nil
            return
        }
        let query = text[text.index(after: mark)...].prefix { $0 != "#" }
        let pairs = URLText.pairs(query)
        func value(_ name: String) -> String? { pairs.first { $0.name == name }?.value }
        if let error = value("error") {
            throw OAuthFailure.error(code: error, description: value("error_description"), status: 400)
        }
        guard let code = value("code"), !code.isEmpty else {
            throw SalesforceError(
                .authorization,
                "That address carries no code; paste the address that the browser ended on after access was allowed."
            )
        }
        self.code = code
        self.state = value("state")
    }
}

extension String {
    fileprivate var trimmedLine: String {
        var part = Substring(self)
        while part.first?.isWhitespace == true { part.removeFirst() }
        while part.last?.isWhitespace == true { part.removeLast() }
        return String(part)
    }
}
