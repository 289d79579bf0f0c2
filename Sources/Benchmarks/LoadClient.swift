import NIOCore
import NIOHTTP1
import NIOPosix

/// A closed-loop HTTP/1.1 client: every connection sends its next request when the last one was answered.
///
/// Written on bare NIO, so that the load costs the shared cores as little as it can.
struct LoadClient {
    let host: String
    let port: Int
    let connections: Int

    /// What a run measured.
    struct Outcome {
        var requests: Int
        var failures: Int
        var seconds: Double
        /// Microseconds, ascending.
        var latencies: [Int64]

        var perSecond: Double { Double(requests) / seconds }

        func percentile(_ share: Double) -> Double {
            guard !latencies.isEmpty else { return 0 }
            return Double(latencies[min(latencies.count - 1, Int(Double(latencies.count) * share))]) / 1000
        }
    }

    /// Sends until `total` requests were answered; `make` is called with 0, 1, 2 … for each request.
    func run(total: Int, make: @escaping @Sendable (Int) -> LoadRequest) async throws -> Outcome {
        let clock = ContinuousClock()
        let started = clock.now
        let results = try await withThrowingTaskGroup(of: [LoadSample].self) { group in
            for first in 0..<connections {
                group.addTask {
                    try await connection(indexes: Array(stride(from: first, to: total, by: connections)), make: make)
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        let seconds =
            Double((clock.now - started).components.attoseconds) / 1e18
            + Double((clock.now - started).components.seconds)
        return Outcome(
            requests: results.count,
            failures: results.count { !(200..<300).contains($0.status) },
            seconds: seconds,
            latencies: results.map(\.microseconds).sorted()
        )
    }

    private func connection(
        indexes: [Int],
        make: @escaping @Sendable (Int) -> LoadRequest
    ) async throws -> [LoadSample] {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let done = loop.makePromise(of: [LoadSample].self)
        let channel = try await ClientBootstrap(group: loop)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHTTPClientHandlers()
                    try channel.pipeline.syncOperations.addHandler(
                        LoadHandler(host: "\(host):\(port)", indexes: indexes, make: make, done: done)
                    )
                }
            }
            .connect(host: host, port: port).get()
        let samples = try await done.futureResult.get()
        try await channel.close().get()
        return samples
    }
}

struct LoadRequest: Sendable {
    var path: String
    var headers: [(String, String)]
    var body: [UInt8]
}

struct LoadSample: Sendable {
    var status: Int
    var microseconds: Int64
}

/// Sends one request after the other on its connection.
private final class LoadHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    private let host: String
    private var indexes: ArraySlice<Int>
    private let make: (Int) -> LoadRequest
    private let done: EventLoopPromise<[LoadSample]>
    private var samples: [LoadSample] = []
    private var started = NIODeadline.now()
    private var status = 0

    init(
        host: String,
        indexes: [Int],
        make: @escaping @Sendable (Int) -> LoadRequest,
        done: EventLoopPromise<[LoadSample]>
    ) {
        self.host = host
        self.indexes = indexes[...]
        self.make = make
        self.done = done
    }

    func channelActive(context: ChannelHandlerContext) { send(context) }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): status = Int(head.status.code)
        case .body: break
        case .end:
            let elapsed = NIODeadline.now() - started
            samples.append(LoadSample(status: status, microseconds: elapsed.nanoseconds / 1000))
            send(context)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        done.fail(error)
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) { done.succeed(samples) }

    private func send(_ context: ChannelHandlerContext) {
        guard let index = indexes.popFirst() else {
            done.succeed(samples)
            return
        }
        let request = make(index)
        var head = HTTPRequestHead(version: .http1_1, method: .POST, uri: request.path)
        head.headers.add(name: "Host", value: host)
        head.headers.add(name: "Content-Length", value: String(request.body.count))
        for (name, value) in request.headers { head.headers.add(name: name, value: value) }
        started = NIODeadline.now()
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: request.body)))), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }
}
