import Domain
import Primitives
import Salesforce
import SimulatedOrg

extension HistoryRun {
    /// What an org never answers, all through a history, and what it does to its connections and fields.
    struct Limits: Sendable {
        /// Most fields that one query may name.
        let queryFields: Int?
        /// Most days that one query may read.
        let queryDays: Int?
        let rotates: Bool
        let retypes: Bool

        init(from random: inout SeededGenerator) {
            queryFields = random.chance(25) ? Int.random(in: 6...30, using: &random) : nil
            queryDays = random.chance(15) ? Int.random(in: 2...20, using: &random) : nil
            rotates = random.chance(30)
            retypes = random.chance(30)
        }

        func apply(to configuration: inout SimulatedOrgConfiguration) {
            configuration.maximumQueryFields = queryFields
            configuration.queryWindowDays = queryDays
            configuration.rotatesRefreshTokens = rotates
        }

        /// As the summary counts them.
        var names: [String] {
            (queryFields == nil ? [] : ["narrow queries"]) + (queryDays == nil ? [] : ["short windows"])
                + (rotates ? ["rotating tokens"] : [])
        }
    }

    /// From a generator of its own, so that the steps of a seed stay what they were.
    static func limits(seed: UInt64, _ faults: Faults) -> OverlapLimits {
        var random = SeededGenerator(seed: ~seed)
        guard faults == .late || random.chance(60) else { return .init() }
        return OverlapLimits(
            familiar: Int.random(in: 0...3, using: &random),
            unsettled: random.chance(50) ? 0 : 2000,
            page: Int.random(in: 1...6, using: &random)
        )
    }

    /// Rows that are so large that an answer holds one or a few of them, all through a history: the most bytes that are taken.
    /// From a generator of its own, so that the steps of a seed stay what they were.
    static func answerLimit(seed: UInt64) -> Int? {
        var random = SeededGenerator(seed: seed &* 17 &+ 5)
        return random.chance(20) ? Int.random(in: 2500...5000, using: &random) : nil
    }
}
