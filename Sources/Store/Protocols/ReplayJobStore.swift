package import Domain

/// Bulk replays, which survive a restart.
package protocol ReplayJobStore: Sendable {
    /// Stores a new bulk replay under a fresh id, whatever id it has, and returns it.
    func createReplayJob(_ draft: ReplayJob) async throws -> ReplayJob
    func updateReplayJob(_ job: ReplayJob) async throws
    /// Stores that a job is over and why, and nothing else: its filter, which may not have been read, stays as it stands.
    func endReplayJob(_ job: ReplayJob) async throws
    func replayJob(_ id: Int64) async throws -> ReplayJob?
    /// An instance's (nil: every one's), newest first; with `onlyOpen` those that run or pause.
    func replayJobs(_ id: InstanceID?, onlyOpen: Bool, limit: Int) async throws -> [ReplayJob]
}
