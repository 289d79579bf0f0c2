import Domain
import NIOHTTP1
import Primitives

/// How a deployment goes, on standard error.
enum DeploymentReport {
    private static let pause = Duration.milliseconds(500)

    /// Runs `work` and reports each step of it meanwhile.
    static func following(
        _ instance: Int64,
        by client: ManagementClient,
        _ work: () async throws -> JSON
    ) async throws -> JSON {
        async let _: Void = report(instance, client)
        let answer: Result<JSON, any Error>
        do { answer = .success(try await work()) } catch { answer = .failure(error) }
        // Leaving the scope ends the report.
        return try answer.get()
    }

    private static func report(_ instance: Int64, _ client: ManagementClient) async {
        var last = ""
        while (try? await Task.sleep(for: pause)) != nil {
            let query = [("files", "false")]
            guard let json = try? await client.call(.GET, "/instances/\(instance)/apex", query: query).json,
                let progress = json["progress"]?.string, progress != last
            else { continue }
            StandardStreams.printDiagnostic(progress)
            last = progress
        }
    }

    /// One line about a deployment that succeeded.
    static func summary(_ answer: JSON, verb: String) -> String {
        let count = answer["components"]?["total"]?.integer ?? 0
        let coverage = (answer["coverage"]?.array ?? []).compactMap { item -> String? in
            guard let name = item["name"]?.string, let percent = item["percent"]?.integer else { return nil }
            return "\(name) \(percent) %"
        }
        let covered = coverage.isEmpty ? "" : " Coverage: " + coverage.joined(separator: ", ") + "."
        let said = (answer["failures"]?.array ?? []).compactMap(\.string).map { " " + $0 }.joined()
        return "\(verb): \(count) component\(count == 1 ? "" : "s").\(covered)\(said)"
    }
}
