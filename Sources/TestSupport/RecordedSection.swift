import Foundation
package import Testing

/// A part of a document that is written from a table of the program, between `<!-- name -->` and `<!-- /name -->`.
///
/// ```swift
/// @Test func `README has every setting`() throws {
///     try RecordedSection.expect("settings", Setting.markdown)
/// }
/// ```
package enum RecordedSection {
    /// Expects that part of a document, named by its path from the package's folder, to be this text; with
    /// `RECORD_SCREENS=1` in the environment it is written there instead.
    package static func expect(
        _ name: String,
        _ markdown: String,
        in document: String = "README.md",
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let file = SourceTree.root.appending(path: document)
        let text = try String(contentsOf: file, encoding: .utf8)
        let start = try #require(text.range(of: "<!-- \(name) -->\n"), sourceLocation: sourceLocation)
        let end = try #require(text.range(of: "<!-- /\(name) -->"), sourceLocation: sourceLocation)
        if ProcessInfo.processInfo.environment["RECORD_SCREENS"] != nil {
            let fresh = text[..<start.upperBound] + markdown + text[end.lowerBound...]
            try String(fresh).write(to: file, atomically: true, encoding: .utf8)
        } else {
            #expect(text[start.upperBound..<end.lowerBound] == markdown, sourceLocation: sourceLocation)
        }
    }
}
