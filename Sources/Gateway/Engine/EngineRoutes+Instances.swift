import Domain
import EngineAPI
import Primitives

extension EngineRoutes {
    static var instances: [Route] {
        [
            value(.instances, .read, "All instances; secrets are masked.") { call in
                try await call.engine.instances().map { call.scope.shown($0) }
            },
            value(.instance, .read, "One instance.") {
                $0.scope.shown(try await $0.engine.instance(try $0.instanceID()))
            },
            value(
                .createInstance,
                .admin,
                "Creates, connects and starts an instance.",
                body: body(InstanceDraft.self, draft)
            ) {
                let draft: InstanceDraft = try $0.order()
                try DraftReader.check(draft.configuration, over: .init())
                return try await $0.engine.createInstance(draft)
            },
            value(
                .updateInstance,
                .admin,
                "Applies the whole draft at once; masked secrets keep their value.",
                body: body(InstanceDraft.self, draft)
            ) {
                let (id, draft) = (try $0.instanceID(), try $0.order(InstanceDraft.self))
                try DraftReader.check(draft.configuration, over: try await $0.engine.instance(id).configuration)
                return try await $0.engine.updateInstance(id, draft)
            },
            value(.deleteInstance, .admin, "Deletes an instance, and says what is left of it in the org.") {
                DeletionReport(try await $0.engine.deleteInstanceReporting(try $0.instanceID()))
            },
            value(.setEnabled, .admin, "Enables or disables an instance.", body: body(EngineOrder.Switch.self)) {
                let order: EngineOrder.Switch = try $0.order()
                return try await $0.engine.setEnabled(try $0.instanceID(), order.isEnabled)
            },
            value(.poll, .operate, "Polls now and answers when everything that was found is stored.") {
                try await $0.engine.poll(try $0.instanceID())
            },
            value(
                .describeObjects,
                .operate,
                "The objects of the org that can be watched.",
                parameters: [
                    .init(
                        name: "anew",
                        summary: "true: the org is asked, whatever it answered lately.",
                        schema: .flag.defaulting(to: false)
                    )
                ]
            ) { call in
                try await call.engine.describeObjects(
                    try call.instanceID(),
                    anew: try call.flag("anew", default: false)
                )
            },
            value(.rotateReceiverSecret, .admin, "Makes a new secret for what the org sends.") {
                try await $0.engine.rotateReceiverSecret(try $0.instanceID())
            },
        ]
    }
}
