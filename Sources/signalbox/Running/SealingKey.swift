import Domain
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
        // Only where there is none another key is meant.
        guard FilePresence(of: path) != .missing else { return nil }
        let bytes: [UInt8]
        do throws(BoundedFile.Fault) { bytes = try BoundedFile.read(path, atMost: mostBytes) } catch {
            throw CommandFailure("The credential \(path) \(error.clause); it is to hold 32 bytes in base64.")
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
