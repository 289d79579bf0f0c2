import Domain
import EngineAPI
import Primitives
import ServiceLifecycle

extension EngineRoutes {
    static var authorizations: [Route] {
        [
            value(
                .beginAuthorization,
                .admin,
                "Begins an authorization in the browser; nothing is stored.",
                body: body(
                    EngineOrder.Authorization.self,
                    EngineOrder.Authorization(configuration: draft.configuration, instance: nil)
                )
            ) { call in
                let order: EngineOrder.Authorization = try call.order()
                var current = InstanceConfiguration()
                if let id = order.instance { current = try await call.engine.instance(id).configuration }
                try DraftReader.check(order.configuration, over: current)
                return try await call.engine.beginAuthorization(order.configuration, for: order.instance)
            },
            value(
                .authorization,
                .admin,
                "How an authorization stands.",
                parameters: [
                    .init(
                        name: "waitMilliseconds",
                        summary: "How long the answer may wait for the browser.",
                        schema: .integer(0...60_000).defaulting(to: 0)
                    )
                ]
            ) { call in
                var patience: Int64 = 0
                if let text = call.target["waitMilliseconds"] {
                    guard let number = Int64(text), (0...60_000).contains(number) else {
                        throw APIError.badRequest("waitMilliseconds is a whole number from 0 to 60000.")
                    }
                    patience = number
                }
                let (engine, state, milliseconds) = (call.engine, call.parameters["state"] ?? "", patience)
                return try await cancelWhenGracefulShutdown {
                    try await engine.authorization(state, waiting: milliseconds)
                }
            },
            value(.completeAuthorization, .admin, "Takes what a person pasted.", body: body(EngineOrder.Reply.self)) {
                call in
                let order: EngineOrder.Reply = try call.order()
                return try await call.engine.completeAuthorization(
                    call.parameters["state"] ?? "",
                    reply: order.reply.exposed
                )
            },
            done(.cancelAuthorization, .admin, "Gives an authorization up.") {
                try await $0.engine.cancelAuthorization($0.parameters["state"] ?? "")
            },
        ]
    }
}
