import Domain
import EngineAPI
import HTTPTypes
import Primitives

/// Counts over time, and what became of events in words.
enum AnalyticsRoutes {
    /// The one account there is.
    static let accountID: Int64 = 1

    private static let parameters: [Route.Parameter] =
        [
            .init(
                name: "interval",
                summary: "How long a bucket is.",
                schema: .words(AnalyticsBuckets.Interval.self).defaulting(to: "day")
            ), .init(name: "accountIds[]", summary: "Only 1, the one account.", schema: .list(of: .constant(1))),
        ] + .period

    private static let analytics = Route.base + "/instances/events/analytics"

    static let routes: [Route] = [
        Route(
            method: .get,
            template: analytics,
            operation: "countEvents",
            access: .scope(.read),
            summary: "Events over time.",
            parameters: parameters,
            answer: .json(AnalyticsShape.countsSchema, "One count for each bucket, oldest first.")
        ) { call in
            let tallies = try await tally(call) { _ in 0 }
            return .json(
                .array(
                    tallies.map { start, records in
                        [
                            "count": .integer(records.values.reduce(0) { $0 + $1.count }),
                            "timestamp": .string(start.iso),
                        ]
                    }
                )
            )
        },
        Route(
            method: .get,
            template: analytics + "/instances",
            operation: "countEventsByInstance",
            access: .scope(.read),
            summary: "Events over time by instance.",
            parameters: parameters,
            answer: .json(AnalyticsShape.groupsSchema("instanceId"), "The instances' counts for each bucket.")
        ) { call in try await grouped(call, name: "instanceId") { $0.instanceID } },
        Route(
            method: .get,
            template: analytics + "/accounts",
            operation: "countEventsByAccount",
            access: .scope(.read),
            summary: "Events over time by account; there is one.",
            parameters: parameters,
            answer: .json(AnalyticsShape.groupsSchema("accountId"), "The account's counts for each bucket.")
        ) { call in try await grouped(call, name: "accountId") { _ in accountID } },
        Route(
            method: .get,
            template: Route.base + "/instances/events/dispositions",
            operation: "listDispositions",
            access: .scope(.read),
            summary: "What became of each event, in words, newest first.",
            parameters: .period + .paging,
            answer: .page(of: AnalyticsShape.dispositionSchema, "Sentences about each event.")
        ) { try await dispositions($0) },
    ]

    private struct Tally: Sendable {
        var count = 0
        var success = 0
        var failed = 0
    }

    /// Counts events by bucket and group, reading them page by page: memory doesn't grow with the history.
    private static func tally(
        _ call: Call,
        group: (EventSummary) -> Int64
    ) async throws -> [(Timestamp, [Int64: Tally])] {
        if let foreign = call.target.list("accountIds").first(where: { $0 != String(accountID) }) {
            throw APIError(.forbidden, "Account \(foreign.prefix(40)) is not yours; the only account is \(accountID).")
        }
        let interval = try interval(call)
        let to = try call.moment("to") ?? call.api.now()
        // A day, or as much of it as such buckets may be asked for.
        let from = try call.moment("from") ?? to.advanced(bySeconds: -3600 * min(24, interval.longestHours))
        if call.target["to"] == nil, from > to {
            throw APIError.badRequest("from is yet to come; give an earlier moment, or a later to as well.")
        }
        let buckets = try AnalyticsBuckets(from: from, to: to, interval: interval)
        var tallies = [[Int64: Tally]](repeating: [:], count: buckets.starts.count)
        var filter = EventFilter()
        if let element = call.element { filter.instanceIDs = [element.id] }
        filter.from = from
        filter.to = to.advanced(byMilliseconds: 1)
        var page = PageRequest(direction: .oldestFirst, limit: Paging.maximumSize, filter: filter)
        while true {
            try Task.checkCancellation()
            let events = try await call.engine.events(page)
            for event in events {
                guard let index = buckets.index(of: event.receivedAt) else { continue }
                let state = event.delivery?.state
                tallies[index][group(event), default: Tally()].count += 1
                if state == .delivered { tallies[index][group(event), default: Tally()].success += 1 }
                if state == .dead { tallies[index][group(event), default: Tally()].failed += 1 }
            }
            guard events.count == page.limit, let last = events.last else { break }
            page.after = last.sequence
        }
        return Array(zip(buckets.starts, tallies))
    }

    private static func grouped(_ call: Call, name: String, group: (EventSummary) -> Int64) async throws -> Reply {
        let tallies = try await tally(call, group: group)
        return .json(
            .array(
                tallies.map { start, records in
                    [
                        "timestamp": .string(start.iso),
                        "total": .integer(records.values.reduce(0) { $0 + $1.count }),
                        "records": .array(
                            records.sorted { $0.key < $1.key }.map { key, tally in
                                .object([
                                    .init(name, .integer(key)), .init("count", .integer(tally.count)),
                                    .init("success", .integer(tally.success)), .init("failed", .integer(tally.failed)),
                                ])
                            }
                        ),
                    ]
                }
            )
        )
    }

    private static func interval(_ call: Call) throws(APIError) -> AnalyticsBuckets.Interval {
        guard let text = call.target["interval"] else { return .day }
        guard let interval = AnalyticsBuckets.Interval(rawValue: text.lowercased()) else {
            let names = AnalyticsBuckets.Interval.allCases.map(\.rawValue).joined(separator: ", ")
            throw .badRequest("interval is one of \(names); \u{201C}\(text.prefix(60))\u{201D} is not.")
        }
        return interval
    }

    private static func dispositions(_ call: Call) async throws -> Reply {
        let paging = try Paging(call.target)
        let filter = try EventRoutes.filter(call, instance: call.element?.id)
        let events = try await call.engine.events(
            PageRequest(after: paging.after, limit: paging.size + 1, filter: filter)
        ).events
        let total = try await paging.total { try await call.engine.counts(filter).total }
        return try await paging.reply(events, total: total, key: \.sequence) { event in
            var attempts: [Attempt] = []
            if let number = event.delivery?.notificationID {
                attempts = try await call.engine.attempts(notificationID: number)
            }
            return [
                "eventId": .string(event.eventID),
                "elementInstanceId": .integer(event.instanceID),
                "notificationData": .array(
                    messages(event, attempts).map { ["message": .string($0)] }
                ),
            ]
        }
    }

    /// One sentence for every attempt, then where the event stands if it isn't there yet.
    private static func messages(_ event: EventSummary, _ attempts: [Attempt]) -> [String] {
        var messages = attempts.map { attempt in
            let kind = attempt.isReplay ? "replay" : "attempt \(attempt.number)"
            if let error = attempt.outcome.errorText {
                return "Error delivering event to \(attempt.url) (\(kind)): \(error)"
            }
            return "Delivered event to \(attempt.url) (\(kind)) in \(attempt.milliseconds) ms"
        }
        switch event.delivery?.state {
        case .some(.none): messages.append("No callback URL is set; the event was recorded only.")
        case .dead: messages.append("Given up; replay the event to send it again.")
        case .waiting: messages.append("Waiting for an earlier event of the same record.")
        default: break
        }
        return messages
    }
}
