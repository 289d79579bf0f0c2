import Logging

extension Logger {
    /// A logger that writes lines to standard error.
    static func diagnostics(_ level: Logger.Level, _ format: LineLog.Format = .text) -> Logger {
        var logger = Logger(label: "signalbox") { LineLog(label: $0, format: format) }
        logger.logLevel = level
        return logger
    }
}
