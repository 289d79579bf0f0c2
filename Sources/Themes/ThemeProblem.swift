/// What is wrong with a theme file, and where.
package struct ThemeProblem: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file's name.
    package let file: String
    /// From 1; nil if it concerns the file as a whole.
    package let line: Int?
    package let reason: String

    /// Whether another theme that it builds on was not there.
    let isMissingBase: Bool

    package init(file: String, line: Int? = nil, reason: String) {
        self.init(file: file, line: line, reason: reason, isMissingBase: false)
    }

    init(file: String, line: Int?, reason: String, isMissingBase: Bool) {
        self.file = file
        self.isMissingBase = isMissingBase
        self.line = line
        self.reason = reason
    }

    package var description: String {
        line.map { "\(file), line \($0): \(reason)" } ?? "\(file): \(reason)"
    }
}
