package import Domain

/// What a poll brought.
package struct PollSummary: Sendable, Hashable {
    package var result: IntakeResult
    package var rowsRead: Int
    package var calls: APICalls
    package var milliseconds: Int
    /// Objects that could not be polled, with one sentence each.
    package var problems: [String: String]
    /// The org's own words for them, where it said any.
    package var providerMessages: [String: String]

    package init(
        result: IntakeResult = .init(),
        rowsRead: Int = 0,
        calls: APICalls = [:],
        milliseconds: Int = 0,
        problems: [String: String] = [:],
        providerMessages: [String: String] = [:]
    ) {
        self.result = result
        self.rowsRead = rowsRead
        self.calls = calls
        self.milliseconds = milliseconds
        self.problems = problems
        self.providerMessages = providerMessages
    }

    /// Calls that the org's allowance pays for.
    package var apiCalls: Int { calls.total }
}
