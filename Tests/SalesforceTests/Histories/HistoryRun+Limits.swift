import Primitives
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
}
