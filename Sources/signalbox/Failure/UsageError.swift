/// Wrong use: one sentence that names the option, variable or key and the way out. Exit status 2.
struct UsageError: Error, Sendable, Hashable, CustomStringConvertible {
    let message: String

    init(_ message: String) { self.message = message }

    var description: String { message }
}

/// It was asked for properly and failed: one sentence with the cause and what to do. Exit status 1.
struct CommandFailure: Error, Sendable, Hashable, CustomStringConvertible {
    let message: String

    init(_ message: String) { self.message = message }

    var description: String { message }
}
