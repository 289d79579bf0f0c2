import Domain
package import Logging
import Synchronization

/// The credentials of a data directory as its files have them now: what a command changes there holds for a running node
/// with the next call.
package final class CredentialWatch: Sendable {
    private struct State {
        var credentials: Credentials
        var stamps: [SecretFile.Stamp?]
    }

    private let paths: [String]
    private let directory: String
    private let logger: Logger
    private let state: Mutex<State>

    package init(_ credentials: Credentials, dataDirectory: String, logger: Logger) {
        directory = dataDirectory
        paths = [Credentials.fileName, Credentials.tokensFileName].map { dataDirectory + "/" + $0 }
        self.logger = logger
        // Read before, so that the next look is the first.
        state = Mutex(State(credentials: credentials, stamps: []))
    }

    /// Files that can't be read leave what was known, and a line in the log.
    package var current: Credentials {
        let stamps = paths.map { SecretFile.Stamp($0) }
        return state.withLock { state in
            guard state.stamps != stamps else { return state.credentials }
            state.stamps = stamps
            // One that is gone would be made anew by reading it, which is for the next start.
            guard stamps[0] != nil else { return state.credentials }
            do { state.credentials = try Credentials.load(dataDirectory: directory) } catch {
                logger.error("\(error) Those before stay in use.")
            }
            return state.credentials
        }
    }
}
