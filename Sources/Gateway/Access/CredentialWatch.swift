import Domain
package import Logging
import Primitives

/// The credentials of a data directory as its files have them now: what a command changes there holds for a running node
/// with the next call.
package final class CredentialWatch: Sendable {
    private struct State {
        var credentials: Credentials
        /// Of the files that they were read from.
        var stamps: [SecretFile.Stamp?]
        /// The last try, if it failed.
        var failed: (stamps: [SecretFile.Stamp?], time: ContinuousClock.Instant)?
    }

    /// Between two tries at files that stay as they are; what failed may have been the reading.
    private static let pause = Duration.seconds(1)

    private let paths: [String]
    private let logger: Logger
    private let now: @Sendable () -> ContinuousClock.Instant
    private let load: @Sendable () throws(Credentials.Fault) -> Credentials
    private let state: Locked<State>

    package convenience init(_ credentials: Credentials, dataDirectory: String, logger: Logger) {
        self.init(credentials, dataDirectory: dataDirectory, logger: logger, now: { .now }) {
            () throws(Credentials.Fault) in
            try Credentials.load(dataDirectory: dataDirectory)
        }
    }

    init(
        _ credentials: Credentials,
        dataDirectory: String,
        logger: Logger,
        now: @escaping @Sendable () -> ContinuousClock.Instant,
        load: @escaping @Sendable () throws(Credentials.Fault) -> Credentials
    ) {
        paths = [Credentials.fileName, Credentials.tokensFileName].map { dataDirectory + "/" + $0 }
        self.logger = logger
        self.now = now
        self.load = load
        // Read before, so that the next look is the first.
        state = Locked(State(credentials: credentials, stamps: []))
    }

    /// Files that can't be read leave what was known, and a line in the log, until they can.
    package var current: Credentials {
        let stamps = paths.map { SecretFile.Stamp($0) }
        return state.withLock { state in
            guard state.stamps != stamps else { return state.credentials }
            // One that is gone would be made anew by reading it, which is for the next start.
            guard stamps[0] != nil else { return state.credentials }
            let time = now()
            if let failed = state.failed, failed.stamps == stamps, time < failed.time + Self.pause {
                return state.credentials
            }
            do {
                state.credentials = try load()
                state.stamps = stamps
                state.failed = nil
            } catch {
                if state.failed?.stamps != stamps { logger.error("\(error) Those before stay in use.") }
                state.failed = (stamps, time)
            }
            return state.credentials
        }
    }
}
