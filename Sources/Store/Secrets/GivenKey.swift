package import Domain

/// A key that somebody keeps elsewhere than in the data directory: 32 bytes in base64 or hexadecimal.
package struct GivenKey: Sendable, Hashable, SecretBearing {
    package let text: Secret
    /// Where it stands, as sentences name it.
    package let source: String

    package init(_ text: Secret, source: String = "SIGNALBOX_KEY") {
        self.text = text
        self.source = source
    }
}
