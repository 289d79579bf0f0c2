import Domain
import HTTPTypes
import Store

/// What watchers of the process ask: is it alive, is it ready, how does it do, what can it do.
enum HealthRoutes {
    /// Below this, nothing more is taken in.
    static let minimumFreeBytes: Int64 = 64 << 20

    static let routes: [Route] = [
        Route(method: .get, template: "/healthz", summary: "The process answers.", access: .open) { _ in
            .json(["status": "ok"])
        },
        Route(
            method: .get,
            template: "/readyz",
            summary: "Events can be taken in and stored; 503 says why not.",
            access: .open
        ) { call in
            guard call.engine.isReady else { return notReady("The engine is starting or stopping.") }
            guard (try? await call.engine.store.instances()) != nil else {
                return notReady("The store can't be read.")
            }
            if let free = await call.engine.store.freeBytes(), free < minimumFreeBytes {
                return notReady("Only \(free >> 20) MiB are free beside the store.")
            }
            return .json(["status": "ready"])
        },
        Route(method: .get, template: "/metrics", summary: "Figures as Prometheus text.", access: .open) { call in
            .text(try await MetricsText.make(call.api), type: "text/plain; version=0.0.4; charset=utf-8")
        },
        Route(method: .get, template: "/openapi.json", summary: "This description.", access: .open) { _ in
            .json(OpenAPI.document(.all))
        },
    ]

    private static func notReady(_ reason: String) -> Reply {
        .json(["status": "not ready", "message": .string(reason)], status: .serviceUnavailable)
    }
}
