/// What can't be right at first sight, and what an org says so often that it is.
///
/// Names, key prefixes and the values of a few fields tell an answer about an object from one about another, or from none.
/// What orgs legitimately do there is not all known: records of one object may have several prefixes. So a doubt ends a
/// poll and is asked about again in the next; what comes in so many polls in a row is no accident, and no object is stopped
/// for good by it.
struct AnswerDoubts: Sendable {
    /// Faults that strike every other answer come so many times in a row once in a thousand.
    static let mostInARow = 10

    private struct Streak {
        var polls = 0
        var claims: Set<String> = []
    }

    private var streaks: [String: Streak] = [:]
    private var beliefs: [String: Set<String>] = [:]

    /// What is believed of an object.
    func believed(of object: String) -> Set<String> { beliefs[object] ?? [] }

    /// Takes what was doubtful in one more answer or poll; `reader` says whose, as those that go on side by side do not
    /// meet the same.
    mutating func add(_ claims: Set<String>, of object: String, by reader: String = "") {
        guard !claims.isEmpty else { return }
        let key = object + " " + reader
        var streak = streaks[key] ?? Streak()
        streak.polls += 1
        streak.claims.formUnion(claims)
        streaks[key] = streak
        guard streak.polls >= Self.mostInARow else { return }
        beliefs[object, default: []].formUnion(streak.claims)
        streaks[key] = nil
    }

    /// Nothing was doubtful this time.
    mutating func settle(_ object: String, by reader: String = "") { streaks[object + " " + reader] = nil }
}
