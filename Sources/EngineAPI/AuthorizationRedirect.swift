/// The query with which Salesforce sends a browser back (RFC 6749, 4.1.2).
package struct AuthorizationRedirect: Sendable, Hashable {
    /// Names the authorization.
    package var state: String?
    package var code: String?
    package var error: String?
    package var errorDescription: String?

    package init(state: String?, code: String?, error: String?, errorDescription: String?) {
        self.state = state
        self.code = code
        self.error = error
        self.errorDescription = errorDescription
    }
}

/// What came of a redirect.
package enum RedirectOutcome: Sendable, Hashable {
    /// It brought neither a code nor an error.
    case empty
    /// No authorization waits for it.
    case unexpected
    case granted
    /// The org said no, in these words.
    case refused(String)
}
