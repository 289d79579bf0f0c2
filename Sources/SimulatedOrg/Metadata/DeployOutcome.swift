import Primitives

/// What a deployment did or would have done.
struct DeployOutcome: Sendable {
    var total = 0
    var successes: [JSON] = []
    var failures: [JSON] = []
    var testsTotal = 0
    var testFailures: [JSON] = []
    var coverage: [JSON] = []
    var coverageWarnings: [JSON] = []
    var errorMessage: String?

    var isSuccess: Bool {
        failures.isEmpty && testFailures.isEmpty && coverageWarnings.isEmpty && errorMessage == nil
    }

    var details: JSON {
        [
            "componentSuccesses": .array(successes), "componentFailures": .array(failures),
            "runTestResult": [
                "numFailures": .integer(testFailures.count), "numTestsRun": .integer(testsTotal),
                "failures": .array(testFailures), "codeCoverage": .array(coverage),
                "codeCoverageWarnings": .array(coverageWarnings), "successes": [], "totalTime": .number("1234.0"),
            ],
        ]
    }

    mutating func warn(_ name: String?, _ message: String) {
        coverageWarnings.append(["name": name.map { .string($0) } ?? .null, "message": .string(message)])
    }

    /// One line of the component lists.
    static func component(
        _ name: String,
        _ path: String,
        type: String,
        flags: (created: Bool, changed: Bool, deleted: Bool),
        problem: String?,
        problemType: String?
    ) -> JSON {
        [
            "fullName": .string(name), "componentType": .string(type), "fileName": .string(path),
            "created": .bool(flags.created), "changed": .bool(flags.changed), "deleted": .bool(flags.deleted),
            "success": .bool(problemType != "Error"), "problem": problem.map { .string($0) } ?? .null,
            "problemType": problemType.map { .string($0) } ?? .null, "lineNumber": problemType == "Error" ? 1 : .null,
            "columnNumber": problemType == "Error" ? 1 : .null,
        ]
    }
}
