import Domain
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

    @Test func `the setting takes a key in one line`() throws {
        let flat = Self.key.replacing("\n", with: " ")
        let configuration = try InstanceConfiguration(merging: [.init("oauth.jwt.private_key", .string(flat))])
        #expect(configuration.privateKey == Self.key)
    }
}
