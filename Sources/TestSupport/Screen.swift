package import Drawing
package import Testing

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A canvas of a fixed size that a test draws on and compares with a recorded picture.
package struct Screen: Sendable {
    package private(set) var canvas: Canvas

    package init(_ width: Int, _ height: Int, glyphs: Glyphs = .unicode) {
        canvas = Canvas(size: Size(width: width, height: height), glyphs: glyphs)
    }

    /// A screen that shows what a view drew elsewhere.
    package init(_ canvas: Canvas) {
        self.canvas = canvas
    }

    /// Draws on top of what stands there.
    package mutating func draw(_ body: (inout Canvas) -> Void) {
        body(&canvas)
    }

    /// The letters on the screen.
    package var text: String { canvas.text }

    /// One row of the letters; empty below the screen.
    package func row(_ index: Int) -> String {
        let rows = text.split(separator: "\n", omittingEmptySubsequences: false)
        return rows.indices.contains(index) ? String(rows[index]) : ""
    }

    /// Letters, roles and surfaces as they are recorded: three blocks, the last only if there are surfaces.
    package var recording: String {
        let size = canvas.size
        var blocks = ["── text \(size.width)×\(size.height)", canvas.text, "── roles", canvas.roles]
        let grounds = canvas.grounds
        if grounds.contains(where: { !$0.isNewline }) { blocks += ["── surfaces", grounds] }
        return blocks.joined(separator: "\n") + "\n"
    }

    /// Compares with `Tests/InterfaceTests/Screens/<name>.txt`; with `RECORD_SCREENS=1` writes it instead.
    package func expectGolden(_ name: String, sourceLocation: SourceLocation = #_sourceLocation) {
        let file = Self.folder.appending(path: "\(name).txt")
        if ProcessInfo.processInfo.environment["RECORD_SCREENS"] == "1" {
            do {
                try Data(recording.utf8).write(to: file)
            } catch {
                Issue.record("cannot record \(file.path): \(error)", sourceLocation: sourceLocation)
            }
            return
        }
        guard let data = try? Data(contentsOf: file) else {
            Issue.record(
                "\(name) is not recorded yet; RECORD_SCREENS=1 records this:\n\(recording)",
                sourceLocation: sourceLocation
            )
            return
        }
        let expected = String(decoding: data, as: UTF8.self)
        guard expected != recording else { return }
        Issue.record(
            """
            \(name) differs from its recording (RECORD_SCREENS=1 accepts what is drawn now).
            \(Self.firstDifference(expected, recording))
            expected:
            \(expected)
            drawn:
            \(recording)
            """,
            sourceLocation: sourceLocation
        )
    }

    private static let folder = URL(filePath: #filePath)
        .deletingLastPathComponent()
        .deletingLastPathComponent()
        .deletingLastPathComponent()
        .appending(path: "Tests/InterfaceTests/Screens")

    private static func firstDifference(_ expected: String, _ drawn: String) -> String {
        let left = expected.split(separator: "\n", omittingEmptySubsequences: false)
        let right = drawn.split(separator: "\n", omittingEmptySubsequences: false)
        for index in 0..<max(left.count, right.count) {
            let old = index < left.count ? String(left[index]) : "(no such line)"
            let new = index < right.count ? String(right[index]) : "(no such line)"
            if old != new { return "first difference in line \(index + 1):\n- \(old)\n+ \(new)" }
        }
        return "only line ends differ"
    }
}
