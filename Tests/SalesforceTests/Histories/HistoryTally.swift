/// What a number of histories went through.
struct HistoryTally: Sendable, CustomStringConvertible {
    var histories = 0
    var polls = 0
    var kills = 0
    var events = 0
    /// Faults that were set up, by kind.
    var faults: [String: Int] = [:]

    mutating func add(_ other: HistoryTally) {
        histories += other.histories
        polls += other.polls
        kills += other.kills
        events += other.events
        faults.merge(other.faults, uniquingKeysWith: +)
    }

    var description: String {
        let kinds = faults.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
        return "\(histories) histories, \(polls) polls, \(kills) kills, \(events) events; faults: \(kinds)"
    }
}
