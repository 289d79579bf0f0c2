package import Domain

/// Where a deployment stands, as the org tells it.
package struct DeployStatus: Sendable, Hashable {
    package struct Coverage: Sendable, Hashable {
        package let name: String
        /// 0…100.
        package let percent: Int
    }

    package let id: String
    /// `Pending`, `InProgress`, `Succeeded`, `Failed`, `Canceled` …
    package let status: String
    package let isDone: Bool
    package let isSuccess: Bool
    package let componentsDeployed: Int
    package let componentsTotal: Int
    package let testsCompleted: Int
    package let testsTotal: Int
    /// Component problems, failed tests and coverage warnings, a sentence each.
    package let failures: [String]
    package let coverage: [Coverage]

    /// - Throws: `ClientError` if the answer isn't a deployment.
    package init(_ json: JSON) throws {
        guard let id = json["id"]?.string, let result = json["deployResult"] else {
            throw ClientError(.upstream, "The org's answer to the deployment was not understood.")
        }
        func count(_ name: String) -> Int { Int(result[name]?.integer ?? 0) }
        self.id = id
        status = result["status"]?.string ?? "Pending"
        isDone = result["done"]?.bool ?? false
        isSuccess = result["success"]?.bool ?? false
        componentsDeployed = count("numberComponentsDeployed")
        componentsTotal = count("numberComponentsTotal")
        testsCompleted = count("numberTestsCompleted")
        testsTotal = count("numberTestsTotal")
        let tests = result["details"]?["runTestResult"]
        failures = Self.componentFailures(result) + Self.testFailures(tests)
        coverage = Self.list(tests?["codeCoverage"]).compactMap { item in
            guard let name = item["name"]?.string, let lines = item["numLocations"]?.integer else { return nil }
            let missed = item["numLocationsNotCovered"]?.integer ?? 0
            return Coverage(name: name, percent: lines == 0 ? 100 : Int((lines - missed) * 100 / lines))
        }
    }

    /// One line for a progress display.
    package var progress: String {
        if testsTotal > 0 { return "\(status): \(testsCompleted) of \(testsTotal) tests" }
        return "\(status): \(componentsDeployed) of \(componentsTotal) components"
    }

    private static func componentFailures(_ result: JSON) -> [String] {
        var found = list(result["details"]?["componentFailures"]).map { item in
            let place = item["lineNumber"]?.integer.map { ", line \($0)" } ?? ""
            return
                "\(item["fileName"]?.string ?? item["fullName"]?.string ?? "?")\(place): \(item["problem"]?.string ?? "failed")"
        }
        if let message = result["errorMessage"]?.string { found.append(message) }
        return found
    }

    private static func testFailures(_ tests: JSON?) -> [String] {
        let failed = list(tests?["failures"]).map { item in
            "\(item["name"]?.string ?? "?").\(item["methodName"]?.string ?? "?"): \(item["message"]?.string ?? "failed")"
        }
        let warnings = list(tests?["codeCoverageWarnings"]).map { item in
            [item["name"]?.string, item["message"]?.string].compactMap { $0 }.joined(separator: ": ")
        }
        return failed + warnings
    }

    /// A list that may come as a single object, as the SOAP heritage of this API has it.
    private static func list(_ json: JSON?) -> [JSON] {
        guard let json, json != .null else { return [] }
        return json.array ?? [json]
    }
}
