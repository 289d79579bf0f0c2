import Domain
import Glibc
import Primitives
import Store

/// The key that stored secrets are encrypted with, where it stands elsewhere than in the data directory.
enum SealingKey {
    /// The name of the systemd credential (`LoadCredential=`, `LoadCredentialEncrypted=`).
    static let credential = "signalbox-key"
    private static let mostBytes = 4096

    /// That of `SIGNALBOX_KEY`, else of the credential; nil: the key file of the data directory.
    ///
    /// - Throws: `UsageError` for a variable that holds no key, `CommandFailure` for a credential that is there and can't be
    ///   read.
    static func given(_ environment: [String: String]) throws -> GivenKey? {
        if let key = try key(environment, "SIGNALBOX_KEY") { return key }
        guard let directory = environment["CREDENTIALS_DIRECTORY"], !directory.isEmpty else { return nil }
        let path = directory + "/" + credential
        guard unsafe access(path, F_OK) == 0 else { return nil }
        guard let bytes = try? BoundedFile.read(path, atMost: mostBytes) else {
            throw CommandFailure("The credential \(path) can't be read; it is to hold 32 bytes in base64.")
        }
        return GivenKey(Secret(String(decoding: bytes, as: UTF8.self)), source: path)
    }

    /// The one that a rotation puts in its place.
    static func next(_ environment: [String: String]) throws(UsageError) -> GivenKey? {
        try key(environment, "SIGNALBOX_NEW_KEY")
    }

    private static func key(_ environment: [String: String], _ name: String) throws(UsageError) -> GivenKey? {
        guard let text = environment[name], !text.isEmpty else { return nil }
        let key = GivenKey(Secret(text), source: name)
        do throws(StoreError) { _ = try SecretKey(key) } catch { throw UsageError(error.message) }
        return key
    }
}
