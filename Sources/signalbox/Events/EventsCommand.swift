import ArgumentParser
import Domain
import NIOHTTP1
import Primitives

/// `signalbox events …`.
struct EventsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "events",
        abstract: "Lists, shows, replays, follows and exports events.",
        discussion: """
            Prints NDJSON, one event or attempt per line. Works with a running signalbox (through its management API) \
            and without one (on the data directory), with the same result.
            """,
        subcommands: [
            ListEvents.self, ShowEvent.self, ReplayEvents.self, TailEvents.self, ExportEvents.self,
        ],
        aliases: ["event"]
    )
}

/// Which events.
struct EventSelection: ParsableArguments {
    // A filter may begin with a dash.
    @Option(parsing: .unconditional, help: ArgumentHelp("Only events that match; see above.", valueName: "filter"))
    var filter: String?

    @Option(parsing: .unconditional, help: ArgumentHelp("Only this instance's.", valueName: "n"))
    var instance: Int64?
}

/// `signalbox events list`.
struct ListEvents: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Events with the state of their deliveries, newest first.",
        discussion: FilterTerm.summary
    )

    @OptionGroup var selection: EventSelection

    @Option(parsing: .unconditional, help: ArgumentHelp("Maximum number; 0 for all.", valueName: "n"))
    var limit = 50

    @Flag(help: "Include payloads and the body that is posted.")
    var full = false

    @OptionGroup var common: CommonArguments

    func validate() throws {
        guard limit >= 0 else { throw ValidationError("--limit is how many events to list at most, or 0 for all.") }
    }

    func run() throws {
        let query = try EventRequest(
            option: selection.filter,
            instance: selection.instance,
            now: .now(),
            clock: LocalTime.clock
        )
        let items = query.query + [("hydrate", full ? "true" : "false")]
        let limit = limit == 0 ? Int.max : limit
        try EngineAccess(try common.settings(), .atRest).use { client in
            for try await event in client.pages(query.path, query: items, limit: limit) {
                try StandardStreams.printLine(event.line)
            }
        }
    }
}

/// `signalbox events show`.
struct ShowEvent: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "One event with its payload and every attempt to deliver it."
    )

    @Argument(help: "The event's id.") var id: String

    @OptionGroup var common: CommonArguments

    func validate() throws { try Self.check([id]) }

    /// An empty one, as a variable of a script is that was never set, would make another address of the API.
    static func check(_ ids: [String]) throws {
        guard ids.allSatisfy({ !$0.trimmed.isEmpty }) else {
            throw ValidationError("An event's id is empty; `signalbox events list` shows the ids.")
        }
    }

    func run() throws {
        let path = "/instances/events/\(id.percentEncoded)"
        try EngineAccess(try common.settings(), .atRest).use { client in
            let event = try await client.call(.GET, path).json
            let attempts = try await client.call(.GET, path + "/attempts").json
            try StandardStreams.printLine(event.adding("attempts", attempts).line)
        }
    }
}
