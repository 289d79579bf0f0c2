import Domain
import EngineAPI
import HTTPTypes
import Hummingbird
import NIOCore
import Primitives
import ServiceLifecycle

/// Server-sent events: what is stored, delivered and changed, as it happens.
enum StreamRoutes {
    static let streamLimit = 64

    private static let described = """
        A stream without an end: event (an Event, its sequence as the id), deliveries, instance, instances. Without \
        notificationIds, deliveries says: look again at all; so does instances, which stands for instance, too, where many \
        changed. Where the filter asks what became of an event, it comes when it first fits; of what was stored before the \
        stream began, that is what was under way then, and a replay of one of the latest 100,000. The ids are places then, \
        like 10-1764000000000: the sequence up to which events were looked at, and the moment, in epoch milliseconds, up to \
        which what became of them was. After such a Last-Event-ID comes what was attempted since that moment, too, among the \
        latest 1000 that fit (a comment says where they end); what was attempted in the \
        \(StreamedEvents.delay / 1000) seconds before it may come again: tell events apart by their ids.
        """

    static let routes: [Route] = [
        Route(
            method: .get,
            template: Route.base + "/events/stream",
            operation: "streamEvents",
            access: .scope(.read),
            summary: "Server-sent events; Last-Event-ID resumes after that event.",
            parameters: [
                .init(
                    name: "lastEventId",
                    summary: "Begin after this sequence, at most the newest, or go on from this id; "
                        + "0 begins with the oldest event.",
                    schema: .any(of: [.count, JSONSchema(["type": "string", "pattern": "^[0-9]+-[0-9]+$"])])
                ),
                .init(
                    name: "instanceId",
                    summary: "Only this instance, which may have been deleted.",
                    schema: .number.example(401)
                ),
                .list("objects", of: .text, "Only these objects, separated by commas."), .filter,
            ],
            answer: .text("text/event-stream", described),
            refusals: [.notFound]
        ) { try await stream($0) }
    ]

    enum Tick: Sendable {
        case notice(EngineNotice)
        case heartbeat
        case look
        case end
    }

    /// One of the slots for streams, for as long as it lives.
    static func permit(_ metrics: GatewayMetrics, isDashboard: Bool = false) throws(APIError) -> StreamPermit {
        if let permit = metrics.openStream(limit: streamLimit, isDashboard: isDashboard) { return permit }
        throw APIError(
            .serviceUnavailable,
            "\(streamLimit) event streams are open already; close one first.",
            headers: [.retryAfter: "5"]
        )
    }

    private static func stream(_ call: Call) async throws -> Reply {
        var filter = EventFilter()
        filter.objects = Set(call.target.list("objects"))
        filter.expression = try EventRoutes.expression(call)
        if let text = call.target["instanceId"] {
            guard let id = InstanceID(text) else { throw APIError.badRequest("instanceId must be a number.") }
            try await call.requirePast(of: id)
            filter.instanceIDs = [id]
        } else if let element = call.element {
            filter.instanceIDs = [element.id]
        }
        let newest = try await call.engine.events(PageRequest(limit: 1)).first?.sequence ?? 0
        var start = newest
        var cut: Timestamp?
        var greeting = "retry: 2000\n: signalbox\n\n"
        // Some clients send an empty header before the first message has come.
        let resumed = call.headers[.lastEventID].flatMap { $0.trimmed.isEmpty ? nil : $0 }
        if let text = resumed ?? call.target["lastEventId"] {
            guard let place = StreamPlace(text) else {
                throw APIError.badRequest("Last-Event-ID is the id of a message of this stream, like 10.")
            }
            let sequence = place.sequence
            start = min(sequence, newest)
            cut = sequence > newest ? nil : place.judged
            // Of another store, or of this one before a backup was restored. An event source that is refused never comes
            // back by itself, so it is given the place where it is now.
            if sequence > newest {
                let place = "There is no event \(sequence); what comes after \(newest), the newest, is sent."
                greeting += "id: \(newest)\n: \(place)\n\n"
            }
        }
        let permit = try Self.permit(call.api.metrics)
        var events = StreamedEvents(call.engine, filter, after: start)
        try await events.begin(at: call.api.now(), cutOffAt: cut)
        // What is stored or comes to fit before this is found by the looks that a stream begins with.
        let notices = call.engine.notices()
        let (begun, opening) = (events, greeting)
        let body = ResponseBody { writer in
            try await write(opening, to: &writer, call: call, notices: notices, events: begun)
            withExtendedLifetime(permit) {}
            try await writer.finish(nil)
        }
        return Reply(content: .stream(type: "text/event-stream; charset=utf-8", body))
    }

    @concurrent private static func write(
        _ greeting: String,
        to writer: inout any ResponseBodyWriter,
        call: Call,
        notices: AsyncStream<EngineNotice>,
        events begun: StreamedEvents
    ) async throws {
        var waiting = call.api.now()
        let looks = begun.canFitLater ? StreamedEvents.looksEvery : nil
        let (feed, ticks) = feed(notices, heartbeat: call.api.heartbeat, looks: looks)
        defer { feed.task.cancel() }
        try await writer.write(ByteBuffer(string: greeting))
        var events = begun
        try await events.writeMissed(to: &writer)
        try await events.writeStored(to: &writer)
        try await events.look(to: &writer)
        for await tick in ticks {
            switch tick {
            // Only says "look again": what is new is read from where this reader is.
            case .notice(.stored): try await events.writeStored(to: &writer)
            case .notice(.deliveries(let ids)):
                try await events.writeChanged(ids, waitedSince: waiting, to: &writer)
            case .notice(.instance(let id)):
                if events.concerns(id) {
                    let message = "event: instance\ndata: {\"instanceId\":\(id)}\n\n"
                    try await writer.write(ByteBuffer(string: events.id + message))
                }
            case .notice(.instancesChanged):
                try await writer.write(ByteBuffer(string: events.id + "event: instances\ndata: {}\n\n"))
            case .heartbeat:
                try await writer.write(ByteBuffer(string: ": heartbeat\n\n"))
                feed.heartbeatWritten.yield()
                continue
            case .look:
                try await events.look(to: &writer)
                feed.lookWritten.yield()
                continue
            case .end: return try await events.look(to: &writer)
            }
            waiting = call.api.now()
            feed.noticeWritten.yield()
        }
    }

    /// What hands one reader its ticks, and is told which of them were written.
    struct Feed {
        let task: Task<Void, Never>
        let noticeWritten: AsyncStream<Void>.Continuation
        let heartbeatWritten: AsyncStream<Void>.Continuation
        let lookWritten: AsyncStream<Void>.Continuation
    }

    /// At most one notice, one heartbeat and one look wait for the writer: the next is taken when the last was written. While a
    /// reader pauses, its notices stay where they are merged, so that none is lost and none piles up.
    static func feed(
        _ notices: AsyncStream<EngineNotice>,
        heartbeat: Duration,
        looks: Duration? = nil
    ) -> (Feed, AsyncStream<Tick>) {
        let (ticks, continuation) = AsyncStream.makeStream(of: Tick.self)
        let (noticesWritten, noticeWritten) = AsyncStream<Void>.makeStream()
        let (heartbeatsWritten, heartbeatWritten) = AsyncStream<Void>.makeStream()
        let (looksWritten, lookWritten) = AsyncStream<Void>.makeStream()
        let task = Task {
            await withTaskGroup(of: Void.self) { group in
                group.addTask {
                    var written = noticesWritten.makeAsyncIterator()
                    for await notice in notices.cancelOnGracefulShutdown() {
                        continuation.yield(.notice(notice))
                        guard await written.next() != nil else { break }
                    }
                    continuation.yield(.end)
                    continuation.finish()
                }
                group.addTask { await pulse(.heartbeat, every: heartbeat, heartbeatsWritten, to: continuation) }
                if let looks { group.addTask { await pulse(.look, every: looks, looksWritten, to: continuation) } }
                await group.next()
                group.cancelAll()
            }
        }
        let feed = Feed(
            task: task,
            noticeWritten: noticeWritten,
            heartbeatWritten: heartbeatWritten,
            lookWritten: lookWritten
        )
        return (feed, ticks)
    }

    /// A tick each time that this has passed since the last one was written.
    private static func pulse(
        _ tick: Tick,
        every pause: Duration,
        _ written: AsyncStream<Void>,
        to ticks: AsyncStream<Tick>.Continuation
    ) async {
        var written = written.makeAsyncIterator()
        while (try? await Task.sleep(for: pause)) != nil {
            ticks.yield(tick)
            guard await written.next() != nil else { return }
        }
    }
}
