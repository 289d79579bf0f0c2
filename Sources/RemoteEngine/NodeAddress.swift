package import Domain

/// Where a node is, and what it is asked with.
package struct NodeAddress: Sendable, Hashable, SecretBearing {
    /// Scheme, host and port, with a path where a proxy has one; no slash at the end.
    package let url: String
    /// The management user secret.
    package let token: Secret

    package init(url: String, token: Secret) {
        self.url = url
        self.token = token
    }

    /// What a person hears whose token is wrong.
    package static func refusesToken(at url: String) -> String {
        "The node at \(url) refuses the token; `signalbox credentials` beside it shows the right one."
    }
}
