/// Where a deployment stands, as the org tells it.
package struct DeployStatus: Sendable, Hashable {
    package struct Coverage: Sendable, Hashable {
        package let name: String
        /// 0…100.
        package let percent: Int

        package init(name: String, percent: Int) {
            self.name = name
            self.percent = percent
        }
    }

    package let id: String
    /// `Pending`, `InProgress`, `Succeeded`, `Failed`, `Canceled` …
    package let status: String
    package var isDone = false
    package var isSuccess = false
    package var componentsDeployed = 0
    package var componentsTotal = 0
    package var testsCompleted = 0
    package var testsTotal = 0
    /// Component problems, failed tests and coverage warnings, a sentence each.
    package var failures: [String] = []
    package var coverage: [Coverage] = []
    /// It failed by its tests alone: nothing was wrong with what it brought.
    package var isFailedByTests = false

    package init(id: String, status: String) {
        self.id = id
        self.status = status
    }

    /// One line for a progress display.
    package var progress: String {
        if testsTotal > 0 { return "\(status): \(testsCompleted) of \(testsTotal) tests" }
        return "\(status): \(componentsDeployed) of \(componentsTotal) components"
    }
}
