import Primitives

/// One deployment on its way through the queue.
struct Deployment: Sendable {
    enum TestLevel: String, Sendable {
        case noTestRun = "NoTestRun"
        case specified = "RunSpecifiedTests"
        case local = "RunLocalTests"
        case all = "RunAllTestsInOrg"
    }

    struct Options: Sendable {
        var checkOnly = false
        var rollbackOnError = true
        var testLevel: TestLevel?
        var runTests: [String] = []
        var json: JSON = [:]
    }

    enum Status: String, Sendable {
        case pending = "Pending"
        case inProgress = "InProgress"
        case succeeded = "Succeeded"
        case failed = "Failed"
        case canceled = "Canceled"

        var isDone: Bool { self == .succeeded || self == .failed || self == .canceled }
    }

    let id: String
    let options: Options
    /// What it brings, as long as that can still be needed.
    var files: [String: String]
    var status = Status.pending
    var outcome = DeployOutcome()
    /// How many looks at it are left before it is done.
    var remainingLooks: Int
    var finished: Stamp?

    /// The `deployResult` of an answer.
    func result(includesDetails: Bool) -> JSON {
        var members: [JSON.Member] = [
            .init("id", .string(id)), .init("status", .string(status.rawValue)), .init("done", .bool(status.isDone)),
            .init("success", .bool(status == .succeeded)), .init("checkOnly", .bool(options.checkOnly)),
            .init("rollbackOnError", .bool(options.rollbackOnError)), .init("ignoreWarnings", true),
        ]
        let isKnown = status.isDone && status != .canceled
        members.append(.init("numberComponentsTotal", .integer(outcome.total)))
        members.append(.init("numberComponentsDeployed", .integer(isKnown ? outcome.successes.count : 0)))
        members.append(.init("numberComponentErrors", .integer(isKnown ? outcome.failures.count : 0)))
        members.append(.init("numberTestsTotal", .integer(outcome.testsTotal)))
        members.append(
            .init("numberTestsCompleted", .integer(isKnown ? outcome.testsTotal - outcome.testFailures.count : 0))
        )
        members.append(.init("numberTestErrors", .integer(isKnown ? outcome.testFailures.count : 0)))
        if isKnown, let message = outcome.errorMessage { members.append(.init("errorMessage", .string(message))) }
        if isKnown, includesDetails { members.append(.init("details", outcome.details)) }
        return .object(members)
    }
}
