/// What came back from the org's consent page: a code or a refusal, with the state where a whole address was given.
package struct AuthorizationReply: Sendable, Hashable {
    package enum Outcome: Sendable, Hashable {
        case code(String)
        case refused(SalesforceError)
    }

    package let outcome: Outcome
    package let state: String?
    /// Whether it is a code alone, which can't tell which attempt it belongs to.
    package let isBare: Bool

    /// What a redirect carried; nil if it carried neither a code nor an error.
    package init?(state: String?, code: String?, error: String?, description: String?) {
        if let error, !error.isEmpty {
            outcome = .refused(OAuthFailure.error(code: error, description: description, status: 400))
        } else if let code, !code.isEmpty {
            outcome = .code(code)
        } else {
            return nil
        }
        self.state = state
        isBare = false
    }

    /// Reads a pasted redirect address or a bare code.
    ///
    /// - Throws: `SalesforceError` where nothing like a code is there.
    package init(parsing text: String) throws(SalesforceError) {
        // Terminals break long lines, and people copy the breaks.
        let text = String(text.filter { !$0.isNewline }).trimmedLine
        guard let mark = text.firstIndex(of: "?"), text.contains("://") || text.hasPrefix("/") || text.hasPrefix("?")
        else {
            guard !text.contains(where: \.isWhitespace) || text.contains("://") else {
                throw SalesforceError(
                    .authorization,
                    "A code has no blanks; copy it whole and alone, or the whole address that the browser ended on."
                )
            }
            guard !text.isEmpty, !text.contains(where: \.isWhitespace), !text.contains("://") else {
                throw SalesforceError(
                    .authorization,
                    "There is no authorization code; paste the code or the whole address that the browser ended on."
                )
            }
            outcome = .code(text.contains("%") ? URLText.decode(text) : text)
            state = nil
            isBare = true
            return
        }
        let query = text[text.index(after: mark)...].prefix { $0 != "#" }
        let pairs = URLText.pairs(query)
        func value(_ name: String) -> String? { pairs.first { $0.name == name }?.value }
        guard
            let reply = AuthorizationReply(
                state: value("state"),
                code: value("code"),
                error: value("error"),
                description: value("error_description")
            )
        else {
            throw SalesforceError(
                .authorization,
                "That address carries no code; paste the address that the browser ended on after access was allowed."
            )
        }
        self = reply
    }

    /// The code.
    ///
    /// - Throws: `SalesforceError` where the org refused.
    package var code: String {
        get throws(SalesforceError) {
            switch outcome {
            case .code(let code): return code
            case .refused(let error): throw error
            }
        }
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
