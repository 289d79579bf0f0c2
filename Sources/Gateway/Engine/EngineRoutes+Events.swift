import Domain
import EngineAPI
import Primitives

extension EngineRoutes {
    static var events: [Route] {
        [
            value(
                .events,
                .read,
                "A page of events, by key.",
                body: body(PageRequest.self, PageRequest(limit: 200, filter: deadOnes))
            ) {
                try await $0.engine.events(try $0.order())
            },
            value(.event, .read, "One event with all that is known of its way.") {
                try await $0.engine.event(sequence: try $0.number("sequence", of: "event"))
            },
            value(.eventByID, .read, "The same, by the event's own id.") {
                try await $0.engine.event(id: $0.parameters["eventId"] ?? "")
            },
            value(
                .counts,
                .read,
                "How many deliveries stand where.",
                parameters: [
                    .init(name: "limit", summary: "Events counted at most one by one; none: all.", schema: .number)
                ],
                body: body(EventFilter.self, deadOnes)
            ) { call in
                let limit = try call.target["limit"].map { text in
                    guard let limit = Int64(text), limit > 0 else {
                        throw APIError.badRequest("limit is a number above 0.")
                    }
                    return limit
                }
                return try await call.engine.counts(try call.order(), limit: limit)
            },
            value(
                .histogram,
                .read,
                "Where in the history, or when in a span of time, events are, and how many of them failed.",
                body: body(HistogramRequest.self, HistogramRequest(deadOnes, .sequences(cut: nil), bins: 80))
            ) {
                try await $0.engine.histogram(try $0.order())
            },
            value(
                .activity,
                .read,
                "How many events of an instance were stored lately, by slots of time.",
                parameters: [
                    .init(
                        name: "since",
                        summary: "Milliseconds since 1970; at most a day ago.",
                        isRequired: true,
                        schema: .number
                    )
                ]
            ) { call in
                guard let since = call.target["since"].flatMap({ Int64($0) }) else {
                    throw APIError.badRequest("since is a number of milliseconds since 1970.")
                }
                return try await call.engine.activity(try call.instanceID(), since: Timestamp(milliseconds: since))
            },
            value(.failures, .read, "What of an instance has not arrived, by reason; those of most events first.") {
                try await $0.engine.failures(try $0.instanceID())
            },
            value(
                .statistics,
                .read,
                "How all instances stand in figures, with more of one.",
                parameters: [
                    .init(
                        name: "instance",
                        summary: "The instance that more is told of.",
                        isRequired: false,
                        schema: .number
                    )
                ]
            ) { call in
                let name = call.target["instance"]
                let id = name.flatMap { InstanceID($0) }
                guard name == nil || id != nil else { throw APIError.badRequest("instance is the number of one.") }
                return try await call.engine.statistics(of: id)
            },
            value(
                .replay,
                .operate,
                "One more attempt of the event's notification.",
                body: body(ReplayOptions.self, ReplayOptions())
            ) { try await $0.engine.replay(eventID: $0.parameters["eventId"] ?? "", options: try $0.order()) },
            value(
                .auditEntries,
                .admin,
                "What people and programs of theirs did here, newest first.",
                parameters: [
                    .init(name: "before", summary: "Only entries with smaller ids.", schema: .number),
                    .init(name: "limit", summary: "Entries at most; up to \(AuditEntry.mostOfPage).", schema: .number),
                ]
            ) { call in
                let before = try call.target["before"].map { text in
                    guard let id = Int64(text) else { throw APIError.badRequest("before is the id of an entry.") }
                    return id
                }
                let limit = try call.target["limit"].map { text in
                    guard let limit = Int(text), (1...AuditEntry.mostOfPage).contains(limit) else {
                        throw APIError.badRequest("limit is a number from 1 to \(AuditEntry.mostOfPage).")
                    }
                    return limit
                }
                return try await call.engine.auditEntries(before: before, limit: limit ?? 200)
            },
            value(
                .rotateKey,
                .admin,
                "Seals stored secrets with another key; without one in the body, with a fresh key file.",
                body: body(EngineOrder.NewKey.self, EngineOrder.NewKey(key: nil))
            ) { call in
                let order: EngineOrder.NewKey = try call.order()
                return try await call.engine.rotateKey(to: order.key)
            },
            value(.signedRequest, .operate, "The request that a replay would make now, signed and not sent.") {
                try await $0.engine.signedRequest(eventID: $0.parameters["eventId"] ?? "")
            },
            value(
                .testCallback,
                .operate,
                "Posts a signed test notification.",
                body: body(EngineOrder.CallbackTest.self, callbackTest)
            ) {
                let order: EngineOrder.CallbackTest = try $0.order()
                return try await $0.engine.testCallback(
                    url: order.url,
                    signatureKey: order.signatureKey,
                    instance: order.instance
                )
            },
        ]
    }
}
