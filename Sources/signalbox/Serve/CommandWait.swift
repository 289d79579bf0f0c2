import Logging
import Store

/// A command that found no node has the data directory until its end, and waits for whatever it asked for. A node that ended
/// instead, while it is begun anew for an update, might not be begun again, so it waits for that. Not for another node.
struct CommandWait {
    let dataDirectory: String
    /// At most. Another node ends the wait at once, where it listens already, or else as soon as it does.
    var patience = Duration.seconds(60)
    let logger: Logger

    /// Holds its thread, and tries again as often as the directory's lock lets it.
    func open<Opened>(_ open: () throws -> Opened) throws -> Opened {
        var end: ContinuousClock.Instant?
        while true {
            do { return try open() } catch let error as StoreError {
                let node = try? RunningRecord.ofHolder(of: dataDirectory)
                guard error.kind == .locked, node == nil else { throw error }
                let known = end ?? ContinuousClock.now.advanced(by: patience)
                guard ContinuousClock.now < known else { throw error }
                if end == nil {
                    logger.notice("Waiting for a command's end, for \(patience) at most. \(error.message)")
                }
                end = known
            }
        }
    }
}
