import NIOCore
import NIOHTTP1
import NIOPosix

/// An HTTP/1.1 client that sends requests made before its clock runs, on a number of connections.
///
/// Without a rate each connection sends its next request when the last one was answered. With a rate requests are due at
/// fixed moments, and a latency counts from there, so that an answer that is late makes those behind it late too.
///
/// Written on bare NIO, so that the load costs the shared cores as little as it can.
struct LoadClient {
    let host: String
    let port: Int
    let connections: Int
    /// Requests a second over all connections; nil: as many as are answered.
    var rate: Double?

    /// What a run measured.
    struct Outcome {
        var requests: Int
        var failures: Int
        var started: NIODeadline
        var seconds: Double
        /// Processor time of this process while it ran, in seconds.
        var processorSeconds: Double
        /// Microseconds, ascending.
        var latencies: [Int64]

        var perSecond: Double { Double(requests) / seconds }

        func percentile(_ share: Double) -> Double {
            guard !latencies.isEmpty else { return 0 }
            return Double(latencies[min(latencies.count - 1, Int(Double(latencies.count) * share))]) / 1000
        }
    }

    /// Sends these requests, each once.
    func run(_ requests: [LoadRequest]) async throws -> Outcome {
        let processor = Measured.processorMilliseconds
        let started = NIODeadline.now()
        let samples = try await withThrowingTaskGroup(of: [LoadSample].self) { group in
            for first in 0..<connections {
                group.addTask {
                    let own = stride(from: first, to: requests.count, by: connections).map { index in
                        LoadHandler.Entry(
                            request: requests[index],
                            due: rate.map { started + .nanoseconds(Int64(Double(index) / $0 * 1e9)) }
                        )
                    }
                    return try await connection(own)
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        return Outcome(
            requests: samples.count,
            failures: samples.count { !(200..<300).contains($0.status) },
            started: started,
            seconds: Double((NIODeadline.now() - started).nanoseconds) / 1e9,
            processorSeconds: (Measured.processorMilliseconds - processor) / 1000,
            latencies: samples.map(\.microseconds).sorted()
        )
    }

    private func connection(_ entries: [LoadHandler.Entry]) async throws -> [LoadSample] {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let done = loop.makePromise(of: [LoadSample].self)
        let channel = try await ClientBootstrap(group: loop)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHTTPClientHandlers()
                    try channel.pipeline.syncOperations.addHandler(LoadHandler(entries, done: done))
                }
            }
            .connect(host: host, port: port).get()
        let samples = try await done.futureResult.get()
        try await channel.close().get()
        return samples
    }
}

/// One request, ready to be written.
struct LoadRequest: Sendable {
    var head: HTTPRequestHead
    var body: ByteBuffer

    init(path: String, host: String, headers: [(String, String)], body: [UInt8]) {
        head = HTTPRequestHead(version: .http1_1, method: .POST, uri: path)
        head.headers.add(name: "Host", value: host)
        head.headers.add(name: "Content-Length", value: String(body.count))
        for (name, value) in headers { head.headers.add(name: name, value: value) }
        self.body = ByteBuffer(bytes: body)
    }
}

struct LoadSample: Sendable {
    var status: Int
    var microseconds: Int64
}

/// Sends one request after the other on its connection.
private final class LoadHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    struct Entry: Sendable {
        let request: LoadRequest
        let due: NIODeadline?
    }

    private var entries: ArraySlice<Entry>
    private let done: EventLoopPromise<[LoadSample]>
    private var samples: [LoadSample] = []
    /// From when on the latency of the request under way counts.
    private var begin = NIODeadline.now()
    private var status = 0

    init(_ entries: [Entry], done: EventLoopPromise<[LoadSample]>) {
        self.entries = entries[...]
        self.done = done
    }

    func channelActive(context: ChannelHandlerContext) { sendNext(context) }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): status = Int(head.status.code)
        case .body: break
        case .end:
            let elapsed = NIODeadline.now() - begin
            samples.append(LoadSample(status: status, microseconds: elapsed.nanoseconds / 1000))
            sendNext(context)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        done.fail(error)
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) { done.succeed(samples) }

    private func sendNext(_ context: ChannelHandlerContext) {
        guard let entry = entries.popFirst() else {
            done.succeed(samples)
            return
        }
        let now = NIODeadline.now()
        guard let due = entry.due, due > now else {
            begin = entry.due ?? now
            return write(entry.request, context)
        }
        begin = due
        context.eventLoop.assumeIsolated().scheduleTask(deadline: due) { self.write(entry.request, context) }
    }

    private func write(_ request: LoadRequest, _ context: ChannelHandlerContext) {
        context.write(wrapOutboundOut(.head(request.head)), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(request.body))), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }
}
