import Domain
import Primitives
import Testing

/// Keys and addresses with something around them that came along with the paste.
struct PastedTextTests {
    private static let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

    private func read(_ key: ConfigurationKey, _ text: String) throws(ConfigurationRejected) -> InstanceConfiguration {
        try InstanceConfiguration(merging: [.init(key.rawValue, .string(text))])
    }

    @Test(
        "A signing secret is found in what was pasted",
        arguments: [
            " \(secret)", "\(secret)\n", "\r\n\(secret)\t", "\u{FEFF}\(secret)\u{200B}", "\"\(secret)\"",
            "'\(secret)' ", "\u{201C}\(secret)\u{201D}", "v1,\(secret)", " \"v1,\(secret)\"\n", "\u{A0}\(secret)",
        ]
    )
    func signingSecrets(_ text: String) throws {
        #expect(try read(.signatureKey, text).signatureKey.exposed == Self.secret)
    }

    @Test(
        "A key that could never verify is refused, and the field named",
        arguments: [
            "whsec_MfKQ9r8GK\nYqrTwjUPD8ILPZIo2LaLaSw", "my\u{200B}key", "\"my key\"", "whsec_not base64", "a\nb",
            " lead", "trail \n", "\ttab", "key\u{A0}",
            // What those who verify read as other bytes, or not at all.
            "whsec___79_v_-__79_v_-__79_v_-__79_v_-", "whsec_cXFxcXFxcXFxcXFxcXFxcXFxcXFxcXFxcQ",
        ]
    )
    func refused(_ text: String) {
        #expect {
            try read(.signatureKey, text)
        } throws: {
            "\($0)".hasPrefix("Callback Notification Signature Key ")
        }
    }

    @Test("A plain key keeps the blanks inside it")
    func plain() throws {
        for text in ["my own key\n", "\u{FEFF}my own key\u{200B}\r\n", "\nmy own key"] {
            #expect(try read(.signatureKey, text).signatureKey == "my own key")
        }
    }

    @Test("A key that was stored before goes on signing, though it would be refused today")
    func stored() {
        var configuration = InstanceConfiguration()
        let issue = configuration.set(.signatureKey, to: .string("whsec___79_v_-__79_v_-"))
        #expect(issue == nil && configuration.signatureKey == "whsec___79_v_-__79_v_-")
        #expect(configuration.issues.contains { $0.key == .signatureKey })
    }

    static let tokens: [ConfigurationKey] = [.apiKey, .apiSecret, .refreshToken]

    @Test("Tokens are cleaned around and refused with something within", arguments: tokens)
    func cleanTokens(_ key: ConfigurationKey) throws {
        let configuration = try read(key, "\u{200B} \"3MVG9.abc\"\r\n")
        let value = configuration.settings.first { $0.key == key.rawValue }?.value
        #expect(value == "3MVG9.abc")
        for text in ["3MVG9 abc", "3MVG9\nabc", "3MVG9\u{200B}abc"] {
            #expect(throws: ConfigurationRejected.self) { try read(key, text) }
        }
    }

    @Test(
        "Addresses are cleaned around",
        arguments: [" https://a.example/x\n", "\"https://a.example/x\"", "\u{FEFF}https://a.example/x"]
    )
    func addresses(_ text: String) throws {
        #expect(try read(.callbackURL, text).callbackURL == "https://a.example/x")
        let host = text.replacing("/x", with: "")
        #expect(try read(.baseURL, host).baseURL == "https://a.example")
    }

    @Test("A password loses line ends alone")
    func passwords() throws {
        #expect(try read(.password, " \"pass word\" \n").password == " \"pass word\" ")
        #expect(throws: ConfigurationRejected.self) { try read(.password, "pass\u{200B}word") }
    }
}
