import Primitives

/// The tests of a deployment and how much of its code they cover.
struct ApexTestRun {
    /// A class or trigger that the deployment brings.
    struct Component {
        let name: String
        let type: String
    }

    let isSandbox: Bool
    let options: Deployment.Options
    /// The classes as they will be.
    let classes: [String: String]
    let deployed: [Component]
    /// Percent covered by tests, where it isn't the usual.
    let coverage: [String: Int]
    /// Test classes that fail, with their messages.
    let failingTests: [String: String]

    /// Runs the tests that the deployment asks for, or that its kind of org asks of it.
    func run(into outcome: inout DeployOutcome) {
        let level = options.testLevel ?? (isSandbox || deployed.isEmpty ? .noTestRun : .local)
        if !isSandbox, !options.rollbackOnError {
            outcome.errorMessage = "INVALID_OPERATION: rollbackOnError must be true in a production org"
            return
        }
        if !isSandbox, options.testLevel == .noTestRun {
            outcome.errorMessage =
                "INVALID_OPERATION: testLevel of NoTestRun cannot be used in production organizations"
            return
        }
        if level == .noTestRun { return }
        let tests =
            level == .specified ? options.runTests : classes.filter { ApexSource.isTest($0.value) }.keys.sorted()
        if level == .specified, tests.isEmpty {
            outcome.errorMessage = "INVALID_OPERATION: runTests must name at least one test class for RunSpecifiedTests"
            return
        }
        outcome.testsTotal = tests.count
        for test in tests { run(test, into: &outcome) }
        measureCoverage(level, anyTest: !tests.isEmpty, into: &outcome)
    }

    private func run(_ name: String, into outcome: inout DeployOutcome) {
        let message: String
        if let body = classes[name], ApexSource.isTest(body) {
            guard let failure = failingTests[name] else { return }
            message = failure
        } else {
            message = "Test class \(name) does not exist"
        }
        outcome.testFailures.append([
            "name": .string(name), "methodName": "run", "message": .string(message),
            "stackTrace": .string("Class.\(name).run: line 1, column 1"), "time": .number("12.0"),
        ])
    }

    private func measureCoverage(_ level: Deployment.TestLevel, anyTest: Bool, into outcome: inout DeployOutcome) {
        guard outcome.testFailures.isEmpty, !deployed.isEmpty else { return }
        var percents: [Int] = []
        for component in deployed {
            let (name, type) = (component.name, component.type)
            let percent = anyTest ? coverage[name] ?? (type == "Trigger" ? 100 : 92) : 0
            percents.append(percent)
            outcome.coverage.append([
                "name": .string(name), "type": .string(type), "numLocations": 100,
                "numLocationsNotCovered": .integer(100 - percent),
            ])
            if level == .specified, percent < 75 {
                outcome.warn(
                    name,
                    "Test coverage of selected Apex \(type) is \(percent)%, at least 75% test coverage is required."
                )
            } else if type == "Trigger", percent == 0 {
                outcome.warn(
                    name,
                    "Test coverage of selected Apex Trigger is 0%, at least 1% test coverage is required."
                )
            }
        }
        let average = percents.reduce(0, +) / percents.count
        if level != .specified, average < 75 {
            outcome.warn(
                nil,
                "Average test coverage across all Apex Classes and Triggers is \(average)%, at least 75% test coverage is "
                    + "required."
            )
        }
    }
}
