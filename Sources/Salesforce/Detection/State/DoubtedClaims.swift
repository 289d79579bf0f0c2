import Domain

/// What of one poll's answers looked like none, or like another object's: key prefixes and names of fields.
///
/// Invariant: what was doubted once stays so until the poll is over, and only then counts as one more poll with such answers.
struct DoubtedClaims: Sendable {
    private(set) var claims: Set<String> = []

    mutating func addField(_ name: String) { claims.insert(name) }

    mutating func addPrefix(of id: String) { claims.insert(Self.prefix(of: id)) }

    static func prefix(of id: String) -> String { String(id.prefix(3)) }

    /// Counts the polls in a row with such answers. Kept with the object's place, so that whoever polls next goes on with it:
    /// a restart would have the object stand still for as many polls again. Who takes the object off the list and adds it
    /// anew begins without.
    func settle(in resume: inout ResumeState, hasFailed: Bool) {
        guard !claims.isEmpty else {
            guard !hasFailed else { return }
            resume.doubtful = []
            resume.doubtfulPolls = 0
            return
        }
        resume.doubtful.formUnion(claims)
        resume.doubtfulPolls += 1
        guard resume.doubtfulPolls >= AnswerDoubts.mostInARow else { return }
        resume.believed.formUnion(resume.doubtful)
        resume.doubtful = []
        resume.doubtfulPolls = 0
    }
}
