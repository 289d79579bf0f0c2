import Domain

/// What asking for less may cost.
///
/// An org that finds a question too much finds it so each time. One that refuses by chance would be asked for less and
/// less, one call for each part, until it seems to refuse single fields. So what was answered at a width is asked again
/// before less is asked for, and one page costs so many questions more at most.
struct Recovery: Sendable {
    static let mostRepeats = 2
    static let mostQuestions = 60
    private static let mostLostLocators = 3

    /// The most fields that the org gave with one query, beside those that every row needs.
    private(set) var provenWidth: Int
    private var repeats = 0
    private var questions = 0
    /// Locators in a row that were lost without a row between them.
    private var lostLocators = 0

    init(provenWidth: Int = 0) { self.provenWidth = provenWidth }

    /// Takes what polls before this one were given.
    mutating func learn(width: Int) { provenWidth = max(provenWidth, width) }

    /// A query that named so many fields was answered.
    mutating func answered(width: Int) {
        learn(width: width)
        repeats = 0
    }

    /// What comes next costs anew.
    mutating func finishedPage() { questions = 0 }

    /// Whether the same is asked once more, as the org gave as much before.
    mutating func asksAgain(width: Int) -> Bool {
        guard width <= provenWidth, repeats < Self.mostRepeats else {
            repeats = 0
            return false
        }
        repeats += 1
        return true
    }

    /// Counts a locator that the org does not know any more; false where there were enough.
    mutating func mayGoOnByKey() -> Bool {
        lostLocators += 1
        return lostLocators <= Self.mostLostLocators
    }

    /// Rows go on to come.
    mutating func acceptProgress() { lostLocators = 0 }

    /// Counts a question that another one's refusal leads to; false where there were enough.
    mutating func mayAsk() -> Bool {
        questions += 1
        return questions <= Self.mostQuestions
    }
}
