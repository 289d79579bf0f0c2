import Domain
import EngineAPI
import Primitives
import Store

/// Bulk replays as clients ask for them.
struct BulkReplays: Sendable {
    let store: any EventReader & ReplayJobStore
    let directory: InstanceDirectory
    let events: EventHistory
    let jobs: ReplayJobs
    let clock: any EngineClock

    func preview(_ id: InstanceID, filter: EventFilter) async throws -> ReplayPreview {
        _ = try await instance(id)
        var filter = events.shown(filter)
        filter.instanceIDs = [id]
        let first = PageRequest(direction: .oldestFirst, limit: ReplayPreview.shown, filter: filter)
        return ReplayPreview(
            count: try await store.counts(filter).total,
            eventIDs: try await store.events(first).map(\.eventID)
        )
    }

    func create(_ id: InstanceID, filter: EventFilter, rate: Int) async throws -> ReplayJob {
        let instance = try await instance(id)
        try Self.check(rate)
        guard !instance.configuration.callbackURL.isEmpty else {
            throw ClientError(.conflict, "There is no callback to replay to; set the Event Notification Callback URL.")
        }
        var filter = filter
        filter.instanceIDs = [id]
        let newest = try await store.events(PageRequest(limit: 1)).first?.sequence ?? 0
        let now = clock.now
        return try await jobs.create(
            ReplayJob(
                instanceID: id,
                filter: filter,
                rate: rate,
                total: try await events.counts(filter, limit: nil).total,
                lastSequence: newest,
                createdAt: now,
                updatedAt: now
            )
        )
    }

    /// Those of an instance, newest first.
    func all(of id: InstanceID) async throws -> [ReplayJob] {
        try await directory.requirePast(of: id)
        var found = try await store.replayJobs(id, onlyOpen: false, limit: 200)
        for (index, job) in found.enumerated() where job.state.isOpen { found[index] = try await jobs.job(job.id) }
        return found
    }

    func job(_ id: Int64) async throws -> ReplayJob { try await jobs.job(id) }

    func change(_ id: Int64, isPaused: Bool?, rate: Int?) async throws -> ReplayJob {
        if let rate { try Self.check(rate) }
        return try await jobs.change(id, state: isPaused.map { $0 ? .paused : .running }, rate: rate)
    }

    func cancel(_ id: Int64) async throws -> ReplayJob {
        try await jobs.change(id, state: .cancelled, rate: nil)
    }

    /// - Throws: `ClientError`; of one that was deleted it says that no callback is left to replay to.
    private func instance(_ id: InstanceID) async throws -> Instance {
        do {
            return try await directory.entry(id).instance
        } catch let error as ClientError where error.kind == .notFound {
            guard try await directory.hasEvents(of: id) else { throw error }
            throw ClientError(
                .conflict,
                "Instance \(id) was deleted, and its callback with it; replay its events singly, to another URL."
            )
        }
    }

    private static func check(_ rate: Int) throws(ClientError) {
        guard ReplayJob.rates.contains(rate) else {
            throw ClientError(.invalid, "rate is a whole number of replays a second from 1 to 1000.")
        }
    }
}
