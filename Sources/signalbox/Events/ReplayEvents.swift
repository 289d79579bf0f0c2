import ArgumentParser
import Domain
import NIOHTTP1

/// `signalbox events replay`.
struct ReplayEvents: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Posts events to the callback once more: same eventId, new signature.",
        discussion: """
            Prints one line for each attempt; fails (1) if one of them did. With --filter the oldest goes first; look \
            with --dry-run before.

            """ + EventQuery.help
    )

    @Argument(help: "Ids of events.") var ids: [String] = []

    @OptionGroup var selection: EventSelection

    @Flag(name: .customLong("dry-run"), help: "Print which events it would be, and send nothing.")
    var isDryRun = false

    @Option(help: ArgumentHelp("At most so many a second, like 5/s.", valueName: "n/s"))
    var rate: String?

    @Option(name: .customLong("callback-url"), help: ArgumentHelp("Send them there instead.", valueName: "url"))
    var callbackURL: String?

    @OptionGroup var common: CommonArguments

    func validate() throws {
        let hasFilter = selection.filter != nil || selection.instance != nil
        if ids.isEmpty, !hasFilter { throw ValidationError("Name events by id, or choose them with --filter.") }
        if !ids.isEmpty, hasFilter { throw ValidationError("Give ids or --filter, not both.") }
    }

    func run() throws {
        let query = try EventQuery(filter: selection.filter, instance: selection.instance, now: .current())
        let pause = try rate.map { try ReplayRate(parsing: $0).pause }
        if let callbackURL, let fault = HTTPAddress.fault(in: callbackURL) {
            throw UsageError("--callback-url \(fault).")
        }
        let body: JSON? = callbackURL.map { ["callbackUrl": .string($0)] }
        let (ids, isDryRun) = (ids, isDryRun)
        try EngineAccess(try common.settings(), isDryRun ? .atRest : .atWork).use { client in
            var events = ids.map { JSON.object([.init("id", .string($0))]) }
            if ids.isEmpty {
                for try await event in client.pages(
                    query.path,
                    query: query.query + [("hydrate", "false")],
                    pageSize: 2000
                ) {
                    events.append(event)
                }
                events.reverse()
            }
            if isDryRun {
                for event in events { try StandardStreams.printLine(event.line) }
                StandardStreams.noteLine("\(events.count) events would be replayed; nothing was sent.")
                return
            }
            try await Replaying(client: client, body: body, pause: pause).run(events.compactMap { $0["id"]?.string })
        }
    }
}

/// Replays one after the other, at a pace.
private struct Replaying {
    let client: ManagementClient
    let body: JSON?
    let pause: Duration?

    func run(_ ids: [String]) async throws {
        var failures = 0
        let clock = ContinuousClock()
        for id in ids {
            let next = pause.map { clock.now + $0 }
            do {
                let path = "/instances/events/\(id.percentEncoded)/replay"
                let attempt = try await client.call(.POST, path, body: body).json
                if attempt["success"] != true { failures += 1 }
                try StandardStreams.printLine(
                    JSON.object([.init("eventId", .string(id))] + (attempt.members ?? [])).line
                )
            } catch let refusal as RefusedCall {
                failures += 1
                StandardStreams.noteLine("signalbox: \(id): \(refusal.message)")
            }
            if let next { try await clock.sleep(until: next) }
        }
        if failures > 0 {
            throw CommandFailure("\(failures) of \(ids.count) replays failed; the lines above say why.")
        }
    }
}
