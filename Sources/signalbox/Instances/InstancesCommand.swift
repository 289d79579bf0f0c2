import ArgumentParser
import Domain
import FoundationEssentials
import NIOHTTP1
import Primitives

/// `signalbox instances …`.
struct InstancesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "instances",
        abstract: "Lists, makes and changes instances: connected orgs with their event configuration.",
        discussion: """
            Prints JSON, one instance a line. Works beside a running signalbox (through its management API) and \
            without one (on the data directory itself), with the same result.
            """,
        subcommands: [
            List.self, Show.self, Create.self, ConnectCommand.self, Update.self, Delete.self, Poll.self, Backlog.self,
            Hold.self, Resume.self,
        ],
        aliases: ["instance"]
    )

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "All instances, one JSON line each.")
        @OptionGroup var common: CommonArguments

        func run() throws {
            try EngineAccess(try common.settings(), .atRest).use { client in
                for try await instance in client.pages("/instances") { try StandardStreams.printLine(instance.line) }
            }
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "One instance with its state; secrets are masked.")
        @Argument(help: "The instance's number.") var id: Int64
        @OptionGroup var common: CommonArguments

        func run() throws {
            let path = "/instances/\(id)"
            try EngineAccess(try common.settings(), .atRest).use { client in
                try StandardStreams.printLine(try await client.call(.GET, path).json.line)
            }
        }
    }

    struct Create: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Connects an org and starts its events.",
            discussion: """
                FILE contains the JSON of POST /instances, as in Cloud Elements: element, providerData, \
                configuration, tags, name. - reads standard input.
                """
        )
        @Option(
            help: ArgumentHelp("The instance as JSON.", valueName: "file.json"),
            completion: .file(extensions: ["json"])
        )
        var from: String
        @OptionGroup var common: CommonArguments

        func run() throws {
            let body = try JSONFile.read(from, option: "--from")
            try EngineAccess(try common.settings(), .atWork, makesStore: true).use { client in
                try StandardStreams.printLine(try await client.call(.POST, "/instances", body: body).json.line)
            }
        }
    }

    struct Update: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Changes settings of an instance, without a restart.",
            discussion: """
                Example: signalbox instances update 1 --set event.objects=Account,Case \
                --set event.poller.refresh_interval=1
                """
        )
        @Argument(help: "The instance's number.") var id: Int64
        @Option(
            help: ArgumentHelp("JSON to merge: configuration, name, tags.", valueName: "file.json"),
            completion: .file(extensions: ["json"])
        )
        var from: String?
        @Option(name: .customLong("set"), help: ArgumentHelp("One setting; may be repeated.", valueName: "key=value"))
        var settings: [String] = []
        @Option(help: "Its new name.") var name: String?
        @Flag(help: "Allow the instance to move to another org, whose records are then watched as new.")
        var otherOrganization = false
        @OptionGroup var common: CommonArguments

        func run() throws {
            let body = try merged()
            let path = "/instances/\(id)"
            try EngineAccess(try common.settings(), .atWork).use { client in
                try StandardStreams.printLine(try await client.call(.PATCH, path, body: body).json.line)
            }
        }

        private func merged() throws -> JSON {
            let body = try from.map { try JSONFile.read($0, option: "--from") }
            var members = try SettingArguments.merged(settings, into: body).members ?? []
            if let name { members.append(JSON.Member("name", .string(name))) }
            guard !members.isEmpty else {
                throw UsageError("There is nothing to change; give --set KEY=VALUE, --name or --from FILE.json.")
            }
            if otherOrganization { members.append(JSON.Member("allowOtherOrganization", true)) }
            return .object(members)
        }
    }

    struct Delete: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Deletes an instance and revokes its access; its events stay.",
            discussion: """
                They are read by `events list --instance` and `events show` as before, and replayed with --callback-url.
                """
        )
        @Argument(help: "The instance's number.") var id: Int64
        @OptionGroup var common: CommonArguments

        func run() throws {
            let path = "/instances/\(id)"
            try EngineAccess(try common.settings(), .atRest).use { client in
                try StandardStreams.printLine(try await client.call(.DELETE, path).json.line)
            }
        }
    }

    struct Backlog: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "How far backlogs are read; pauses, resumes or cancels them.",
            discussion: "Prints one JSON line for each object that has a backlog."
        )
        @Argument(help: "The instance's number.") var id: Int64
        @Flag(help: "Read no further until --resume, also after a restart; polls go on.") var pause = false
        @Flag(help: "Go on reading.") var resume = false
        @Flag(help: "Read no more of it; what was not read counts as what was there before.") var cancel = false
        @Option(help: ArgumentHelp("Of this object alone.", valueName: "name")) var object: String?
        @OptionGroup var common: CommonArguments

        func run() throws {
            guard [pause, resume, cancel].count(where: \.self) <= 1 else {
                throw UsageError("Give one of --pause, --resume and --cancel.")
            }
            let path = "/instances/\(id)/backlogs"
            let query = object.map { [("object", $0)] } ?? []
            try EngineAccess(try common.settings(), .atRest).use { client in
                let list: JSON
                if cancel {
                    list = try await client.call(.DELETE, path, query: query).json
                } else if pause || resume {
                    var members = [JSON.Member("state", pause ? "paused" : "running")]
                    if let object { members.append(JSON.Member("object", .string(object))) }
                    list = try await client.call(.PATCH, path, body: .object(members)).json
                } else {
                    list = try await client.call(.GET, path).json
                }
                let shown = (list.array ?? []).filter { backlog in
                    object.map { $0.lowercased() == backlog["object"]?.string?.lowercased() } ?? true
                }
                for backlog in shown { try StandardStreams.printLine(backlog.line) }
            }
        }
    }

    struct Hold: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Holds deliveries to the callback until resumed; survives a restart."
        )
        @Argument(help: "The instance's number.") var id: Int64
        @Option(help: ArgumentHelp("The reason, shown with the hold.", valueName: "text")) var reason: String?
        @OptionGroup var common: CommonArguments

        func run() throws {
            let path = "/instances/\(id)/callback-hold"
            let body = JSON.object(reason.map { [JSON.Member("reason", .string($0))] } ?? [])
            try EngineAccess(try common.settings(), .atRest).use { client in
                try StandardStreams.printLine(try await client.call(.PUT, path, body: body).json.line)
            }
        }
    }

    struct Resume: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Releases a held callback and sends the waiting deliveries.",
            discussion:
                "If the callback still fails, it stays held, no delivery loses an attempt, and the command fails."
        )
        @Argument(help: "The instance's number.") var id: Int64
        @OptionGroup var common: CommonArguments

        func run() throws {
            let path = "/instances/\(id)/callback-hold"
            try EngineAccess(try common.settings(), .atWork).use { client in
                let instance = try await client.call(.DELETE, path).json
                try StandardStreams.printLine(instance.line)
                let callback = instance["state"]?["callback"]
                guard callback?["state"]?.string == "held" else { return }
                throw CommandFailure("The callback is still held: \(callback?["reason"]?.string ?? "it failed again").")
            }
        }
    }

    struct Poll: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Polls now and returns when everything found is stored."
        )
        @Argument(help: "The instance's number.") var id: Int64
        @OptionGroup var common: CommonArguments

        func run() throws {
            let path = "/instances/\(id)/poll"
            try EngineAccess(try common.settings(), .atWork).use { client in
                try StandardStreams.printLine(try await client.call(.POST, path).json.line)
            }
        }
    }
}
