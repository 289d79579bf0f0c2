import ArgumentParser
import Domain
import NIOHTTP1
import Primitives

/// `signalbox events replay`.
struct ReplayEvents: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Posts events to the callback again, with the same eventId.",
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

    @Flag(name: .customLong("dry-run"), help: "Print these events, those of a filter newest first, and send nothing.")
    var isDryRun = false

    @Option(
        parsing: .unconditional,
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
        try ShowEvent.check(ids)
    }

    func run() throws {
        var query = try EventRequest(
            option: selection.filter,
            instance: selection.instance,
            now: .now(),
            clock: LocalTime.clock
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
            if isDryRun {
                try await Self.preview(ids, wanted, client)
            } else if isBulk {
                try await BulkReplay(client: client, filter: wanted.filter, rate: perSecond ?? ReplayJob.defaultRate)
                    .run(try await Self.list(wanted, client))
            } else {
                let ids = ids.isEmpty ? try await Self.list(wanted, client).compactMap { $0["id"]?.string } : ids
                try await PacedReplays(client: client, body: body, pause: rate?.pause).run(ids)
            }
        }
    }

    /// Prints what would be replayed, as it is found.
    private static func preview(_ ids: [String], _ query: EventRequest, _ client: ManagementClient) async throws {
        var (count, unknown) = (0, 0)
        if ids.isEmpty {
            for try await event in events(query, client) {
                try StandardStreams.printLine(event.line)
                count += 1
            }
        }
        for id in ids {
            do {
                let event = try await client.call(.GET, "/instances/events/\(id.percentEncoded)").json
                try StandardStreams.printLine(event.withoutPayload.line)
                count += 1
            } catch let refusal as RefusedCall where refusal.status == 404 {
                unknown += 1
                StandardStreams.printDiagnostic("signalbox: \(id): \(refusal.message)")
            }
        }
        StandardStreams.printDiagnostic("\(count.counted("event")) would be replayed; nothing was sent.")
        if unknown > 0 {
            throw CommandFailure("\(unknown.grouped) of \(ids.count.grouped) events are not there; see above.")
        }
    }

    /// The events that the query finds, oldest first, each in brief: there may be very many.
    private static func list(_ query: EventRequest, _ client: ManagementClient) async throws -> [JSON] {
        var events: [JSON] = []
        for try await event in Self.events(query, client) { events.append(event.reference) }
        return events.reversed()
    }

    /// Newest first.
    private static func events(_ query: EventRequest, _ client: ManagementClient) -> PagedList {
        client.pages(query.path, query: query.query + [("hydrate", "false")], pageSize: 2000)
    }
}

extension JSON {
    /// Of an event as the API lists it, what a replay of it is asked and followed by.
    var reference: JSON { keeping { ["id", "sequence", "instanceId"].contains($0) } }

    /// An event as lists have it.
    fileprivate var withoutPayload: JSON {
        keeping { !["providerData", "notifiedData", "eventElementInstances"].contains($0) }
    }

    private func keeping(_ isKept: (String) -> Bool) -> JSON { .object((members ?? []).filter { isKept($0.name) }) }
}
