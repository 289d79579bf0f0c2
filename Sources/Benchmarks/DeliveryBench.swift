import Domain
import Engine
import EngineAPI
import Salesforce

/// From an accepted event to its stored outcome, beside HTTP clients alone that post bodies of the same size to the same sink.
///
/// The process under test does nothing else meanwhile: load and sink are processes of their own.
enum DeliveryBench {
    static let concurrency = 64

    static func rows(events: Int, repetitions: Int) async throws -> [BenchRow] {
        let sink = try Sink()
        defer { sink.child.stop() }
        let node = try await BenchNode(callbackURL: sink.url)
        let silent = try await node.addInstance(callbackURL: "")
        let hanging = try await node.addInstance(callbackURL: sink.hangingURL)
        let bare = BareClients(sink: sink, posts: events, bytes: size())
        let library = try await Repetitions(repetitions) { _ in try await bare.asyncHTTPClient(node.callbacks) }
        let own = try await Repetitions(repetitions) { _ in try await bare.callbackClient() }
        let capacity = try await Repetitions(repetitions) { try await bare.capacity(first: $0 * events) }
        let measured = try await node.serve { port in
            let course = DeliveryCourse(node: node, silent: silent, sink: sink, port: port, events: events)
            _ = try await course.beside(.tenth)
            let beside = try await Repetitions(repetitions) { _ in try await course.beside(.whole) }
            let drained = try await Repetitions(repetitions) { _ in try await course.drain() }
            let latency = try await course.latency()
            let slow = try await besideHanging(node, hanging, first: course.used)
            return Measurements(beside: beside, drained: drained, latency: latency, hanging: slow)
        }
        try await node.remove()
        return clientRows(library, own, capacity) + rows(measured, library)
    }

    private struct Measurements: Sendable {
        let beside: Repetitions<DeliveryCourse.Beside>
        let drained: Repetitions<BareClients.Run>
        let latency: DeliveryCourse.Latency
        let hanging: Samples
    }

    private static func rows(_ measured: Measurements, _ bare: Repetitions<BareClients.Run>) -> [BenchRow] {
        let (beside, drained, latency) = (measured.beside, measured.drained, measured.latency)
        let (value, limit) = (drained.median(\.perSecond), bare.median(\.perSecond))
        let cost = beside.median(\.cost)
        return [
            BenchRow(
                name: "accepted to outcome stored, \(concurrency) at once",
                value: value,
                unit: "posts/s",
                limitName: "bare client",
                limit: limit,
                goal: "ratio ≥ 0.45",
                isMet: value / limit >= 0.45,
                cost: drained.median(\.cost),
                limitCost: bare.median(\.cost),
                spread: drained.spread(\.perSecond)
            ),
            costRow("a delivery out of the store, CPU for each", drained.median(\.cost), bare, drained.spread(\.cost)),
            costRow("a delivery beside its intake, CPU for each", cost, bare, beside.spread(\.cost)),
            BenchRow(
                name: "webhook to callback, \(DeliveryCourse.connections) connections",
                value: beside.median(\.perSecond),
                unit: "posts/s",
                goal: "",
                cost: beside.median(\.wholeCost),
                spread: beside.spread(\.perSecond)
            ),
            BenchRow(
                name: "added latency p50, \(Int(DeliveryCourse.rate)) events/s",
                value: latency.added(0.5),
                unit: "ms",
                goal: "< 2 ms",
                isMet: latency.added(0.5) < 2
            ),
            BenchRow(
                name: "added latency p99, \(Int(DeliveryCourse.rate)) events/s",
                value: latency.added(0.99),
                unit: "ms",
                goal: "< 15 ms",
                isMet: latency.added(0.99) < 15
            ),
            BenchRow(
                name: "whole latency p99 beside a hanging callback, \(waiting) waiting",
                value: measured.hanging.percentile(0.99),
                unit: "ms",
                goal: "< 50 ms",
                isMet: measured.hanging.percentile(0.99) < 50
            ),
        ]
    }

    private static func costRow(
        _ name: String,
        _ cost: Double,
        _ bare: Repetitions<BareClients.Run>,
        _ spread: ClosedRange<Double>?
    ) -> BenchRow {
        BenchRow(
            name: name,
            value: cost,
            unit: "µs",
            limitName: "bare client",
            limit: bare.median(\.cost),
            goal: "≤ 150 µs",
            isMet: cost <= 150,
            spread: spread
        )
    }

    /// The clients alone, and the sink that all of them post to: none of them may be what bounds the others.
    private static func clientRows(
        _ library: Repetitions<BareClients.Run>,
        _ own: Repetitions<BareClients.Run>,
        _ capacity: Repetitions<BareClients.Run>
    ) -> [BenchRow] {
        let runs = [
            ("bare client (AsyncHTTPClient), \(concurrency) at once", library, library.median(\.cost)),
            ("our client alone, \(concurrency) at once", own, own.median(\.cost)),
            ("the sink itself, posts of the load", capacity, capacity.median(\.sinkCost)),
        ]
        return runs.map { name, run, cost in
            BenchRow(
                name: name,
                value: run.median(\.perSecond),
                unit: "posts/s",
                goal: "",
                cost: cost,
                spread: run.spread(\.perSecond)
            )
        }
    }

    private static let waiting = 10_000

    /// From intake to the end of the delivery, one at a time, while another instance's callback at the same host hangs in
    /// all of its places. Ends before the hanging attempts do.
    private static func besideHanging(_ node: BenchNode, _ hanging: Instance, first: Int) async throws -> Samples {
        let (engine, healthy) = (node.engine, node.instance)
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

    private static func size() -> Int {
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

    private static func accept(_ range: Range<Int>, engine: Engine, instance: Instance) async throws {
        try await spread(range) { index in
            _ = try await engine.accept(try WebhookBody.parse(WebhookFixture.body(index)), for: instance)
        }
    }

    /// `concurrency` tasks that share the range.
    static func spread(_ range: Range<Int>, _ work: @escaping @Sendable (Int) async throws -> Void) async throws {
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
    static func settle(_ engine: Engine) async throws {
        let notices = engine.notices()
        if try await engine.counts(.init()).open == 0 { return }
        for await _ in notices where try await engine.counts(.init()).open == 0 { return }
    }
}
