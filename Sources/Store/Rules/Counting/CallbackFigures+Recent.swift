package import Domain

extension CallbackFigures {
    /// Attempts looked at, newest first, before an instance's own events are asked.
    package static let recentAttempts: Int64 = 4096
}
