import Primitives

extension ControlService {
    /// `POST /control/faults {"effect": "serverError", "path": "/query", "skip": 0, "times": 1}`.
    func performOnFaults(_ request: ControlRequest) throws(ServiceError) -> JSON {
        switch request.method {
        case "GET": break
        case "DELETE": services.faults.removeAll()
        default:
            let times: Int? =
                request.body["times"] == .null
                ? nil : request.integer("times") ?? 1
            services.faults.add(
                FaultRule(
                    try Self.effect(request),
                    method: request.body["method"]?.string,
                    path: request.body["path"]?.string,
                    skip: request.integer("skip") ?? 0,
                    times: times,
                    aimsAtParts: request.body["parts"]?.bool ?? false
                )
            )
        }
        return [
            "rules": .array(services.faults.rules.map { .string("\($0.effect) \($0.method ?? "*") \($0.path ?? "*")") })
        ]
    }

    private static func effect(_ request: ControlRequest) throws(ServiceError) -> FaultRule.Effect {
        switch try request.text("effect") {
        case "sessionExpired": return .sessionExpired
        case "dailyLimit": return .dailyLimit
        case "concurrentLimit": return .concurrentLimit
        case "edge": return .edge
        case "serverError": return .serverError
        case "unavailable": return .unavailable
        case "queryTimeout": return .queryTimeout
        case "slow": return .slow(seconds: min(600, max(0, request.body["seconds"]?.double ?? 5)))
        case "truncated": return .truncated(after: request.integer("bytes") ?? 20)
        case "cut": return .cut(after: request.integer("bytes") ?? 20)
        case "login":
            return .login(
                error: request.body["code"]?.string ?? "unsupported_grant_type",
                description: request.body["message"]?.string ?? "unavailable"
            )
        case "answer":
            return .answer(
                status: request.integer("status", in: 200...599) ?? 200,
                headers: ["Content-Type": request.body["type"]?.string ?? "text/html"],
                body: request.body["text"]?.string ?? ""
            )
        case "reset": return .reset(afterEffect: request.body["afterEffect"]?.bool ?? false)
        case "error":
            return .error(
                status: request.integer("status", in: 200...599) ?? 400,
                code: request.body["code"]?.string ?? "UNKNOWN_EXCEPTION",
                message: request.body["message"]?.string ?? "An unexpected error occurred."
            )
        case let name:
            throw .control(
                "There is no effect \(name); use sessionExpired, dailyLimit, concurrentLimit, edge, serverError, "
                    + "unavailable, queryTimeout, login, answer, slow, truncated, cut, reset or error"
            )
        }
    }
}
