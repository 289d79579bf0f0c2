import Domain
import EngineAPI
import HTTPTypes
import Primitives
import ServiceLifecycle

/// Authorizations in the browser: begin one, look at it, hand a pasted reply in, give it up.
enum AuthorizationRoutes {
    static let routes: [Route] =
        [
            Route(
                method: .post,
                template: Route.base + "/authorizations",
                operation: "beginAuthorization",
                access: .scope(.admin),
                summary: "Begins an authorization in the browser for a new instance's settings; stores nothing.",
                body: .required(AuthorizationShape.orderSchema, examples: [AuthorizationShape.example]),
                answer: .json(AuthorizationShape.schema, "Where the person has to go."),
                refusals: [.conflict, .badGateway]
            ) { call in
                let configuration = try DraftReader.authorizing(try call.object(), over: .init())
                return try begun(try await call.engine.beginAuthorization(configuration, for: nil))
            }
        ]
        + Route.instance(
            .post,
            "/authorizations",
            "beginReauthorization",
            .admin,
            "Begins an authorization that connects an instance anew; a configuration given is laid over its settings.",
            body: .optional(AuthorizationShape.orderSchema, examples: [AuthorizationShape.example]),
            answer: .json(AuthorizationShape.schema, "Where the person has to go."),
            refusals: [.conflict, .badGateway]
        ) { call in
            let instance = try await call.instance()
            let current = try await call.engine.instance(instance.id).configuration
            let body = call.body.isEmpty ? JSON.object([]) : try call.object()
            let configuration = try DraftReader.authorizing(body, over: current)
            return try begun(try await call.engine.beginAuthorization(configuration, for: instance.id))
        }
        + [
            Route(
                method: .get,
                template: path,
                operation: "getAuthorization",
                access: .scope(.admin),
                summary: "How an authorization stands: waiting, granted or refused. 404 once it is used or too old.",
                parameters: [
                    .init(
                        name: "wait",
                        summary: "Seconds that the answer may wait for the browser.",
                        schema: .integer(0...60).defaulting(to: 0)
                    )
                ],
                answer: .json(AuthorizationShape.progressSchema, "How it stands.")
            ) { try await status($0) },
            Route(
                method: .post,
                template: path,
                operation: "completeAuthorization",
                access: .scope(.admin),
                summary:
                    "Takes a pasted reply: the code, or the whole address that the browser ended on. The last counts.",
                body: .required(
                    AuthorizationShape.replySchema,
                    examples: [.init("code", ["reply": "<Code_On_The_Return_URL>"])]
                ),
                answer: .json(AuthorizationShape.progressSchema, "How it stands now."),
                refusals: [.conflict, .badGateway]
            ) { call in
                guard let reply = try call.object(members: ["reply"])["reply"]?.string else {
                    throw APIError.badRequest("reply is missing: the code, or the address that the browser ended on.")
                }
                return answer(try await call.engine.completeAuthorization(state(call), reply: reply))
            },
            Route(
                method: .delete,
                template: path,
                operation: "cancelAuthorization",
                access: .scope(.admin),
                summary: "Gives an authorization up.",
                answer: .json(.object(["message": .text]).named("Message"), "It is given up.")
            ) { call in
                try await call.engine.cancelAuthorization(state(call))
                return .json(["message": "The authorization was given up."])
            },
        ]

    private static let path = Route.base + "/authorizations/{state}"

    private static func state(_ call: Call) -> String { call.parameters["state"] ?? "" }

    private static func begun(_ authorization: BrowserAuthorization) throws -> Reply {
        .json([
            "state": .string(authorization.state), "url": .string(authorization.url),
            "redirectUrl": .string(authorization.redirectURL), "expires": InstanceShape.moment(authorization.expires),
            "status": "waiting",
        ])
    }

    private static func status(_ call: Call) async throws -> Reply {
        var seconds: Int64 = 0
        if let text = call.target["wait"] {
            guard let number = Int64(text), (0...60).contains(number) else {
                throw APIError.badRequest("wait is a whole number of seconds from 0 to 60.")
            }
            seconds = number
        }
        let (engine, state, patience) = (call.engine, state(call), seconds * 1000)
        // A stop of the program answers with how it stands, instead of waiting for a person.
        let progress = try await cancelWhenGracefulShutdown {
            try await engine.authorization(state, waiting: patience)
        }
        return answer(progress)
    }

    /// Says how it stands, and nothing that the caller knows already.
    private static func answer(_ progress: AuthorizationProgress) -> Reply {
        switch progress {
        case .waiting: .json(["status": "waiting"])
        case .granted: .json(["status": "granted"])
        case .refused(let reason): .json(["status": "refused", "message": .string(reason)])
        }
    }
}
