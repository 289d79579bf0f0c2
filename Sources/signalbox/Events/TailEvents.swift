import ArgumentParser
import AsyncHTTPClient
import Domain
import NIOCore
import NIOHTTP1
import Primitives
import RemoteEngine

/// `signalbox events tail`.
struct TailEvents: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tail",
        abstract: "Follows events as they are stored, one line each; Ctrl-C ends it.",
        discussion: """
            Needs a running signalbox, which receives the events. Where the filter asks what became of an event, like \
            state:dead, it is printed when it first fits; of those before the beginning, only what was under way then, and \
            replays of the latest 100,000. After a place with a moment, as an ended tail says it then, what was attempted in \
            the 5 seconds before may be printed again.


            """ + FilterTerm.summary
    )

    @OptionGroup var selection: EventSelection

    @Option(help: ArgumentHelp("Only these objects, separated by commas.", valueName: "names"))
    var object: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Begin after this sequence; 0 begins with the oldest event.", valueName: "n"),
        transform: TailEvents.place
    )
    var after: StreamPlace?

    @OptionGroup var common: CommonArguments

    func run() throws {
        var query: [(String, String)] = []
        let request = try EventRequest(
            option: selection.filter,
            instance: selection.instance,
            now: .now(),
            clock: LocalTime.clock
        )
        query += request.query
        if let instance = request.instance { query.append(("instanceId", String(instance))) }
        if let object { query.append(("objects", object)) }
        let items = query
        let (after, instance) = (after, request.instance)
        try EngineAccess(try common.settings(), .otherProcess).use { client in
            if let instance { try await Self.check(instance, client) }
            var last = after
            while true {
                var parser = ServerSentEventParser()
                let position = last.map { [("lastEventId", $0.description)] } ?? []
                let chunks = try await client.stream("/events/stream", query: items + position)
                do {
                    for try await chunk in chunks {
                        for message in try parser.feed(chunk.readableBytesView) {
                            if let place = message.id.flatMap({ StreamPlace($0) }) {
                                if let note = Self.takenBack(from: last, to: place) {
                                    StandardStreams.printDiagnostic(note)
                                }
                                last = place
                            }
                            guard message.name == "event" else { continue }
                            guard let event = try? JSON(parsing: message.data) else { continue }
                            try StandardStreams.printLine(event.line)
                        }
                    }
                } catch is PacedBody<HTTPClientResponse.Body>.Silent {
                    throw Self.silent(after: last)
                } catch is ServerSentEventParser.TooLong {
                    throw CommandFailure(
                        "What answers there is no signalbox: it sent an event of more than "
                            + "\(ByteSize.text(Int64(ServerSentEventParser.longest))). Look at --attach and --management."
                    )
                } catch is HTTPClientError {
                    // The server was killed in the middle of a message.
                    throw Self.ended(after: last)
                }
                throw Self.ended(after: last)
            }
        }
    }
}

extension TailEvents {
    /// What is said where the stream begins before the place that was asked for, since no event has reached that one.
    static func takenBack(from place: StreamPlace?, to newest: StreamPlace) -> String? {
        guard let place = place?.sequence, newest.sequence < place else { return nil }
        return "signalbox: There is no event \(place); what comes after \(newest.sequence), the newest, is printed."
    }

    /// Of an instance that is gone nothing comes any more, which the stream doesn't say.
    ///
    /// - Throws: `RefusedCall` where there never was one, or no event of it is left.
    private static func check(_ instance: InstanceID, _ client: ManagementClient) async throws {
        let path = "/instances/\(instance)"
        do { _ = try await client.call(.GET, path) } catch let refusal as RefusedCall where refusal.status == 404 {
            _ = try await client.call(.GET, path + "/events", query: [("pageSize", "1"), ("hydrate", "false")])
            StandardStreams.printDiagnostic(
                "signalbox: Instance \(instance) was deleted; no further event of it comes. --after 0 prints those it had."
            )
        }
    }

    @Sendable private static func place(_ text: String) throws -> StreamPlace {
        guard let place = StreamPlace(text) else {
            throw ValidationError("“\(text)” is no sequence; write a number, or what an ended tail said.")
        }
        return place
    }

    private static func silent(after last: StreamPlace?) -> CommandFailure {
        let position = last.map { "; go on with --after \($0)" } ?? ""
        return CommandFailure(
            "The stream of events is dead: not even a heartbeat came for a minute. Look whether signalbox still works"
                + position + "."
        )
    }

    /// The server stopped, or was killed; without a position there is nothing to go on from.
    private static func ended(after last: StreamPlace?) -> CommandFailure {
        let position = last.map { " and go on with --after \($0)" } ?? ""
        return CommandFailure("The stream of events ended: signalbox stopped. Start it again\(position).")
    }
}
