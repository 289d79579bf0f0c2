import Foundation
import Testing

/// A second store shares the rules, so that none may be written in one store's terms.
struct RulePurityTests {
    private static let sources = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appending(path: "../../../Sources/Store").standardizedFileURL

    private func files(_ folder: String) throws -> [URL] {
        let folder = Self.sources.appending(path: folder)
        let found = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
        return (found?.allObjects as? [URL] ?? []).filter { $0.pathExtension == "swift" }
    }

    @Test(arguments: ["Rules", "Protocols", "Secrets"])
    func `neither rules nor protocols know SQL or its library`(folder: String) throws {
        let files = try files(folder)
        #expect(files.count > 1)
        let words = ["import GRDB", "import CSQLite", "SELECT ", "INSERT ", "UPDATE ", "DELETE FROM", "Database)"]
        for file in files {
            let text = try String(contentsOf: file, encoding: .utf8)
            for word in words { #expect(!text.contains(word), "\(file.lastPathComponent): \(word)") }
        }
    }

    @Test func `no state is named by a number of its own outside the migrations`() throws {
        // Codes stand once, in `Codes`; the conditions of partial indexes are the exception.
        let known = ["state = 0 ORDER BY id", "state = 0 AND", "state = 2 AND", "state = 2\"", "a.replay = 0"]
        for file in try files("SQLite") where file.lastPathComponent != "Schema.swift" {
            var text = try String(contentsOf: file, encoding: .utf8)
            for words in known { text = text.replacing(words, with: "") }
            #expect(
                text.firstMatch(of: /(state|change|source|replay) (=|IN) \(?[0-9]/) == nil,
                "\(file.lastPathComponent)"
            )
        }
    }
}
