import Domain
import EngineAPI
import Primitives

extension EngineRoutes {
    /// What an order to deploy or remove is answered with.
    private static let streamed =
        "`progress` events (EngineDeployStatus), then one `done` event with the last of them or one `failed` event "
        + "(EngineFailure)."
    private static let permission = EngineOrder.ApexPermission(allowsProduction: true)

    static var apex: [Route] {
        [
            value(.apexStatus, .read, "What of an instance's Apex is in the org, what runs, and what is wrong.") {
                $0.scope.shown(try await $0.engine.apexStatus(try $0.instanceID()))
            },
            value(.apexProject, .admin, "The Apex of an instance as a Salesforce DX project, its secret in clear.") {
                try await $0.engine.apexProject(try $0.instanceID())
            },
            route(
                .deployApex,
                .admin,
                "Deploys the Apex of an instance.",
                body: body(EngineOrder.ApexPermission.self, permission),
                answer: .text("text/event-stream", streamed)
            ) { call in
                let (id, order) = (try call.instanceID(), try call.order(EngineOrder.ApexPermission.self))
                return EngineStreams.apex(call) { engine, progress in
                    try await engine.deployApex(id, allowProduction: order.allowsProduction, progress: progress)
                }
            },
            route(
                .removeApex,
                .admin,
                "Removes the Apex of an instance from its org.",
                body: body(EngineOrder.ApexPermission.self, permission),
                answer: .text("text/event-stream", streamed)
            ) { call in
                let (id, order) = (try call.instanceID(), try call.order(EngineOrder.ApexPermission.self))
                return EngineStreams.apex(call) { engine, progress in
                    try await engine.removeApex(id, allowProduction: order.allowsProduction, progress: progress)
                }
            },
        ]
    }
}
