package import Domain
package import EngineAPI
import Store

/// How things stand in figures.
extension Engine {
    package func statistics(of id: InstanceID?) async throws -> EngineStatistics {
        guard let id else { return await onDisk(EngineStatistics(try await history.statistics(nil))) }
        let entry = try await directory.entry(id)
        let url = entry.instance.configuration.callbackURL
        let stored = try await history.statistics(StatisticsRequest(instance: id, callbackURL: url))
        var statistics = EngineStatistics(stored)
        statistics.instance = InstanceStatistics(
            id: id,
            events: stored.events ?? EventFigures(),
            polls: await entry.sources.report.polls.polls
        )
        return await onDisk(statistics)
    }

    private func onDisk(_ statistics: EngineStatistics) async -> EngineStatistics {
        var statistics = statistics
        statistics.storeBytes = await store.usedBytes()
        statistics.freeBytes = await store.freeBytes()
        statistics.retention = try? await housekeeping.figures()
        return statistics
    }
}
