import Domain
import EngineAPI
import HTTPTypes
import Primitives

/// The Apex that makes an org send webhooks, and the secret that it signs with.
enum ApexRoutes {
    private static let permission = Route.Parameter(
        name: "production",
        summary: "true allows a production org.",
        schema: .flag.defaulting(to: false)
    )

    static let routes: [Route] =
        Route.instance(
            .get,
            "/apex",
            "getApex",
            .admin,
            "The Apex of an instance: what is in the org, what runs, and the project's files, which hold the secret.",
            parameters: [
                .init(
                    name: "files",
                    summary: "false leaves out the project's files.",
                    schema: .flag.defaulting(to: true)
                )
            ],
            answer: .json(ApexShape.statusSchema, "What is in the org, and what runs."),
            refusals: [.conflict]
        ) { try await show($0) }
        + Route.instance(
            .post,
            "/apex",
            "deployApex",
            .admin,
            "Deploys the Apex into the org; answers when it is done. {\"production\": true} allows a production org.",
            parameters: [permission],
            body: .optional(ApexShape.permissionSchema),
            answer: .json(ApexShape.deploymentSchema, "How the deployment ended."),
            refusals: [.conflict, .badGateway]
        ) { call in
            let id = try await call.instance().id
            let allowed = try allowsProduction(call)
            return .json(
                ApexShape.json(try await call.engine.deployApex(id, allowProduction: allowed, progress: { _ in }))
            )
        }
        + Route.instance(
            .delete,
            "/apex",
            "removeApex",
            .admin,
            "Removes the Apex from the org.",
            parameters: [permission],
            body: .optional(ApexShape.permissionSchema),
            answer: .json(ApexShape.deploymentSchema, "How the removal ended."),
            refusals: [.conflict, .badGateway]
        ) { call in
            let id = try await call.instance().id
            let allowed = try allowsProduction(call)
            return .json(
                ApexShape.json(try await call.engine.removeApex(id, allowProduction: allowed, progress: { _ in }))
            )
        }
        + Route.instance(
            .post,
            "/webhook/secret",
            "rotateWebhookSecret",
            .admin,
            "Makes a new secret for webhooks; the one before stays valid for a day. Deployed Apex is deployed again.",
            answer: .json(DeliveryShape.webhookSchema, "The new secret."),
            refusals: [.conflict, .badGateway]
        ) { call in
            let id = try await call.instance().id
            let overview = try await call.engine.rotateReceiverSecret(id)
            let instance = try await call.engine.storedInstance(id)
            return .json(try await DeliveryRoutes.webhook(call, instance, overview))
        }

    private static func show(_ call: Call) async throws -> Reply {
        let id = try await call.instance().id
        let withFiles = try call.flag("files", default: true)
        let status = try await call.engine.apexStatus(id)
        let files = withFiles ? try await call.engine.apexProject(id) : nil
        return .json(ApexShape.json(status, files: files))
    }

    private static func allowsProduction(_ call: Call) throws(APIError) -> Bool {
        let fromQuery = try call.flag("production", default: false)
        guard !call.body.isEmpty else { return fromQuery }
        let json = try call.object(members: ["production"])
        guard let member = json["production"], member != .null else { return fromQuery }
        guard let flag = member.bool else { throw .badRequest("production is true or false.") }
        return flag
    }
}
