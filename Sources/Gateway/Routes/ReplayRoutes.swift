import Domain
import EngineAPI
import HTTPTypes
import Primitives

/// Bulk replays: begun for an instance, then known by their own id.
enum ReplayRoutes {
    static let routes: [Route] =
        Route.instance(
            .post,
            "/replays",
            "beginReplay",
            .operate,
            "Replays every event that a filter finds, oldest first; with dryRun it only says which.",
            body: .optional(
                ReplayShape.orderSchema,
                examples: [
                    .init("dead", ["filter": ["states": ["dead"]], "rate": 50]),
                    .init("text", ["filter": "status:5xx | error:\"timed out\" -replay:succeeded since:2h"]),
                    .init("preview", ["filter": ["objects": ["Contact", "Account"]], "dryRun": true]),
                ]
            ),
            answer: .json(
                .any(of: [ReplayShape.schema, ReplayShape.previewSchema]),
                "The bulk replay that began, or what it would replay."
            ),
            refusals: [.conflict]
        ) { try await create($0) }
        + Route.instance(
            .get,
            "/replays",
            "listReplays",
            .read,
            "The bulk replays, newest first.",
            answer: .json(.list(of: ReplayShape.schema), "The newest bulk replays of the instance.")
        ) { call in
            .json(.array(try await call.engine.replayJobs(try await call.instanceOfPast()).map(ReplayShape.json)))
        }
        + [
            Route(
                method: .get,
                template: path,
                operation: "getReplay",
                access: .scope(.read),
                summary: "A bulk replay and how far it is.",
                answer: .json(ReplayShape.schema, "The bulk replay.")
            ) { call in
                .json(ReplayShape.json(try await job(call)))
            },
            Route(
                method: .patch,
                template: path,
                operation: "changeReplay",
                access: .scope(.operate),
                summary: "Pauses or resumes a bulk replay (state: paused or running), or sets its rate.",
                body: .required(ReplayShape.changeSchema, examples: [.init("pause", ["state": "paused"])]),
                answer: .json(ReplayShape.schema, "The bulk replay as it is now."),
                refusals: [.conflict]
            ) { try await change($0) },
            Route(
                method: .delete,
                template: path,
                operation: "cancelReplay",
                access: .scope(.operate),
                summary: "Cancels a bulk replay.",
                answer: .json(ReplayShape.schema, "The bulk replay as it ended."),
                refusals: [.conflict]
            ) { call in
                .json(ReplayShape.json(try await call.engine.cancelReplayJob(try await job(call).id)))
            },
        ]

    private static let path = Route.base + "/replays/{id}"

    private static func create(_ call: Call) async throws -> Reply {
        // The engine says why events of one that was deleted can't be replayed so.
        let id = try await call.instanceOfPast()
        let json = call.body.isEmpty ? JSON.object([]) : try call.object(members: ["filter", "rate", "dryRun"])
        var filter = EventFilter()
        if let given = json["filter"] {
            // A client that has lost its filter must not replay everything.
            guard given != .null else { throw APIError.badRequest("filter is null; leave it out to mean every event.") }
            do { filter = try EventFilter(json: given, now: call.api.now()) } catch {
                throw APIError.badRequest(error.description)
            }
        }
        let rate = try rate(json) ?? ReplayJob.defaultRate
        var isDry = false
        if let given = json["dryRun"] {
            guard let flag = given.bool else { throw APIError.badRequest("dryRun is true or false.") }
            isDry = flag
        }
        if isDry {
            let preview = try await call.engine.previewReplays(id, filter: filter)
            return .json([
                "dryRun": true, "count": .integer(preview.count),
                "eventIds": .array(preview.eventIDs.map { .string($0) }),
            ])
        }
        return .json(ReplayShape.json(try await call.engine.createReplayJob(id, filter: filter, rate: rate)))
    }

    private static func change(_ call: Call) async throws -> Reply {
        let id = try await job(call).id
        let json = try call.object(members: ["state", "rate"])
        var isPaused: Bool?
        if let given = json["state"], given != .null {
            switch given.string?.lowercased() {
            case "paused": isPaused = true
            case "running": isPaused = false
            default: throw APIError.badRequest("state is paused or running; DELETE cancels.")
            }
        }
        let rate = try rate(json)
        guard isPaused != nil || rate != nil else { throw APIError.badRequest("Send state, rate or both.") }
        return .json(ReplayShape.json(try await call.engine.changeReplayJob(id, isPaused: isPaused, rate: rate)))
    }

    /// The job that the path names, if the Element token's instance may see it.
    private static func job(_ call: Call) async throws -> ReplayJob {
        let text = call.parameters["id"] ?? ""
        let unknown = APIError.notFound("There is no bulk replay \u{201C}\(text.prefix(60))\u{201D}.")
        guard let id = Int64(text) else { throw unknown }
        let job = try await call.engine.replayJob(id)
        guard call.element == nil || call.element?.id == job.instanceID else { throw unknown }
        return job
    }

    private static func rate(_ json: JSON) throws(APIError) -> Int? {
        guard let given = json["rate"], given != .null else { return nil }
        guard let rate = given.integer.flatMap({ Int(exactly: $0) }), ReplayJob.rates.contains(rate) else {
            throw .badRequest("rate is a whole number of replays a second from 1 to 1000.")
        }
        return rate
    }
}
