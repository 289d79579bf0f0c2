/// The fault rules in force, and how often each was met.
struct FaultBook: Sendable {
    private(set) var rules: [FaultRule] = []
    /// How often rules of each name struck.
    private(set) var strikes: [String: Int] = [:]

    /// Puts a rule behind the others; one that is to strike no times at all is none.
    mutating func add(_ rule: FaultRule) {
        guard rule.times ?? 1 > 0 else { return }
        rules.append(rule)
    }

    mutating func removeAll() {
        rules.removeAll()
    }

    /// The effect that strikes a request or a part of a composite call, if any.
    mutating func strike(method: String, target: String, isPart: Bool) -> FaultRule.Effect? {
        for index in rules.indices where rules[index].aimsAtParts == isPart {
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
