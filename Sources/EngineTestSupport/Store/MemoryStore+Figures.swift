package import Domain
package import Primitives
import Store

/// Figures that are counted over all rows, as it has no index.
extension MemoryStore {
    package func failures(_ id: InstanceID) async throws -> [FailureGroup] {
        struct Reason: Hashable {
            let status: Int?
            let error: String
        }
        return try read { tables in
            var rows: [Reason: [MemoryTables.DeliveryRow]] = [:]
            for row in tables.deliveries.values where row.delivery.instanceID == id {
                let delivery = row.delivery
                guard let error = delivery.lastError, delivery.state.isOpen || delivery.state == .dead,
                    delivery.lastReplay?.verdict != .succeeded
                else { continue }
                rows[Reason(status: delivery.lastStatus, error: error), default: []].append(row)
            }
            return rows.map { reason, rows in
                let newest = rows.sorted { $0.delivery.notificationID > $1.delivery.notificationID }
                let sample = newest.prefix(FailureGroup.sample)
                let moments = rows.map(\.delivery.createdAt)
                let answers = newest.prefix(FailureGroup.answered).map { row in
                    FailureGroup.start(of: row.attempts.last { !$0.isReplay }?.responseBody ?? [])
                }
                return FailureGroup(
                    status: reason.status,
                    error: reason.error,
                    events: rows.reduce(0) { $0 + $1.count },
                    objects: Set(sample.compactMap { tables.events[$0.delivery.notificationID]?.event.object })
                        .sorted(),
                    answers: reason.status == nil ? [] : FailureGroup.different(answers),
                    since: moments.min() ?? .distantPast,
                    last: moments.max() ?? .distantPast
                )
            }
            .sorted {
                ($1.events, $0.status ?? -1, $0.error) < ($0.events, $1.status ?? -1, $1.error)
            }
            .prefix(FailureGroup.most).map { $0 } + [Self.replays(id, tables)].compactMap { $0 }
        }
    }

    private static func replays(_ id: InstanceID, _ tables: MemoryTables) -> FailureGroup? {
        let failed = tables.deliveries.values.compactMap { row in
            row.delivery.instanceID == id && row.delivery.lastReplay?.verdict == .failed
                ? row.delivery.lastReplay.map { (row: row, replay: $0) } : nil
        }
        .sorted {
            ($1.replay.at, $1.row.delivery.notificationID) < ($0.replay.at, $0.row.delivery.notificationID)
        }
        guard let newest = failed.first, let oldest = failed.last else { return nil }
        let sample = failed.prefix(FailureGroup.sample)
        return FailureGroup(
            status: nil,
            error: newest.replay.outcome.errorText ?? "",
            events: failed.reduce(0) { $0 + $1.row.count },
            objects: Set(sample.compactMap { tables.events[$0.row.delivery.notificationID]?.event.object }).sorted(),
            answers: [],
            since: oldest.replay.at,
            last: newest.replay.at,
            isReplay: true
        )
    }

    package func statistics(_ request: StatisticsRequest?, at now: Timestamp) async throws -> StoredStatistics {
        try read { tables in
            let minute = ActivitySummary.lastMinute(at: now)
            let recent = tables.events.values.map(\.event).filter { minute.contains($0.receivedAt) }
            let counts = Dictionary(recent.map { ($0.instanceID, 1) }, uniquingKeysWith: +)
            let rates = RecentRates(counts, isCut: false, in: minute, of: []) {
                ActivitySummary(since: $1, events: [:])
            }
            let facets = tables.facets()
            var statistics = StoredStatistics(facets, rates)
            guard let request else { return statistics }
            let attempts = tables.deliveries.values.filter { $0.delivery.instanceID == request.instance }
                .flatMap(\.attempts).filter { $0.url == request.callbackURL }.sorted { $0.id > $1.id }
            statistics.events = EventFigures(
                objects: ObjectFigures.of(facets.of(request.instance)),
                callback: CallbackFigures(
                    attempts.prefix(CallbackFigures.most).map {
                        .init(milliseconds: $0.milliseconds, isSuccess: $0.outcome.isSuccess)
                    }
                ),
                oldestOpen: try EventScan.page(.oldestOpen(of: request.instance), tables).first
                    .flatMap { tables.events[$0]?.event.receivedAt },
                busiest: Self.busyRecords(request.instance, at: now, tables)
            )
            return statistics
        }
    }

    private static func busyRecords(_ id: InstanceID, at now: Timestamp, _ tables: MemoryTables) -> BusyRecords {
        struct Key: Hashable {
            let object: Int64
            let record: String
        }
        let first = (tables.sequences.last ?? 0) - BusyRecords.lookedAt
        let looked = tables.sequences.filter { $0 > first }.compactMap { tables.events[$0] }
        var since = now.advanced(byMilliseconds: -BusyRecords.span)
        if first > 0, let oldest = looked.first { since = max(since, oldest.event.receivedAt) }
        let own = looked.filter { $0.event.instanceID == id && $0.event.receivedAt >= since }
        let records = Dictionary(grouping: own) { Key(object: $0.object, record: $0.event.recordID) }
            .values.filter { $0.count > 1 }.compactMap { rows in
                rows.last.map { BusyRecord(newest: $0.summary(nil), events: rows.count) }
            }
            .sorted { ($1.events, $1.newest.sequence) < ($0.events, $0.newest.sequence) }
        return BusyRecords(records: Array(records.prefix(BusyRecords.most)), since: since)
    }
}
