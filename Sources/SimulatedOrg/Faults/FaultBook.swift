/// The fault rules in force, and how often each was met.
struct FaultBook: Sendable {
    private(set) var rules: [FaultRule] = []
    /// How often rules of each name struck.
    private(set) var strikes: [String: Int] = [:]

    mutating func add(_ rule: FaultRule) {
        rules.append(rule)
    }

    mutating func removeAll() {
        rules.removeAll()
    }

    /// The effect that strikes a request, if any.
    mutating func strike(method: String, target: String) -> FaultRule.Effect? {
        strike(method: method, target: target, parts: false)
    }

    /// The refusal that strikes a part of a composite call, if any.
    mutating func strikePart(method: String, target: String) -> ServiceError? {
        strike(method: method, target: target, parts: true)?.refusal
    }

    private mutating func strike(method: String, target: String, parts: Bool) -> FaultRule.Effect? {
        for index in rules.indices where rules[index].aimsAtParts == parts {
            guard Self.matches(rules[index], method: method, target: target) else { continue }
            if rules[index].skip > 0 {
                rules[index].skip -= 1
                continue
            }
            let effect = rules[index].effect
            if let name = rules[index].name { strikes[name, default: 0] += 1 }
            if let times = rules[index].times {
                if times <= 1 { rules.remove(at: index) } else { rules[index].times = times - 1 }
            }
            return effect
        }
        return nil
    }

    private static func matches(_ rule: FaultRule, method: String, target: String) -> Bool {
        if let wanted = rule.method, wanted.uppercased() != method { return false }
        guard let path = rule.path else { return true }
        // Most rules are plain text, which needs no regular expression.
        let isPlain = path.allSatisfy { $0.isLetter || $0.isNumber || "/_-".contains($0) }
        if isPlain { return target.contains(path) }
        guard let expression = try? Regex(path) else { return false }
        return target.firstMatch(of: expression) != nil
    }
}

extension OrgState {
    /// Answers a request that a fault strikes.
    mutating func befall(
        _ effect: FaultRule.Effect,
        answer: (inout OrgState) -> SimulatedResponse
    ) -> SimulatedResponse {
        if let refusal = effect.refusal {
            var response = SimulatedResponse.error(refusal)
            response.headers["Sforce-Limit-Info"] = usage.header
            return response
        }
        let html = ["Content-Type": "text/html;charset=UTF-8"]
        switch effect {
        case .edge:
            let page =
                "<html><head><title>Loading</title></head><body>We are setting things up. Try again.</body></html>"
            return SimulatedResponse(status: 420, headers: html, body: Array(page.utf8))
        case .unavailable:
            let page = "<html><body>Server too busy</body></html>"
            return SimulatedResponse(status: 503, headers: html, body: Array(page.utf8))
        case .login(let error, let description):
            return .json(400, ["error": .string(error), "error_description": .string(description)])
        case .answer(let status, let headers, let body):
            return SimulatedResponse(status: status, headers: headers, body: Array(body.utf8))
        case .slow(let seconds):
            var response = answer(&self)
            response.transport = .slow(seconds: seconds)
            return response
        case .truncated(let count):
            var response = answer(&self)
            response.transport = .truncated(after: count)
            return response
        case .cut(let count):
            var response = answer(&self)
            response.body = Array(response.body.prefix(count))
            return response
        case .reset(let afterEffect):
            var response = SimulatedResponse(status: 0)
            if afterEffect { response = answer(&self) }
            response.transport = .reset
            return response
        default: return answer(&self)
        }
    }
}
