import Logging

extension Logger {
    /// A logger that writes lines to standard error.
    static func diagnostics(_ level: Logger.Level, label: String = "signalbox") -> Logger {
        var logger = Logger(label: label) { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = level
        return logger
    }
}
