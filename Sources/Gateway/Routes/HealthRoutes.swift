import Domain
import EngineAPI
import HTTPTypes
import Primitives
import Telemetry

/// What watchers of the process ask: is it alive, is it ready, how does it do, what can it do.
enum HealthRoutes {
    /// Overdue activities that are named one by one.
    private static let shownOverdue = 10

    static let routes: [Route] = [
        Route(
            method: .get,
            template: "/healthz",
            operation: "getHealth",
            access: .open,
            summary: "The process answers.",
            answer: .json(.object(["status": .words(["ok"])]).named("Health"), "It is alive.")
        ) { _ in
            .json(["status": "ok"])
        },
        Route(
            method: .get,
            template: "/readyz",
            operation: "getReadiness",
            access: .open,
            summary: "Events can be taken in and stored, and nothing is overdue; 503 says why not.",
            answer: .json(readiness, "It is ready."),
            otherAnswers: [.json(readiness, "It is not ready; the message says why.", status: 503)]
        ) { call in
            guard call.engine.isReady else { return notReady(call.engine, "The engine is starting or stopping.") }
            guard (try? await call.engine.storedInstances()) != nil else {
                return notReady(call.engine, "The store can't be read.")
            }
            if let damage = call.engine.damage { return notReady(call.engine, damage) }
            if let shortage = await call.engine.shortage() { return notReady(call.engine, shortage) }
            let overdue = call.engine.activities.filter(\.isOverdue)
            guard overdue.isEmpty else {
                return notReady(call.engine, overdue.prefix(shownOverdue).map(\.sentence).joined(separator: " "))
            }
            return .json(standing("ready", call.engine))
        },
        Route(
            method: .get,
            template: "/metrics",
            operation: "getMetrics",
            access: .open,
            summary: "Figures for a collector, as Prometheus' text or, where Accept names it, as OpenMetrics.",
            answer: figures
        ) { call in
            let format = ExpositionText(accept: call.headers[.accept])
            return .text(format.text(await EngineGauges.families(call.api)), type: format.contentType)
        },
        Route(
            method: .get,
            template: "/openapi.json",
            operation: "getDescription",
            access: .open,
            summary: "This description.",
            answer: .json(.table(of: .anything), "An OpenAPI 3.1 document.")
        ) { _ in
            Reply(content: .bytes(description, type: Reply.jsonType))
        },
    ]

    private static let readiness = JSONSchema.object(
        ["status": .words(["ready", "not ready"])],
        optional: [
            "message": .text, "node": .text,
            "nodes": .list(of: .object(["name": .text, "instances": .number, "isOwn": .flag]).named("NodeStanding")),
        ]
    ).named("Readiness")

    private static var figures: Route.Answer {
        var answer = Route.Answer.text("text/plain", "The figures, version 0.0.4 of the format, or OpenMetrics 1.0.")
        answer.otherMediaType = "application/openmetrics-text"
        return answer
    }

    private static let description = OpenAPI.document(.all).bytes

    private static func notReady(_ engine: any ListenerEngine, _ reason: String) -> Reply {
        .json(standing("not ready", engine, [.init("message", .string(reason))]), status: .serviceUnavailable)
    }

    /// With the name of the node, so that whoever looks through a balancer sees whose answer it is, and with how many instances
    /// each of the nodes works for.
    private static func standing(_ status: String, _ engine: any ListenerEngine, _ more: [JSON.Member] = []) -> JSON {
        let node = engine.node.map { JSON.Member("node", .string($0)) }
        let nodes = engine.nodes.map { node -> JSON in
            ["name": .string(node.name), "instances": .integer(Int64(node.instances)), "isOwn": .bool(node.isOwn)]
        }
        let others = nodes.isEmpty ? nil : JSON.Member("nodes", .array(nodes))
        return .object([.init("status", .string(status))] + more + [node, others].compactMap(\.self))
    }
}
