import Foundation

/// A key pair that signs JWTs of the tests alone.
enum SigningKey {
    static func pem(_ name: String) throws -> String {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Keys").standardized
        return try String(contentsOf: folder.appending(path: name + ".pem"), encoding: .utf8)
    }
}
