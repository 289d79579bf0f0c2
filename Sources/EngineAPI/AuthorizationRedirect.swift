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

    /// An address that a browser could have ended on with this, for a node elsewhere to read as if it was pasted.
    package var address: String {
        let parts = [("state", state), ("code", code), ("error", error), ("error_description", errorDescription)]
        let query = parts.compactMap { name, value in value.map { "\(name)=" + Self.encoded($0) } }
        return "https://localhost/?" + query.joined(separator: "&")
    }

    private static func encoded(_ text: String) -> String {
        text.utf8.map { byte in
            let isPlain =
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                || [0x2D, 0x2E, 0x5F, 0x7E].contains(byte)
            if isPlain { return String(Character(Unicode.Scalar(byte))) }
            return (byte < 16 ? "%0" : "%") + String(byte, radix: 16, uppercase: true)
        }.joined()
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
