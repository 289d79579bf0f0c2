package import Domain
package import Primitives

extension DeployStatus {
    /// Reads the org's answer.
    ///
    /// - Throws: `SalesforceError` if the answer isn't a deployment.
    package init(_ json: JSON) throws {
        guard let id = json["id"]?.string, let result = json["deployResult"] else {
            throw SalesforceError(.elsewhere, "The org's answer to the deployment was not understood.")
        }
        func count(_ name: String) -> Int { Int((result[name]?.integer ?? 0).clamped(to: 0...1_000_000_000)) }
        self.init(id: id, status: result["status"]?.string ?? "Pending")
        isDone = result["done"]?.bool ?? false
        isSuccess = result["success"]?.bool ?? false
        componentsDeployed = count("numberComponentsDeployed")
        componentsTotal = count("numberComponentsTotal")
        testsCompleted = count("numberTestsCompleted")
        testsTotal = count("numberTestsTotal")
        let tests = result["details"]?["runTestResult"]
        let (faults, failed) = (Self.componentFailures(result), Self.testFailures(tests))
        failures = faults + failed
        isFailedByTests = status == "Failed" && isDone && !isSuccess && faults.isEmpty && !failed.isEmpty
        coverage = Self.list(tests?["codeCoverage"]).compactMap { item in
            guard let name = item["name"]?.string, let lines = item["numLocations"]?.integer else { return nil }
            let all = lines.clamped(to: 0...1_000_000_000)
            let missed = (item["numLocationsNotCovered"]?.integer ?? 0).clamped(to: 0...all)
            return Coverage(name: name, percent: all == 0 ? 100 : Int((all - missed) * 100 / all))
        }
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
