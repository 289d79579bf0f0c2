import Domain
import EngineAPI
import HTTPTypes
import Primitives

/// The history of events.
enum EventRoutes {
    private static let filterParameters: [Route.Parameter] =
        [
            .filter, .list("objects", of: .text, "Only these objects, separated by commas."),
            .list("eventTypes", of: .words(Change.self), "Only such changes."),
            .list(
                "status",
                of: .words(EventShape.statuses + DeliveryState.allCases.map(\.rawValue)),
                "The original's words, or states of the delivery. NEW finds what RECEIVED does: no event stays NEW."
            ),
            .list("replay", of: .words(ReplayVerdict.self), "How the last replay ended."),
            .list("replayNot", of: .words(ReplayVerdict.self), "Leaves out events whose last replay ended so."),
            .init(name: "objectId", summary: "Only this record.", schema: .text(15...18).example("001i000001hB60bAAC")),
            .init(name: "searchText", summary: "Only events whose record holds these words."),
            .init(
                name: "hydrate",
                summary: "false leaves out the payloads.",
                schema: .flag.defaulting(to: true)
            ),
        ] + .period + .paging

    static let routes: [Route] = [
        Route(
            method: .get,
            template: Route.base + "/instances/{id}/events",
            operation: "listEventsOfInstance",
            access: .scope(.read),
            summary: "The events of an instance, also of one that was deleted, newest first.",
            parameters: filterParameters,
            answer: .page(of: EventShape.schema, "A page of events.")
        ) { try await list($0, instance: try await $0.instanceOfPast()) },
        Route(
            method: .get,
            template: Route.base + "/instances/{id}/events/{eventId}",
            operation: "getEventOfInstance",
            access: .scope(.read),
            summary: "One event of an instance.",
            answer: .json(EventShape.schema, "The event with its payload.")
        ) { try await show($0, instance: try await $0.instanceOfPast()) },
        Route(
            method: .get,
            template: Route.base + "/instances/events",
            operation: "listEvents",
            access: .scope(.read),
            summary: "The events of all instances, or of the Element token's, newest first.",
            parameters: filterParameters,
            answer: .page(of: EventShape.schema, "A page of events.")
        ) { try await list($0, instance: $0.element?.id) },
        Route(
            method: .get,
            template: Route.base + "/instances/events/{eventId}",
            operation: "getEvent",
            access: .scope(.read),
            summary: "One event.",
            answer: .json(EventShape.schema, "The event with its payload.")
        ) { try await show($0, instance: $0.element?.id) },
    ]

    /// The event that the path names, if it is the instance's.
    static func detail(_ call: Call, instance: InstanceID?) async throws -> EventDetail {
        let id = call.parameters["eventId"] ?? ""
        let unknown = APIError.notFound("There is no event \u{201C}\(id.prefix(60))\u{201D}.")
        let detail: EventDetail
        do { detail = try await call.engine.event(id: id) } catch let error as ClientError where error.kind == .notFound
        { throw unknown }
        guard instance == nil || detail.event.instanceID == instance else { throw unknown }
        return detail
    }

    private static func show(_ call: Call, instance: InstanceID?) async throws -> Reply {
        let detail = try await detail(call, instance: instance)
        return .json(EventShape.json(EventSummary(detail), detail))
    }

    private static func list(_ call: Call, instance: InstanceID?) async throws -> Reply {
        let paging = try Paging(call.target)
        let hydrate = try call.flag("hydrate", default: true)
        let filter = try filter(call, instance: instance)
        let page = PageRequest(after: paging.after, limit: paging.size + 1, filter: filter)
        let events = try await call.engine.events(page).events
        let total = try await paging.total { try await call.engine.counts(filter).total }
        return try await paging.reply(events, total: total, key: \.sequence) { summary in
            guard hydrate else { return EventShape.json(summary) }
            do {
                return EventShape.json(summary, try await call.engine.event(sequence: summary.sequence))
            } catch let error as ClientError where error.kind == .notFound {
                return EventShape.json(summary)
            }
        }
    }

    static func verdicts(_ call: Call, _ name: String) throws(APIError) -> Set<ReplayVerdict> {
        var found: Set<ReplayVerdict> = []
        for text in call.target.list(name) {
            guard let verdict = ReplayVerdict(rawValue: text.lowercased()) else {
                throw .badRequest("\(name) is succeeded or failed; \u{201C}\(text.prefix(60))\u{201D} is neither.")
            }
            found.insert(verdict)
        }
        return found
    }

    /// What `filter` says.
    static func expression(_ call: Call) throws(APIError) -> EventExpression {
        guard let text = call.target["filter"] else { return .everything }
        do { return try EventExpression(requested: text, now: call.api.now()) } catch {
            throw .badRequest(error.description)
        }
    }

    /// The filter that the query asks for: all parameters must hold.
    static func filter(_ call: Call, instance: InstanceID?) throws(APIError) -> EventFilter {
        var filter = EventFilter()
        if let instance { filter.instanceIDs = [instance] }
        filter.objects = Set(call.target.list("objects"))
        for text in call.target.list("eventTypes") {
            guard let change = Change(rawValue: text.uppercased()) else {
                throw .badRequest(
                    "eventTypes are CREATED, UPDATED and DELETED; \u{201C}\(text.prefix(60))\u{201D} is none of them."
                )
            }
            filter.changes.insert(change)
        }
        for text in call.target.list("status") {
            if let states = EventShape.states(text) {
                filter.states.formUnion(states)
            } else if let state = DeliveryState(rawValue: text.lowercased()) {
                filter.states.insert(state)
            } else {
                let words = EventShape.statuses.joined(separator: ", ")
                throw .badRequest(
                    "status is \(words) or a state of the delivery; \u{201C}\(text.prefix(60))\u{201D} is not."
                )
            }
        }
        filter.replays = try verdicts(call, "replay")
        filter.excludedReplays = try verdicts(call, "replayNot")
        if let text = call.target["objectId"] {
            guard let id = SalesforceID(text) else {
                throw .badRequest(
                    "objectId is a record id of 15 or 18 characters; \u{201C}\(text.prefix(60))\u{201D} is not."
                )
            }
            filter.recordID = id.text
        }
        filter.expression = try expression(call)
        if let text = call.target["searchText"] {
            guard text.utf8.count <= 1000 else { throw .badRequest("searchText has more than 1000 bytes.") }
            let words = EventFilter.words(text)
            guard words != .everything else {
                throw .badRequest(
                    "searchText has no letter and no digit; write words of a record, or leave it out."
                )
            }
            filter.expression = .every([filter.expression, words])
        }
        filter.from = try call.moment("from")
        filter.to = try call.moment("to")
        if let from = filter.from, let to = filter.to, from > to {
            throw .badRequest("from is later than to; swap them.")
        }
        return filter
    }
}
