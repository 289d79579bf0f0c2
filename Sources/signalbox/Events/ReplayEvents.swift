import ArgumentParser
import Domain
import Primitives

/// `signalbox events replay`.
struct ReplayEvents: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Posts events to the callback again: same eventId, new signature.",
        discussion: """
            Prints one line for each attempt; exits with 1 if any failed.

            With --filter it starts a bulk replay in the engine (one for each instance, one after another), oldest event \
            first, and follows it; progress goes to standard error. Ctrl-C cancels the rest. The dashboard shows the \
            bulk replay as well and can pause it: then this command ends, and the dashboard resumes it. Preview it \
            with --dry-run.

            With ids, or to another --callback-url, the command sends them itself, one after another.

            """ + FilterTerm.summary
    )

    @Argument(help: "Ids of events.") var ids: [String] = []

    @OptionGroup var selection: EventSelection

    @Flag(name: .customLong("dry-run"), help: "Print the matching events and send nothing.")
    var isDryRun = false

    @Option(
        help: ArgumentHelp(
            "Maximum rate, like 5/s (default: 10/s with --filter; ids as fast as they are answered).",
            valueName: "n/s"
        )
    )
    var rate: String?

    @Option(name: .customLong("callback-url"), help: ArgumentHelp("Send them to this URL instead.", valueName: "url"))
    var callbackURL: String?

    @OptionGroup var common: CommonArguments

    func validate() throws {
        let hasFilter = selection.filter != nil || selection.instance != nil
        if ids.isEmpty, !hasFilter { throw ValidationError("Name events by id, or choose them with --filter.") }
        if !ids.isEmpty, hasFilter { throw ValidationError("Give ids or --filter, not both.") }
    }

    func run() throws {
        var query = try EventRequest(
            option: selection.filter,
            instance: selection.instance,
            now: .now(),
            utcOffset: LocalTime.utcOffset()
        )
        // As a variable of a script does that was never set: that is no wish to send everything.
        guard selection.filter == nil || !query.filter.isEmpty else {
            throw UsageError("--filter is empty; to mean every event, write --filter since:1970-01-01.")
        }
        // What is stored from now on is not meant, so that what is listed is what is sent.
        let now = Timestamp.now()
        if (query.filter.from ?? now) <= now { query.filter.to = min(query.filter.to ?? now, now) }
        let rate = try rate.map { try ReplayRate(parsing: $0) }
        if let callbackURL, let fault = HTTPAddress.fault(in: callbackURL) {
            throw UsageError("--callback-url \(fault).")
        }
        let isBulk = ids.isEmpty && callbackURL == nil && !isDryRun
        let perSecond = isBulk ? try rate?.perSecond() : nil
        let body: JSON? = callbackURL.map { ["callbackUrl": .string($0)] }
        let (ids, isDryRun, wanted) = (ids, isDryRun, query)
        try EngineAccess(try common.settings(), isDryRun ? .atRest : .atWork).use { client in
            let listed = ids.isEmpty ? try await Self.list(wanted, client) : []
            if isDryRun {
                for event in listed { try StandardStreams.printLine(event.line) }
                StandardStreams.printDiagnostic("\(listed.count.grouped) events would be replayed; nothing was sent.")
            } else if isBulk {
                try await BulkReplay(client: client, filter: wanted.filter, rate: perSecond ?? ReplayJob.defaultRate)
                    .run(listed)
            } else {
                let ids = ids.isEmpty ? listed.compactMap { $0["id"]?.string } : ids
                try await SingleReplays(client: client, body: body, pause: rate?.pause).run(ids)
            }
        }
    }

    /// The events that the query finds, oldest first.
    private static func list(_ query: EventRequest, _ client: ManagementClient) async throws -> [JSON] {
        var events: [JSON] = []
        let items = query.query + [("hydrate", "false")]
        for try await event in client.pages(query.path, query: items, pageSize: 2000) { events.append(event) }
        return events.reversed()
    }
}
