/// What is wrong with a theme file, and where.
package struct ThemeProblem: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file's name.
    package let file: String
    /// From 1; nil if it concerns the file as a whole.
    package let line: Int?
    package let reason: String

    package init(file: String, line: Int? = nil, reason: String) {
        self.file = file
        self.line = line
        self.reason = reason
    }

    package var description: String {
        line.map { "\(file), line \($0): \(reason)" } ?? "\(file): \(reason)"
    }
}
