import Domain
import FoundationEssentials
import Primitives

/// A private key in a file of its own.
enum KeyFile {
    /// - Throws: `CommandFailure` that names the file.
    static func read(_ path: String) throws(CommandFailure) -> String {
        let directories = StandardDirectories(ProcessInfo.processInfo.environment)
        let path = (try? directories.expand(path)) ?? path
        let bytes: [UInt8]
        do throws(BoundedFile.Fault) {
            bytes = try BoundedFile.read(path, atMost: SigningKeyText.maximumBytes)
        } catch {
            throw CommandFailure(
                error == .tooLarge
                    ? "\(path) is larger than a key can be; name the file of the key alone."
                    : "\(path) \(error.clause); name a file that you may read."
            )
        }
        let text = String(decoding: bytes, as: UTF8.self)
        if let clause = SigningKeyText.fault(in: text) { throw CommandFailure("\(path) \(clause).") }
        return text
    }
}
