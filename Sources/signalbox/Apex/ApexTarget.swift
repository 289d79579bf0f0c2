import ArgumentParser
import Domain
import Primitives

/// Which instance an Apex command is about.
struct ApexTarget: ParsableArguments {
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("The instance's number; optional if there is only one.", valueName: "n")
    )
    var instance: Int64?

    /// The instance that was named, or the only one.
    ///
    /// - Throws: `UsageError` that lists the instances where several could be meant.
    func resolved(_ client: ManagementClient) async throws -> Int64 {
        if let instance { return instance }
        var found: [(id: Int64, name: String)] = []
        for try await json in client.pages("/instances", query: [("hydrate", "false")], limit: 50) {
            if let id = json["id"]?.integer { found.append((id, json["name"]?.string ?? "")) }
        }
        if let only = found.first, found.count == 1 { return only.id }
        guard !found.isEmpty else {
            throw CommandFailure("There is no instance yet; `signalbox instances create --from FILE.json` makes one.")
        }
        let names = found.prefix(8).map { "\($0.id) (\($0.name.prefix(40)))" }.joined(separator: ", ")
        throw UsageError("There are several instances; name one with --instance: \(names).")
    }
}
