/// What many histories went through, for one line at their end.
struct Tally: Sendable {
    var histories = 0
    var polls = 0
    var failedPolls = 0
    var events = 0
    var kills = 0
    var faults: [String: Int] = [:]

    mutating func count(_ fault: String, _ times: Int = 1) { faults[fault, default: 0] += times }

    static func + (left: Tally, right: Tally) -> Tally {
        var sum = left
        sum.histories += right.histories
        sum.polls += right.polls
        sum.failedPolls += right.failedPolls
        sum.events += right.events
        sum.kills += right.kills
        sum.faults.merge(right.faults) { $0 + $1 }
        return sum
    }

    var line: String {
        let kinds = faults.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(
            separator: ", "
        )
        return
            "\(histories) histories, \(polls) polls (\(failedPolls) failed), \(events) events, \(kills) kills; "
            + "faults: \(kinds)"
    }
}
