import Domain
import Terminal
import Themes

extension TerminalError: SentenceError {}
extension ThemeProblem: SentenceError {}

/// Wrong use: one sentence that names the option, variable or key and the way out. Exit status 2.
struct UsageError: SentenceError, Sendable, Hashable {
    let message: String

    init(_ message: String) { self.message = message }

    var description: String { message }
}

/// It was asked for properly and failed: one sentence with the cause and what to do. Exit status 1.
struct CommandFailure: SentenceError, Sendable, Hashable {
    let message: String

    init(_ message: String) { self.message = message }

    var description: String { message }
}
