import Primitives

extension ControlService {
    /// `POST /control/faults {"effect": "serverError", "path": "/query", "skip": 0, "times": 1}`.
    func performOnFaults(_ request: ControlRequest) throws(ServiceError) -> JSON {
        switch request.method {
        case "GET": break
        case "DELETE": services.faults.removeAll()
        default:
            let times = request.body["times"] == .null ? Int?.none : .some(1)
            let limited = try request.integer("times") ?? times
            services.faults.add(
                FaultRule(
                    try Self.effect(request),
                    method: request.body["method"]?.string,
                    path: request.body["path"]?.string,
                    skip: try request.integer("skip") ?? 0,
                    times: limited,
                    aimsAtParts: try request.flag("parts") ?? false
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
        case "slow": return try .slow(seconds: min(600, request.number("seconds") ?? 5))
        case "truncated": return try .truncated(after: request.integer("bytes") ?? 20)
        case "cut": return try .cut(after: request.integer("bytes") ?? 20)
        case "login":
            return .login(
                error: request.body["code"]?.string ?? "unsupported_grant_type",
                description: request.body["message"]?.string ?? "unavailable"
            )
        case "answer":
            return .answer(
                status: try request.integer("status", in: 200...599) ?? 200,
                headers: ["Content-Type": request.body["type"]?.string ?? "text/html"],
                body: request.body["text"]?.string ?? ""
            )
        case "edited": return try .edited(from: request.text("from"), to: request.body["to"]?.string ?? "")
        case "reset": return try .reset(afterEffect: request.flag("afterEffect") ?? false)
        case "error":
            return .error(
                status: try request.integer("status", in: 200...599) ?? 400,
                code: request.body["code"]?.string ?? "UNKNOWN_EXCEPTION",
                message: request.body["message"]?.string ?? "An unexpected error occurred."
            )
        case let name:
            throw .control(
                "There is no effect \(name); use sessionExpired, dailyLimit, concurrentLimit, edge, serverError, "
                    + "unavailable, queryTimeout, login, answer, slow, truncated, cut, edited, reset or error"
            )
        }
    }
}
