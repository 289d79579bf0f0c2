extension OrgState {
    /// `POST /control/faults {"effect": "serverError", "path": "/query", "skip": 0, "times": 1}`.
    mutating func performOnFaults(_ order: ControlOrder) throws(ServiceError) -> JSON {
        switch order.method {
        case "GET": break
        case "DELETE": faults.removeAll()
        default:
            let times: Int? =
                order.body["times"] == .null
                ? nil : min(1_000_000, max(0, order.body["times"]?.integer ?? 1))
            faults.add(
                FaultRule(
                    try Self.effect(order),
                    method: order.body["method"]?.text,
                    path: order.body["path"]?.text,
                    skip: max(0, order.body["skip"]?.integer ?? 0),
                    times: times,
                    aimsAtParts: order.body["parts"]?.flag ?? false
                )
            )
        }
        return ["rules": .array(faults.rules.map { .string("\($0.effect) \($0.method ?? "*") \($0.path ?? "*")") })]
    }

    private static func effect(_ order: ControlOrder) throws(ServiceError) -> FaultRule.Effect {
        switch try order.text("effect") {
        case "sessionExpired": return .sessionExpired
        case "dailyLimit": return .dailyLimit
        case "concurrentLimit": return .concurrentLimit
        case "edge": return .edge
        case "serverError": return .serverError
        case "unavailable": return .unavailable
        case "queryTimeout": return .queryTimeout
        case "slow": return .slow(seconds: min(600, max(0, order.body["seconds"]?.double ?? 5)))
        case "truncated": return .truncated(after: max(0, order.body["bytes"]?.integer ?? 20))
        case "cut": return .cut(after: max(0, order.body["bytes"]?.integer ?? 20))
        case "login":
            return .login(
                error: order.body["code"]?.text ?? "unsupported_grant_type",
                description: order.body["message"]?.text ?? "unavailable"
            )
        case "answer":
            return .answer(
                status: order.body["status"]?.integer ?? 200,
                headers: ["Content-Type": order.body["type"]?.text ?? "text/html"],
                body: order.body["text"]?.text ?? ""
            )
        case "reset": return .reset(afterEffect: order.body["afterEffect"]?.flag ?? false)
        case "error":
            return .error(
                status: min(599, max(200, order.body["status"]?.integer ?? 400)),
                code: order.body["code"]?.text ?? "UNKNOWN_EXCEPTION",
                message: order.body["message"]?.text ?? "An unexpected error occurred."
            )
        case let name:
            throw wrong(
                "There is no effect \(name); use sessionExpired, dailyLimit, concurrentLimit, edge, serverError, "
                    + "unavailable, queryTimeout, login, answer, slow, truncated, cut, reset or error"
            )
        }
    }
}
