import Crypto
package import Domain
package import Primitives

/// A token of the management API beside the two secrets: for one program or person, with a scope, and revoked by itself.
/// Only its hash is kept: 256 random bits need no slow one.
package struct NamedToken: Sendable, Hashable {
    package let name: String
    package let scope: AccessScope
    package let created: Timestamp
    /// SHA-256 of its text.
    let hash: [UInt8]

    static let prefix = "sbt_"

    package init(name: String, scope: AccessScope, created: Timestamp, token: Secret) {
        self.name = name
        self.scope = scope
        self.created = created
        hash = Self.hash(token.exposed)
    }

    /// A fresh text, which nobody sees again.
    package static func makeText() -> Secret { Secret(prefix + RandomToken.make(bytes: 32)) }

    /// Letters, digits, `.`, `-` and `_`, at most 64.
    package static func isName(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F: true
                default: false
                }
            }
    }

    static func hash(_ text: String) -> [UInt8] { Array(SHA256.hash(data: Array(text.utf8))) }

    // MARK: As it is kept

    init?(_ json: JSON) {
        guard let name = json["name"]?.string, Self.isName(name),
            let scope = json["scope"]?.string.flatMap(AccessScope.init),
            let hash = json["sha256"]?.string.flatMap({ Base64.decode($0) }), hash.count == SHA256.byteCount,
            let created = json["created"]?.string.flatMap({ Timestamp(parsing: $0) })
        else { return nil }
        self.name = name
        self.scope = scope
        self.hash = hash
        self.created = created
    }

    var json: JSON {
        [
            "name": .string(name), "scope": .string(scope.rawValue), "created": .string(created.iso),
            "sha256": .string(Base64.encode(hash)),
        ]
    }
}
