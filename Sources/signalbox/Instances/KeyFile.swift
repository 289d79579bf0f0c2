import Domain
import FoundationEssentials

/// A private key in a file of its own.
enum KeyFile {
    /// - Throws: `CommandFailure` that names the file.
    static func read(_ path: String) throws(CommandFailure) -> String {
        let directories = StandardDirectories(ProcessInfo.processInfo.environment)
        guard let path = try? directories.expand(path), let data = FileManager.default.contents(atPath: path) else {
            throw CommandFailure("\(path) can't be read; check the path and its permissions.")
        }
        guard data.count <= SigningKeyText.maximumBytes else {
            throw CommandFailure("\(path) is larger than a key can be; name the file of the key alone.")
        }
        let text = String(decoding: data, as: UTF8.self)
        if let clause = SigningKeyText.fault(in: text) { throw CommandFailure("\(path) \(clause).") }
        return text
    }
}
