import Primitives

extension ControlService {
    /// Answers `/control/callouts`, `/control/outbound` and `/control/deployments`.
    func performOnCallouts(_ request: ControlRequest) throws(ServiceError) -> JSON {
        switch request.path[0] {
        case "deployments":
            return [
                "classes": .array(services.metadata.code.classes.keys.sorted().map { .string($0) }),
                "triggers": .array(services.metadata.code.triggers.keys.sorted().map { .string($0) }),
                "sites": .array(services.metadata.code.sites.keys.sorted().map { .string($0) }),
                "deployments": .array(services.metadata.deployments.map { $0.result(includesDetails: true) }),
            ]
        case "outbound":
            if request.method == "DELETE" { services.callouts.removeRules() }
            if request.method == "POST" {
                let object = try request.text("object")
                guard StandardObjects.index(of: object) != nil else { throw .control("There is no object \(object)") }
                let fields = (request.body["fields"]?.array ?? []).compactMap(\.string)
                services.callouts.add(OutboundMessageRule(object: object, url: try request.text("url"), fields: fields))
            }
            return [
                "rules": .array(services.callouts.rules.map { ["object": .string($0.object), "url": .string($0.url)] })
            ]
        default: break
        }
        let body = request.body
        var policy = services.callouts.policy
        if let delay = try request.integer("delay") { policy.delaySeconds = delay }
        if let percent = try request.integer("duplicate", in: 0...100) { policy.duplicatePercent = percent }
        if let percent = try request.integer("loss", in: 0...100) { policy.lossPercent = percent }
        if let flag = try request.flag("reorder") { policy.reorders = flag }
        if let attempts = try request.integer("attempts", in: 1...1_000) { policy.attempts = attempts }
        services.callouts.policy = policy
        services.metadata.mergeTestOutcome(
            coverage: Self.members(body["coverage"]) { $0.int },
            failing: Self.members(body["failingTests"]) { $0.string }
        )
        let tally = services.callouts.tally
        return [
            "waiting": .integer(services.callouts.waiting), "delivered": .integer(tally.delivered),
            "failedAttempts": .integer(tally.failedAttempts), "abandoned": .integer(tally.abandoned),
            "lost": .integer(tally.lost), "unauthorized": .integer(tally.unauthorized),
        ]
    }

    private static func members<Member>(_ json: JSON?, _ read: (JSON) -> Member?) -> [String: Member] {
        (json?.members ?? []).reduce(into: [:]) { members, member in members[member.name] = read(member.value) }
    }
}
