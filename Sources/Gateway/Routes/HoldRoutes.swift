import Domain
import EngineAPI
import HTTPTypes
import Primitives

/// Holds a callback, and releases it whatever held it.
enum HoldRoutes {
    static let routes: [Route] =
        Route.instance(
            .put,
            "/callback-hold",
            "holdCallback",
            .operate,
            "Sends nothing more to the callback until it is released.",
            body: .optional(
                JSONSchema.object(
                    [:],
                    optional: ["reason": .text(0...CallbackHold.longestReason).nullable.described("Why, for people.")],
                    isClosed: true
                ).named("CallbackHold")
            ),
            answer: .json(InstanceShape.schema, "The instance as it is now."),
            refusals: [.conflict]
        ) { call in
            let instance = try await call.instance()
            var reason: String?
            if !call.body.isEmpty, let given = try call.object(members: ["reason"])["reason"], given != .null {
                guard let text = given.string, text.utf8.count <= CallbackHold.longestReason else {
                    throw APIError.badRequest("reason is a text of at most \(CallbackHold.longestReason) bytes.")
                }
                reason = text
            }
            try await call.engine.holdCallback(instance.id, reason: reason)
            let overview = try await call.engine.instance(instance.id)
            return .json(InstanceShape.json(instance, overview, for: call.scope))
        }
        + Route.instance(
            .delete,
            "/callback-hold",
            "releaseCallback",
            .operate,
            "Releases the callback at the same URL: tries what waits now, held or not. Answers with its state when that is known.",
            answer: .json(InstanceShape.schema, "The instance as it is now."),
            refusals: [.conflict]
        ) { call in
            let instance = try await call.instance()
            try await call.engine.resumeCallback(instance.id)
            let overview = try await call.engine.instance(instance.id)
            return .json(InstanceShape.json(instance, overview, for: call.scope))
        }
}
