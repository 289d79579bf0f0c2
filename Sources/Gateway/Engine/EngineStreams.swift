import Domain
import EngineAPI
import Hummingbird
import NIOCore
import Primitives

/// What the engine's interface answers in pieces, as server-sent events.
enum EngineStreams {
    // MARK: Notices

    static func notices(_ call: Call) async throws -> Reply {
        // Subscribed before the newest sequence is read, so nothing can fall between.
        let notices = call.engine.notices()
        let newest = try await call.engine.events(PageRequest(limit: 1)).first?.sequence ?? 0
        let permit = try StreamRoutes.permit(call.api.metrics, isDashboard: true)
        let body = ResponseBody { writer in
            try await write(to: &writer, call: call, notices: notices, newest: newest)
            withExtendedLifetime(permit) {}
            try await writer.finish(nil)
        }
        return Reply(content: .stream(type: "text/event-stream; charset=utf-8", body))
    }

    @concurrent private static func write(
        to writer: inout any ResponseBodyWriter,
        call: Call,
        notices: AsyncStream<EngineNotice>,
        newest: Int64
    ) async throws {
        let (feed, ticks) = StreamRoutes.feed(notices, heartbeat: call.api.heartbeat)
        defer { feed.task.cancel() }
        // Whoever was away for a while missed notices, and knows from these where to look.
        let first: [EngineNotice] = [.instancesChanged, .stored(count: 0, lastSequence: newest), .deliveries([])]
        try await writer.write(ByteBuffer(string: first.map { event("notice", $0) }.joined()))
        for await tick in ticks {
            switch tick {
            case .notice(let notice):
                try await writer.write(ByteBuffer(string: event("notice", notice)))
                feed.noticeWritten.yield()
            case .heartbeat:
                try await writer.write(ByteBuffer(string: ": heartbeat\n\n"))
                feed.heartbeatWritten.yield()
            case .look: continue
            case .end: return
            }
        }
    }

    private static func event(_ name: String, _ value: some WireValue) -> String {
        "event: \(name)\ndata: \(value.wire.text)\n\n"
    }

    // MARK: Apex

    typealias ApexProgress = @Sendable (DeployStatus) async -> Void

    private enum Piece: Sendable {
        case progress(DeployStatus)
        case heartbeat
        case ended(Result<DeployStatus, APIError>)
    }

    /// Tells how a deployment or removal comes on. It goes on in the org whether anyone listens or not, so it is not
    /// stopped when the listener has gone.
    static func apex(
        _ call: Call,
        _ work: @escaping @Sendable (any ListenerEngine, @escaping ApexProgress) async throws -> DeployStatus
    ) -> Reply {
        let body = ResponseBody { writer in
            let (pieces, out) = AsyncStream.makeStream(of: Piece.self)
            let engine = call.engine
            Task {
                do {
                    let status = try await work(engine) { out.yield(.progress($0)) }
                    out.yield(.ended(.success(status)))
                } catch {
                    out.yield(.ended(.failure(APIError(error))))
                }
                out.finish()
            }
            let heartbeat = call.api.heartbeat
            let beating = Task {
                while (try? await Task.sleep(for: heartbeat)) != nil { out.yield(.heartbeat) }
            }
            defer { beating.cancel() }
            for await piece in pieces {
                let text =
                    switch piece {
                    case .progress(let status): event("progress", status)
                    case .heartbeat: ": heartbeat\n\n"
                    case .ended(.success(let status)): event("done", status)
                    case .ended(.failure(let error)): event("failed", error.wire)
                    }
                try await writer.write(ByteBuffer(string: text))
            }
            try await writer.finish(nil)
        }
        return Reply(content: .stream(type: "text/event-stream; charset=utf-8", body))
    }
}
