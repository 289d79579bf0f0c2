import Domain

/// What a refusal may cost: see `Recovery`.
extension ObjectPoll {
    /// How many fields the question at hand names, beside those that every row needs.
    var askedWidth: Int { joining?.question?.fields.count ?? fields.first.count }

    static let refusesOnAndOn =
        "The org refuses one question after another, however little is asked for; it is asked again at the next poll."

    /// The refusal as it is; where the page at hand has cost enough, one that waits for the next poll.
    mutating func bounded(_ error: SalesforceError) -> SalesforceError {
        let remedy = Self.remedy(error)
        // Single fields are few enough, and each that is refused by itself is left out.
        let isCounted = remedy == .shorterSpan || remedy == .fewerRows || remedy == .fewerFields && askedWidth > 1
        guard isCounted, !limits.recovery.mayAsk() else { return error }
        if remedy == .fewerFields {
            // Less is asked for from the start then, so that it comes to an end where the org means it.
            resume.parts = max(resume.parts ?? 1, min(Int64(fields.groups.count) * 2, 4096))
        }
        return SalesforceError(.transient, Self.refusesOnAndOn, providerMessage: error.providerMessage)
    }

    /// Whether a question is asked again as it is.
    mutating func asksAgain(_ error: SalesforceError) -> Bool {
        // The length of a query is no chance.
        error.code == "QUERY_TOO_COMPLICATED" && limits.recovery.asksAgain(width: askedWidth)
    }
}
