extension OrgState {
    /// Answers `/control/callouts`, `/control/outbound` and `/control/deployments`.
    mutating func performOnCallouts(_ order: ControlOrder) throws(ServiceError) -> JSON {
        switch order.path[0] {
        case "deployments":
            return [
                "classes": .array(code.classes.keys.sorted().map { .string($0) }),
                "triggers": .array(code.triggers.keys.sorted().map { .string($0) }),
                "sites": .array(code.sites.keys.sorted().map { .string($0) }),
                "deployments": .array(deployments.map { $0.result(includesDetails: true) }),
            ]
        case "outbound":
            if order.method == "DELETE" { callouts.rules.removeAll() }
            if order.method == "POST" {
                let object = try order.text("object")
                guard StandardObjects.index(of: object) != nil else { throw Self.wrong("There is no object \(object)") }
                let fields = (order.body["fields"]?.elements ?? []).compactMap(\.text)
                callouts.rules.append(OutboundMessageRule(object: object, url: try order.text("url"), fields: fields))
            }
            return ["rules": .array(callouts.rules.map { ["object": .string($0.object), "url": .string($0.url)] })]
        default: break
        }
        let body = order.body
        if let delay = body["delay"]?.integer { callouts.policy.delaySeconds = max(0, delay) }
        if let percent = body["duplicate"]?.integer { callouts.policy.duplicatePercent = percent }
        if let percent = body["loss"]?.integer { callouts.policy.lossPercent = percent }
        if let flag = body["reorder"]?.flag { callouts.policy.reorders = flag }
        if let attempts = body["attempts"]?.integer { callouts.policy.attempts = max(1, attempts) }
        for member in body["coverage"]?.members ?? [] { testCoverage[member.name] = member.value.integer }
        for member in body["failingTests"]?.members ?? [] { failingTests[member.name] = member.value.text }
        let tally = callouts.tally
        return [
            "waiting": .integer(callouts.waiting.count), "delivered": .integer(tally.delivered),
            "failedAttempts": .integer(tally.failedAttempts), "abandoned": .integer(tally.abandoned),
            "lost": .integer(tally.lost), "unauthorized": .integer(tally.unauthorized),
        ]
    }
}
