package import Domain
package import EngineAPI
import Primitives
import Store

extension Engine {
    package func previewReplays(_ id: InstanceID, filter: EventFilter) async throws -> ReplayPreview {
        _ = try await entry(id)
        var filter = shown(filter)
        filter.instanceIDs = [id]
        let first = PageRequest(direction: .oldestFirst, limit: ReplayPreview.shown, filter: filter)
        return ReplayPreview(
            count: try await store.counts(filter).total,
            eventIDs: try await store.events(first).map(\.eventID)
        )
    }

    package func createReplayJob(_ id: InstanceID, filter: EventFilter, rate: Int) async throws -> ReplayJob {
        let instance = try await entry(id).instance
        try Self.check(rate)
        guard !instance.configuration.callbackURL.isEmpty else {
            throw ClientError(.conflict, "There is no callback to replay to; set the Event Notification Callback URL.")
        }
        var filter = filter
        filter.instanceIDs = [id]
        let newest = try await store.events(PageRequest(limit: 1)).first?.sequence ?? 0
        let now = clock.now
        return try await replayJobs.create(
            ReplayJob(
                instanceID: id,
                filter: filter,
                rate: rate,
                total: try await counts(filter).total,
                lastSequence: newest,
                createdAt: now,
                updatedAt: now
            )
        )
    }

    package func replayJobs(_ id: InstanceID) async throws -> [ReplayJob] {
        var jobs = try await store.replayJobs(id, onlyOpen: false, limit: 200)
        for (index, job) in jobs.enumerated() where job.state.isOpen { jobs[index] = try await replayJob(job.id) }
        return jobs
    }

    package func replayJob(_ id: Int64) async throws -> ReplayJob { try await replayJobs.job(id) }

    package func changeReplayJob(_ id: Int64, isPaused: Bool?, rate: Int?) async throws -> ReplayJob {
        if let rate { try Self.check(rate) }
        return try await replayJobs.change(id, state: isPaused.map { $0 ? .paused : .running }, rate: rate)
    }

    package func cancelReplayJob(_ id: Int64) async throws -> ReplayJob {
        try await replayJobs.change(id, state: .cancelled, rate: nil)
    }

    private static func check(_ rate: Int) throws(ClientError) {
        guard ReplayJob.rates.contains(rate) else {
            throw ClientError(.invalid, "rate is a whole number of replays a second from 1 to 1000.")
        }
    }
}
