import Domain
import Foundation
import Testing

/// The article about limits and the limits themselves.
struct LimitsTests {
    @Test func `the article says what the program does`() throws {
        let article = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Sources/signalbox/Signalbox.docc/Limits.md").standardized
        let rows = try String(contentsOf: article, encoding: .utf8).split(separator: "\n")
            .filter { $0.hasPrefix("| ") && !$0.hasPrefix("| limit") && !$0.hasPrefix("| ---") }
            .map { $0.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) } }
        #expect(
            rows.map { $0.prefix(2).joined(separator: " = ") } == Limit.allCases.map { "\($0.rawValue) = \($0.text)" }
        )
    }
}
