import Domain
import Foundation
import Primitives
import TestSupport
import Testing

struct PEMTests {
    private static let key =
        "-----BEGIN PRIVATE KEY-----\n" + String(repeating: "A", count: 64) + "\nBBBB\n-----END PRIVATE KEY-----\n"

    @Test(arguments: [" ", "", "\n", "\r\n", "\\n"])
    func `a key finds its lines again, however they were lost`(separator: String) {
        let flat = Self.key.split(separator: "\n").joined(separator: separator)
        #expect(PEM.normalized(flat) == Self.key)
    }

    @Test(arguments: ["", "nonsense", "-----BEGIN PRIVATE KEY-----", "********"])
    func `what is no key stays as it is`(text: String) { #expect(PEM.normalized(text) == text) }

    @Test func `the setting takes a key in one line, and the key out of a bundle`() throws {
        let key = try Self.file("../private")
        for text in [key.replacing("\n", with: " "), try Self.file("bundle")] {
            let configuration = try InstanceConfiguration(merging: [.init("oauth.jwt.private_key", .string(text))])
            #expect(configuration.privateKey.exposed == key)
        }
    }

    /// Each thing that people take for the key, with what its sentence has to say.
    static let mistaken: [(file: String, says: String)] = [
        ("encrypted", "passphrase"), ("encrypted-traditional", "passphrase"), ("rsa-public", "is a public key"),
        ("../public", "is a public key"), ("certificate", "is a certificate"), ("request", "request for a certificate"),
        ("ec", "key for EC,"), ("ec-traditional", "key for EC,"), ("ed25519", "key for EdDSA,"),
        ("pss", "key for RSA-PSS,"), ("short", "has 1024 bits"), ("openssh", "OpenSSH's own form"),
    ]

    @Test(
        "What is no key for signing is refused when the settings are, each by a sentence of its own",
        arguments: mistaken
    )
    func mistakenKeys(_ example: (file: String, says: String)) throws {
        let text = try Self.file(example.file)
        for spelled in [text, text.replacing("\n", with: " "), text.replacing("\n", with: "\\n")] {
            let message = try Self.refusal(spelled)
            #expect(message.hasPrefix("JWT private key ") && message.contains(example.says), "\(message)")
            // It says what to do, too.
            #expect(message.contains("; "), "\(message)")
        }
    }

    @Test("Texts that hold no whole key")
    func broken() throws {
        let key = try Self.file("../private")
        let lines = key.split(separator: "\n")
        let examples: [(text: String, says: String)] = [
            (" \n", "is empty"), ("secret", "not in PEM form"), ("PuTTY-User-Key-File-2: ssh-rsa", "PuTTY"),
            (String(key.prefix(key.count / 2)), "is cut off"),
            ((lines.prefix(10) + lines.suffix(1)).joined(separator: "\n"), "is damaged"),
            (key.replacing("M", with: "!"), "is damaged"),
            ("-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n", "is damaged"),
            ("-----BEGIN PGP MESSAGE-----\nabcd\n-----END PGP MESSAGE-----\n", "is no private key"),
            (String(repeating: "a", count: 70_000), "longer than a key"),
        ]
        var sentences: Set<String> = []
        for (text, says) in examples {
            let message = try Self.refusal(text)
            #expect(message.contains(says), "\(message)")
            sentences.insert(message)
        }
        #expect(sentences.count == examples.count - 2)
    }

    @Test("A key is a key however it is wrapped, and any cut or turned byte never ends the program")
    func sound() throws {
        for file in ["../private", "traditional", "bundle"] {
            #expect(SigningKeyText.fault(in: try Self.file(file)) == nil)
        }
        let key = try Self.file("traditional")
        var random = SystemRandomNumberGenerator()
        for length in stride(from: 0, to: key.count, by: 7) {
            let cut = String(key.prefix(length)) + "\n-----END RSA PRIVATE KEY-----\n"
            #expect(SigningKeyText.fault(in: cut) != nil || length > key.count - 40)
            var bytes = Array(key.utf8)
            bytes[length] = UInt8.random(in: 32...126, using: &random)
            _ = SigningKeyText.fault(in: String(decoding: bytes, as: UTF8.self))
        }
    }

    private static func refusal(_ text: String) throws -> String {
        do {
            _ = try InstanceConfiguration(merging: [.init("oauth.jwt.private_key", .string(text))])
            return "nothing was refused"
        } catch {
            #expect(error.issues.map(\.key) == [.privateKey])
            return error.description
        }
    }

    private static func file(_ name: String) throws -> String {
        try SigningKey.pem("JWT/" + name)
    }
}
