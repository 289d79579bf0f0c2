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
}
