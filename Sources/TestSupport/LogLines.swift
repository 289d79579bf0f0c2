package import Logging
import Primitives

extension Logger {
    /// Says nothing.
    package static var quiet: Logger { Logger(label: "test") { _ in SwiftLogNoOpLogHandler() } }
}

/// What was logged.
package final class LogLines: Sendable {
    private let entries = Locked<[(level: Logger.Level, line: String)]>([])

    package init() {}

    package var logger: Logger { Logger(label: "test") { _ in Handler(lines: self) } }

    /// Each with its metadata behind it, if it has any.
    package var all: [String] { lines { _ in true } }

    package func lines(_ isWanted: (Logger.Level) -> Bool) -> [String] {
        entries.withLock { $0.filter { isWanted($0.level) }.map(\.line) }
    }

    private struct Handler: LogHandler {
        let lines: LogLines
        var logLevel = Logger.Level.trace
        var metadata = Logger.Metadata()

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let metadata = event.metadata.map { " \($0)" } ?? ""
            lines.entries.withLock { $0.append((event.level, "\(event.message)\(metadata)")) }
        }
    }
}
