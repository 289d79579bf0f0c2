#if PostgreSQL
package import Domain
import Primitives
import Store

extension PostgresStore {
    package func events(_ page: PageRequest) async throws -> EventPage {
        try await scan(page.filter) { connection in
            let clock = ContinuousClock()
            // It begins when there is a reader.
            let end = page.patience.map { clock.now + .milliseconds($0) }
            let (found, reach) = try EventScan.search(page, PostgresEventIndex(connection: connection)) {
                end.map { clock.now >= $0 } ?? false
            }
            return EventPage(try EventSummary.all(found, page, connection), reach: reach)
        }
    }

    package func event(sequence: Int64) async throws -> EventDetail? {
        try await look { try EventDetail(sequence: sequence, $0) }
    }

    package func event(id: String) async throws -> EventDetail? {
        try await look { connection in
            let found = try connection.run("SELECT sequence FROM event WHERE event_id = $1 LIMIT 1", [id]).number
            guard let sequence = found else { return nil }
            return try EventDetail(sequence: sequence, connection)
        }
    }

    package func counts(_ filter: EventFilter, limit: Int64?) async throws -> EventCounts {
        try await scan(filter, counting: true) {
            try EventCounts.of(filter, limit: limit, PostgresEventIndex(connection: $0))
        }
    }

    package func histogram(_ request: HistogramRequest) async throws -> EventHistogram {
        try await scan(request.filter, counting: true) { connection in
            let clock = ContinuousClock()
            let end = clock.now + .milliseconds(HistogramRequest.patience)
            return try EventHistogram.of(request, PostgresEventIndex(connection: connection)) { clock.now >= end }
        }
    }

    package func attempts(notificationID: Int64) async throws -> [Attempt] {
        try await look { try Attempt.all(of: notificationID, $0) }
    }

    package func deliveries(_ filter: EventFilter, before: Int64?, limit: Int) async throws -> [Delivery] {
        try await scan(filter) { connection in
            let index = PostgresEventIndex(connection: connection)
            return try EventScan.deliveries(filter, before: before, limit: limit, index) {
                try Delivery.all(ofEvents: $0, connection)
            }
        }
    }
}
#endif
