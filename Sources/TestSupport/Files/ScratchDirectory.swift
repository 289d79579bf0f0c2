import Foundation

/// A directory that only its owner can read, and that goes away with the test.
package final class ScratchDirectory: Sendable {
    package let path: String

    package init() throws {
        let url = FileManager.default.temporaryDirectory.appending(path: "signalbox-test-\(UUID().uuidString)")
        path = url.path(percentEncoded: false)
        try FileManager.default.createDirectory(
            atPath: path,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
    }

    deinit { remove() }

    /// Takes it away with all that is in it; for a `defer`, where nothing else keeps it until the end.
    package func remove() { try? FileManager.default.removeItem(atPath: path) }

    /// Writes a file and returns its path.
    @discardableResult
    package func write(_ text: String, to name: String) throws -> String {
        let file = path + "/" + name
        try text.write(toFile: file, atomically: true, encoding: .utf8)
        return file
    }
}

/// Gives a directory to `body` that goes away behind it.
package func withScratchDirectory<Result>(_ body: (String) async throws -> Result) async throws -> Result {
    let directory = try ScratchDirectory()
    defer { directory.remove() }
    return try await body(directory.path)
}
