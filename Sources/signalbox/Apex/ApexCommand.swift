import ArgumentParser
import Domain
import NIOHTTP1
import Primitives

/// `signalbox apex …`.
struct ApexCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "apex",
        abstract: "The Apex that makes an org tell of its changes by itself: export, deploy, remove.",
        discussion: """
            An instance whose event type is webhooks is deployed by itself where the org is a sandbox or a developer \
            org. Into production Apex comes by a tested deployment: export the project and follow its README.md, or \
            deploy with --production. Works beside a running signalbox and without one.

            The org must reach the receiver: give --receiver-url its public address.
            """,
        subcommands: [Export.self, Deploy.self, Remove.self]
    )

    struct Export: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Writes the Apex of an instance as a Salesforce DX project.",
            discussion: """
                Prints the files that it wrote. The relay class holds the secret that signs webhooks; only you can \
                read it, and it belongs in no public repository.
                """
        )
        @Argument(help: ArgumentHelp("Where to; made if it is not there.", valueName: "dir"), completion: .directory)
        var directory: String
        @Flag(help: "Write into a directory that is not empty, over files of the same name.") var force = false
        @OptionGroup var target: ApexTarget
        @OptionGroup var common: CommonArguments

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
            abstract: "Puts the Apex of an instance into its org and shows how it goes.",
            discussion: """
                Prints the org's answer as JSON: status, components, tests, coverage. Triggers of objects that are no \
                longer watched go in the same deployment. Nothing is changed where the org refuses any part.
                """
        )
        @Flag(help: "Also into a production org.") var production = false
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
        @Flag(help: "Also out of a production org.") var production = false
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
