package import Domain

/// What a poll brought.
package struct PollSummary: Sendable, Hashable {
    package var result: IntakeResult
    package var rowsRead: Int
    package var apiCalls: Int
    package var milliseconds: Int
    /// Objects that could not be polled, with one sentence each.
    package var problems: [String: String]
    /// The org's own words for them, where it said any.
    package var providerMessages: [String: String]

    package init(
        result: IntakeResult = .init(),
        rowsRead: Int = 0,
        apiCalls: Int = 0,
        milliseconds: Int = 0,
        problems: [String: String] = [:],
        providerMessages: [String: String] = [:]
    ) {
        self.result = result
        self.rowsRead = rowsRead
        self.apiCalls = apiCalls
        self.milliseconds = milliseconds
        self.problems = problems
        self.providerMessages = providerMessages
    }
}
