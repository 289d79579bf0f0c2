/// Unguessable text: base64url of bytes from the system's generator.
package enum RandomToken {
    package static func make(bytes count: Int) -> String {
        var generator = SystemRandomNumberGenerator()
        return Base64.encodeURLSafe((0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) })
    }
}
