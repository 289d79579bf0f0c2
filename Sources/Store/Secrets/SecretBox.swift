import Crypto
import Domain
package import Foundation

/// Seals secrets with AES-GCM, each bound to a context, that is where it is stored.
package struct SecretBox: Sendable, SecretBearing {
    /// The context of what tells whether this is the store's key.
    package static let check = "key"
    /// The context of a key that came after another one.
    package static let successor = "key after"

    private let key: SymmetricKey

    package init(_ key: SecretKey) { self.key = key.key }

    /// Nonce, ciphertext and tag; `context` must be given again to open it.
    package func seal(_ text: String, context: String) throws -> Data {
        let box = try AES.GCM.seal(Data(text.utf8), using: key, authenticating: Data(context.utf8))
        guard let combined = box.combined else { throw StoreError(.other, "A secret could not be encrypted.") }
        return combined
    }

    package func opens(_ sealed: Data, context: String) -> Bool { (try? open(sealed, context: context)) != nil }

    package func open(_ sealed: Data, context: String) throws(StoreError) -> String {
        do {
            let plain = try AES.GCM.open(
                try AES.GCM.SealedBox(combined: sealed),
                using: key,
                authenticating: Data(context.utf8)
            )
            return String(decoding: plain, as: UTF8.self)
        } catch {
            throw StoreError(
                .corrupt,
                "The key does not open the secrets of this data directory; give the key that it was made with "
                    + "(its key file, or SIGNALBOX_KEY)."
            )
        }
    }
}
