/// A key pair that signs JWTs of the tests alone.
package enum SigningKey {
    /// `private` or `public`.
    package static func pem(_ name: String) throws -> String { try SourceTree.text(of: "Tests/Keys/\(name).pem") }
}

/// Certificates for TLS on loopback, and the key of all of them.
package enum TLSKeys {
    /// `key`, `authority`, `valid` and the names of those that aren't.
    package static func pem(_ name: String) throws -> String { try SourceTree.text(of: "Tests/Keys/TLS/\(name).pem") }
}
