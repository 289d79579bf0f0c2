import ArgumentParser
import Domain
import NIOHTTP1
import Primitives

/// `signalbox apex …`.
struct ApexCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "apex",
        abstract: "Exports, deploys or removes the Apex triggers that send changes.",
        discussion: """
            For an instance with event type webhooks the triggers are deployed automatically to a sandbox or developer \
            org. Production needs a tested deployment: export the project and follow its README.md, or deploy with \
            --production. Works with and without a running signalbox.

            The org must reach the receiver: give --receiver-url its public address.
            """,
        subcommands: [Export.self, Deploy.self, Remove.self]
    )

    struct Export: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Writes the Apex of an instance as a Salesforce DX project.",
            discussion: """
                Prints the files written. The relay class contains the secret that signs webhooks: its file is \
                readable by you alone, and must not go into a public repository.
                """
        )
        @Argument(
            help: ArgumentHelp("Directory to write to; created if missing.", valueName: "dir"),
            completion: .directory
        )
        var directory: String
        @Flag(help: "Write into a directory that is not empty, over files of the same name.") var force = false
        @OptionGroup var target: ApexTarget
        @OptionGroup var common: CommonArguments

        func validate() throws {
            guard !directory.trimmed.isEmpty else {
                throw ValidationError("DIR names the directory to write to; “\(directory)” is not that.")
            }
        }

        func run() throws {
            let folder = ProjectFolder(path: directory)
            try folder.check(force: force)
            let target = target
            try EngineAccess(try common.settings(), .atRest).use { client in
                let id = try await target.resolved(client)
                let answer = try await client.call(.GET, "/instances/\(id)/apex").json
                let files = try (answer["files"]?.array ?? []).map { try ApexFile($0) }
                for path in try folder.write(files) { try StandardStreams.printLine(path) }
                if let url = answer["receiverUrl"]?.string, let warning = ProjectFolder.warning(receiverURL: url) {
                    StandardStreams.printDiagnostic("signalbox: \(warning)")
                }
            }
        }
    }

    struct Deploy: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Deploys the Apex of an instance to its org and shows the progress.",
            discussion: """
                Prints the org's answer as JSON: status, components, tests, coverage. Triggers of objects that are no \
                longer watched are removed by the same deployment. If the org refuses any part, nothing is changed.
                """
        )
        @Flag(help: "Allow a production org.") var production = false
        @OptionGroup var target: ApexTarget
        @OptionGroup var common: CommonArguments

        func run() throws {
            let body: JSON = ["production": .bool(production)]
            let target = target
            try EngineAccess(try common.settings(), .atRest).use { client in
                let id = try await target.resolved(client)
                let answer = try await DeploymentReport.following(id, by: client) {
                    try await client.call(.POST, "/instances/\(id)/apex", body: body).json
                }
                StandardStreams.printDiagnostic(DeploymentReport.summary(answer, verb: "Deployed"))
                try StandardStreams.printLine(answer.line)
            }
        }
    }

    struct Remove: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Takes classes, triggers and remote site of an instance out of its org."
        )
        @Flag(help: "Allow a production org.") var production = false
        @OptionGroup var target: ApexTarget
        @OptionGroup var common: CommonArguments

        func run() throws {
            let query = [("production", String(production))]
            let target = target
            try EngineAccess(try common.settings(), .atRest).use { client in
                let id = try await target.resolved(client)
                let answer = try await DeploymentReport.following(id, by: client) {
                    try await client.call(.DELETE, "/instances/\(id)/apex", query: query).json
                }
                StandardStreams.printDiagnostic(DeploymentReport.summary(answer, verb: "Removed"))
                try StandardStreams.printLine(answer.line)
            }
        }
    }
}
