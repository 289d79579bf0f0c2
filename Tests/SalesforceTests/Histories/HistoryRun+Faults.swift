import Primitives
import SimulatedOrg

extension HistoryRun {
    /// Which faults a history draws from.
    enum Faults: Sendable {
        /// Refusals and broken connections.
        case answers
        /// All that users reported: with the login's, other hosts, short sessions and answers that are none.
        case catalogue
        /// Some refusals, and work that lets rows come late while others leave their windows.
        case late
        /// Some refusals, and a long past that is read beside the polls in many parts, while people work on its rows.
        case past
        /// Some refusals, and webhooks without stamps beside the polls, on a machine whose clock may be another one.
        case unstamped
        /// Some refusals, while objects are taken off the list and put back, and records go out of sight and come back.
        case returning
    }

    mutating func addFaults() async {
        guard faults == .catalogue else { return await addAnswer() }
        for _ in 0..<Int.random(in: 1...3, using: &random) {
            guard let kind = FaultCatalogue.kinds.randomElement(using: &random),
                let effect = kind.effects.randomElement(using: &random),
                let path = kind.paths.randomElement(using: &random)
            else { continue }
            // What is lost with the only good refresh token needs a person, in every client.
            if rotates, kind.losesAnswers, path.map({ $0.contains("oauth2") }) ?? true { continue }
            let rule = FaultRule(
                effect,
                name: kind.name,
                path: path,
                skip: Int.random(in: 0...3, using: &random),
                times: random.chance(5) ? nil : Int.random(in: 1...6, using: &random),
                aimsAtParts: kind.mayAimAtParts && random.chance(40)
            )
            await org.add(rule)
            note("fault \(kind.name) \(effect) \(path ?? "*") skip \(rule.skip) times \(rule.times ?? 0)")
        }
        if random.chance(15) { await move() }
    }

    private mutating func move() async {
        let manner = Hosts.Manner.allCases.randomElement(using: &random) ?? .redirect
        await target.move(leaving: manner)
        tally.count("moved host")
        note("moved, leaving \(manner)")
    }

    private mutating func addAnswer() async {
        let effects: [FaultRule.Effect] = [
            .sessionExpired, .dailyLimit, .concurrentLimit, .edge, .serverError, .unavailable,
            .queryTimeout,
            .truncated(after: 30), .reset(afterEffect: true), .reset(afterEffect: false),
            .error(status: 400, code: "INVALID_FIELD", message: "No such column"),
            .error(status: 400, code: "INVALID_QUERY_LOCATOR", message: "invalid query locator"),
            .error(status: 400, code: "EXCEEDED_ID_LIMIT", message: "too many"),
        ]
        let effect = effects.randomElement(using: &random) ?? .serverError
        let paths: [String?] = [
            nil, "/deleted", "/query", "/composite", "/updated", "/describe", "/composite/sobjects",
            "/services/data",
        ]
        let path = paths.randomElement(using: &random) ?? nil
        let rule = FaultRule(
            effect,
            path: path,
            skip: Int.random(in: 0...3, using: &random),
            times: Int.random(in: 1...6, using: &random),
            aimsAtParts: random.chance(40)
        )
        await org.add(rule)
        note(
            "fault \(effect) \(path ?? "*") skip \(rule.skip) times \(rule.times ?? 0) parts \(rule.aimsAtParts)"
        )
    }
}
