import Foundation
import Interface
import Testing

struct ReadmeTests {
    /// `RECORD_SCREENS=1` writes the table into README.
    @Test func readmesKeyListIsTheTableOfActions() throws {
        let readme = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../README.md")
            .standardized
        let text = try String(contentsOf: readme, encoding: .utf8)
        let start = try #require(text.range(of: "<!-- keys -->\n"))
        let end = try #require(text.range(of: "<!-- /keys -->"))
        if ProcessInfo.processInfo.environment["RECORD_SCREENS"] != nil {
            let fresh = text[..<start.upperBound] + ActionTable.markdown + text[end.lowerBound...]
            try String(fresh).write(to: readme, atomically: true, encoding: .utf8)
        } else {
            #expect(text[start.upperBound..<end.lowerBound] == ActionTable.markdown)
        }
    }
}
