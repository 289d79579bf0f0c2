import AsyncHTTPClient
import Domain
import Engine
import EngineAPI
import NIOCore
import NIOHTTP1
import Salesforce

/// From intake to the callback, beside the HTTP client alone posting bodies of the same size to the same sink.
enum DeliveryBench {
    static let concurrency = 64

    static func rows(events: Int) async throws -> [Row] {
        let sink = try Sink()
        defer { sink.child.stop() }
        let node = try await BenchNode(callbackURL: sink.url, otherCallbackURL: sink.hangingURL)
        let (engine, instance) = (node.engine, node.instance)
        let bodySize = try await size(node)
        let limit = try await bareClient(node.callbacks, sink: sink, posts: events, bytes: bodySize)
        let (measured, latencies, beside) = try await node.serve { _ in
            _ = try sink.tally()
            try await accept(0..<events, engine: engine, instance: instance)
            try await settle(engine)
            let tally = try sink.tally()
            let latencies = try await latency(events..<(events + 300), engine: engine, instance: instance)
            let beside = try await besideHanging(node, first: events + 300)
            return (tally, latencies, beside)
        }
        try await node.remove()
        guard measured.posts == events else {
            throw BenchFault("delivery: the sink got \(measured.posts) posts of \(events) events")
        }
        let value = Double(measured.posts) / measured.seconds
        let added = latencies.engine.percentile(0.5) - latencies.client.percentile(0.5)
        return [
            Row(
                name: "intake to callback, \(concurrency) at once",
                value: value,
                unit: "posts/s",
                limitName: "bare client",
                limit: limit,
                goal: "ratio ≥ 0.35",
                isMet: value / limit >= 0.35
            ),
            Row(
                name: "added latency p50, one at a time",
                value: added,
                unit: "ms",
                goal: "< 3 ms",
                isMet: added < 3
            ),
            Row(
                name: "whole latency p99 beside a hanging callback, \(waiting) waiting",
                value: beside.percentile(0.99),
                unit: "ms",
                goal: "< 50 ms",
                isMet: beside.percentile(0.99) < 50
            ),
        ]
    }

    private static let waiting = 10_000

    /// From intake to the end of the delivery, one at a time, while another instance's callback at the same host hangs in
    /// all of its places. Ends before the hanging attempts do.
    private static func besideHanging(_ node: BenchNode, first: Int) async throws -> Samples {
        let (engine, healthy) = (node.engine, node.instance)
        guard let hanging = node.other else { throw BenchFault("delivery: there is no instance that hangs") }
        try await accept(first..<(first + waiting), engine: engine, instance: hanging)
        var whole: [Double] = []
        let begin = ContinuousClock.now
        for index in (first + waiting)..<(first + waiting + 300) {
            let body = try WebhookBody.parse(WebhookFixture.body(index))
            let notices = engine.notices()
            let (milliseconds, _) = try await Measured.milliseconds {
                let sequence = try await engine.accept(body, for: healthy).lastSequence ?? 0
                if try await isDelivered(sequence, engine) { return }
                for await notice in notices {
                    if case .deliveries = notice, try await isDelivered(sequence, engine) { break }
                }
            }
            whole.append(milliseconds)
        }
        guard ContinuousClock.now - begin < .milliseconds(Limit.callback.milliseconds) else {
            throw BenchFault("delivery: the hanging attempts ended before the measurement did")
        }
        return Samples(whole)
    }

    private static func isDelivered(_ sequence: Int64, _ engine: Engine) async throws -> Bool {
        try await engine.event(sequence: sequence).delivery?.state == .delivered
    }

    private static func size(_ node: BenchNode) async throws -> Int {
        let event = ChangeEvent(
            sequence: 1,
            eventID: String(repeating: "A", count: 20),
            instanceID: 1,
            object: "Account",
            recordID: WebhookFixture.recordID(1),
            change: .updated,
            source: .webhook,
            date: WebhookFixture.stamp,
            pollDate: nil,
            receivedAt: WebhookFixture.stamp,
            record: WebhookFixture.record(1),
            recordName: nil,
            notificationID: 1
        )
        return NotificationBody(
            notificationID: 1,
            createdAt: WebhookFixture.stamp,
            instanceID: 1,
            instanceName: "bench",
            instanceTags: [],
            events: [event]
        ).bytes.count
    }

    private static func bareClient(_ client: HTTPClient, sink: Sink, posts: Int, bytes: Int) async throws -> Double {
        let body = ByteBuffer(repeating: 0x61, count: bytes)
        let url = sink.url
        try await spread(0..<posts) { _ in
            var request = HTTPClientRequest(url: url)
            request.method = .POST
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(body)
            let response = try await client.execute(request, timeout: .seconds(15))
            _ = try await response.body.collect(upTo: 1 << 16)
        }
        let tally = try sink.tally()
        return Double(tally.posts) / tally.seconds
    }

    private static func accept(_ range: Range<Int>, engine: Engine, instance: Instance) async throws {
        try await spread(range) { index in
            _ = try await engine.accept(try WebhookBody.parse(WebhookFixture.body(index)), for: instance)
        }
    }

    /// `concurrency` tasks that share the range.
    private static func spread(
        _ range: Range<Int>,
        _ work: @escaping @Sendable (Int) async throws -> Void
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for offset in 0..<concurrency {
                group.addTask {
                    for index in stride(from: range.lowerBound + offset, to: range.upperBound, by: concurrency) {
                        try await work(index)
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    /// Waits for news of deliveries until none is open.
    private static func settle(_ engine: Engine) async throws {
        let notices = engine.notices()
        if try await engine.counts(.init()).open == 0 { return }
        for await _ in notices where try await engine.counts(.init()).open == 0 { return }
    }

    /// The time from an intake to its delivery's end, and that of a bare post, one at a time.
    private static func latency(
        _ range: Range<Int>,
        engine: Engine,
        instance: Instance
    ) async throws -> (engine: Samples, client: Samples) {
        var whole: [Double] = []
        var posts: [Double] = []
        for index in range {
            let body = try WebhookBody.parse(WebhookFixture.body(index))
            let notices = engine.notices()
            let (milliseconds, _) = try await Measured.milliseconds {
                _ = try await engine.accept(body, for: instance)
                for await notice in notices { if case .deliveries = notice { break } }
            }
            whole.append(milliseconds)
            let page = try await engine.events(PageRequest(limit: 1))
            let detail = try await engine.event(sequence: page.first?.sequence ?? 0)
            if let attempt = detail.attempts.last { posts.append(Double(attempt.milliseconds)) }
        }
        return (Samples(whole), Samples(posts))
    }
}
