import Domain
import EngineAPI
import HTTPTypes
import Primitives

/// The backlogs of an instance: how far they are, and pausing, resuming and cancelling them.
enum BacklogRoutes {
    static let routes: [Route] =
        Route.instance(
            .get,
            "/backlogs",
            "listBacklogs",
            .read,
            "The backlog of each object that has one: what is read beside the polls, and how far that is.",
            answer: .json(list, "One for each object that has a backlog.")
        ) { call in
            try await shown(call)
        }
        + Route.instance(
            .patch,
            "/backlogs",
            "changeBacklogs",
            .operate,
            "Pauses backlogs, or goes on with them.",
            body: .required(
                JSONSchema.object(
                    ["state": .words(["paused", "running"])],
                    optional: ["object": .text.described("Of this object alone; else of all.")],
                    isClosed: true
                ).named("BacklogChange")
            ),
            answer: .json(list, "The backlogs that are left."),
            refusals: [.conflict]
        ) { call in
            let id = try await call.instance().id
            let json = try call.object(members: ["state", "object"])
            let change: BacklogChange
            switch json["state"]?.string?.lowercased() {
            case "paused": change = .pause
            case "running": change = .resume
            default: throw APIError.badRequest("state is paused or running; DELETE cancels.")
            }
            var object: String?
            // Null must not mean all of them.
            if let given = json["object"] {
                guard let name = given.string else { throw APIError.badRequest("object is the name of an object.") }
                object = name
            }
            try await call.engine.changeBacklogs(id, change, object: object)
            return try await shown(call)
        }
        + Route.instance(
            .delete,
            "/backlogs",
            "cancelBacklogs",
            .operate,
            "Cancels backlogs: what was not read counts as what was there before.",
            parameters: [.init(name: "object", summary: "Of this object alone; else of all.")],
            answer: .json(list, "The backlogs that are left."),
            refusals: [.conflict]
        ) { call in
            let id = try await call.instance().id
            try await call.engine.changeBacklogs(id, .cancel, object: call.target["object"])
            return try await shown(call)
        }

    private static func shown(_ call: Call) async throws -> Reply {
        let overview = try await call.engine.instance(try await call.instance().id)
        return .json(.array(overview.backfills.map(json)))
    }

    private static func json(_ backlog: BackfillProgress) -> JSON {
        var members: [JSON.Member] = [
            .init("object", .string(backlog.object)), .init("state", backlog.isPaused ? "paused" : "running"),
            .init("rows", .integer(backlog.rows)), .init("total", backlog.total.map { .integer($0) } ?? .null),
            .init("calls", .integer(backlog.calls)),
            .init("rowsPerSecond", backlog.rowsPerSecond.map { .integer($0) } ?? .null),
            .init("secondsLeft", backlog.secondsLeft.map { .integer($0) } ?? .null),
        ]
        if let problem = backlog.problem { members.append(.init("problem", .string(problem))) }
        return .object(members)
    }

    private static let list = JSONSchema.list(
        of: .object(
            [
                "object": .text, "state": .words(["paused", "running"]),
                "rows": .count.described("Read so far."),
                "total": .count.nullable.described("About how many rows it is; null where the org did not count."),
                "calls": .count.described("Calls of the org so far."), "rowsPerSecond": .count.nullable,
                "secondsLeft": .count.nullable,
            ],
            optional: ["problem": .text.described("Why it does not go on just now; one sentence.")]
        ).named("Backlog")
    )
}
