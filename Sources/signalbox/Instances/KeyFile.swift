import FoundationEssentials

/// A private key in a file of its own.
enum KeyFile {
    private static let maximumBytes = 64 << 10

    /// - Throws: `CommandFailure` that names the file.
    static func read(_ path: String) throws(CommandFailure) -> String {
        let directories = StandardDirectories(ProcessInfo.processInfo.environment)
        guard let path = try? directories.expand(path), let data = FileManager.default.contents(atPath: path) else {
            throw CommandFailure("\(path) can't be read; check the path and its permissions.")
        }
        guard data.count <= maximumBytes else { throw CommandFailure("\(path) is larger than a key can be.") }
        let text = String(decoding: data, as: UTF8.self)
        guard text.contains("-----BEGIN"), text.contains("PRIVATE KEY-----") else {
            throw CommandFailure("\(path) holds no private key in PEM form (-----BEGIN PRIVATE KEY-----).")
        }
        return text
    }
}
