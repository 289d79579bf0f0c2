import AsyncHTTPClient
import Callbacks
import NIOCore
import NIOHTTP1

/// HTTP clients alone, as many posts at once as deliveries, to the same sink.
struct BareClients {
    let sink: Sink
    let posts: Int
    /// Of each body.
    let bytes: Int

    struct Run: Sendable {
        let perSecond: Double
        /// Microseconds of processor time for each post, of this process and of the sink.
        let cost: Double
        let sinkCost: Double
    }

    func asyncHTTPClient(_ client: HTTPClient) async throws -> Run {
        let body = ByteBuffer(repeating: 0x61, count: bytes)
        let url = sink.url
        return try await run {
            var request = HTTPClientRequest(url: url)
            request.method = .POST
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(body)
            let response = try await client.execute(request, timeout: .seconds(15))
            _ = try await response.body.collect(upTo: 1 << 16)
        }
    }

    /// The one that deliveries go out by.
    func callbackClient() async throws -> Run {
        let client = CallbackClient()
        defer { client.close() }
        let post = CallbackPost(
            url: sink.url,
            headers: [("Content-Type", "application/json")],
            body: [UInt8](repeating: 0x61, count: bytes),
            connectTimeout: .seconds(5)
        )
        return try await run { _ = try await client.post(post, deadline: .now() + .seconds(15)) }
    }

    /// What the sink takes of a load that costs next to nothing: more than any client gets through.
    func capacity(first: Int) async throws -> Run {
        _ = try sink.tally()
        let child = try LoadCommand.start(
            port: sink.port,
            path: "/callback",
            secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            requests: posts,
            connections: DeliveryBench.concurrency,
            first: first,
            rate: nil
        )
        defer { child.stop() }
        let load = try LoadCommand.Result(await child.nextLine(), requests: posts, processor: 0)
        let tally = try sink.tally()
        return Run(perSecond: tally.perSecond, cost: load.loadCost, sinkCost: tally.cost)
    }

    private func run(_ post: @escaping @Sendable () async throws -> Void) async throws -> Run {
        _ = try sink.tally()
        let before = Measured.processorMilliseconds
        try await DeliveryBench.spread(0..<posts) { _ in try await post() }
        let cost = (Measured.processorMilliseconds - before) * 1000 / Double(posts)
        let tally = try sink.tally()
        guard tally.posts == posts else {
            throw BenchFault("delivery: the sink got \(tally.posts) posts of \(posts) of a bare client")
        }
        return Run(perSecond: tally.perSecond, cost: cost, sinkCost: tally.cost)
    }
}
