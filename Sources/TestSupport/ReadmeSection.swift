import Foundation
package import Testing

/// A part of README that is written from a table of the program, between `<!-- name -->` and `<!-- /name -->`.
package enum ReadmeSection {
    /// Expects that part to be this text; with `RECORD_SCREENS=1` in the environment it is written there instead.
    package static func expect(_ name: String, _ markdown: String, sourceLocation: SourceLocation = #_sourceLocation)
        throws
    {
        let readme = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../README.md")
            .standardized
        let text = try String(contentsOf: readme, encoding: .utf8)
        let start = try #require(text.range(of: "<!-- \(name) -->\n"), sourceLocation: sourceLocation)
        let end = try #require(text.range(of: "<!-- /\(name) -->"), sourceLocation: sourceLocation)
        if ProcessInfo.processInfo.environment["RECORD_SCREENS"] != nil {
            let fresh = text[..<start.upperBound] + markdown + text[end.lowerBound...]
            try String(fresh).write(to: readme, atomically: true, encoding: .utf8)
        } else {
            #expect(text[start.upperBound..<end.lowerBound] == markdown, sourceLocation: sourceLocation)
        }
    }
}
