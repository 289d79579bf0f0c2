import Domain
import Engine
import EngineAPI
import NIOCore
import Store
import Synchronization

/// What is measured of a running node's deliveries, each event about another record.
final class DeliveryCourse: Sendable {
    static let connections = 32
    /// Events a second where latency is measured, and for how many seconds.
    static let rate = 200.0
    private static let seconds = 20

    enum Length { case tenth, whole }

    /// One run without deliveries and one with them.
    struct Beside: Sendable {
        let perSecond: Double
        /// Microseconds of processor time for each event: what intake takes with its delivery, and what it takes without.
        let wholeCost: Double
        let intakeCost: Double

        var cost: Double { wholeCost - intakeCost }
    }

    /// Milliseconds from the moment when a request was due until the callback had it, and until a callback has it that the
    /// load posts to itself.
    struct Latency: Sendable {
        let whole: Samples
        let direct: Samples

        /// Beyond what is usual for a post itself, whatever the percentile.
        func added(_ share: Double) -> Double { whole.percentile(share) - direct.percentile(0.5) }
    }

    private let node: BenchNode
    private let silent: Instance
    private let sink: Sink
    private let port: Int
    private let events: Int
    private let next = Atomic(0)

    init(node: BenchNode, silent: Instance, sink: Sink, port: Int, events: Int) {
        self.node = node
        self.silent = silent
        self.sink = sink
        self.port = port
        self.events = events
    }

    /// Records up to here are known.
    var used: Int { next.load(ordering: .relaxed) }

    /// The same load at an instance without a callback and at one that has one; the difference is the deliveries'.
    func beside(_ length: Length) async throws -> Beside {
        let count = length == .whole ? events : max(1, events / 10)
        let intake = try await cost(of: count) { try await self.load(count, at: self.silent) }
        _ = try sink.tally()
        let whole = try await cost(of: count) {
            try await self.load(count, at: self.node.instance)
            try await self.delivered(count)
        }
        let tally = try sink.tally()
        try check(tally.posts, count)
        return Beside(perSecond: tally.perSecond, wholeCost: whole, intakeCost: intake)
    }

    /// Events that wait in the store for a held callback, from its release on.
    func drain() async throws -> BareClients.Run {
        try await node.engine.holdCallback(node.instance.id, reason: nil)
        _ = try await self.cost(of: events) { try await self.load(self.events, at: self.node.instance) }
        _ = try sink.tally()
        let cost = try await self.cost(of: events) {
            try await self.node.engine.resumeCallback(self.node.instance.id)
            try await self.delivered(self.events)
        }
        let tally = try sink.tally()
        try check(tally.posts, events)
        return BareClients.Run(perSecond: tally.perSecond, cost: cost, sinkCost: tally.cost)
    }

    func latency() async throws -> Latency {
        let count = Int(Self.rate) * Self.seconds
        let path = receiverPath(node.instance)
        return Latency(
            whole: try await arrivals(count, port, path) { try await self.delivered(count) },
            direct: try await arrivals(count, sink.port, "/callback") { try await self.sink.wait(for: count) }
        )
    }

    private func arrivals(
        _ count: Int,
        _ port: Int,
        _ path: String,
        settled: () async throws -> Void
    ) async throws -> Samples {
        _ = try sink.tally()
        try sink.keepArrivals()
        let (first, result) = try await post(count, port, path, rate: Self.rate)
        try await settled()
        let arrivals = try sink.arrivals()
        try check(arrivals.count, count)
        return Samples(
            arrivals.map { index, at in
                let due = result.started + .nanoseconds(Int64(Double(index - first) / Self.rate * 1e9))
                return Double((at - due).nanoseconds) / 1e6
            }
        )
    }

    // MARK: What the runs are made of

    /// Microseconds of this process for each of so many events, with all that trails behind them.
    private func cost(of count: Int, _ body: () async throws -> Void) async throws -> Double {
        let before = Measured.processorMilliseconds
        try await body()
        while try await !node.store.indexWords().isUpToDate {}
        return (Measured.processorMilliseconds - before) * 1000 / Double(count)
    }

    private func delivered(_ count: Int) async throws {
        // Asked for by the sink, so that this process does nothing but deliver.
        try await sink.wait(for: count)
        try await DeliveryBench.settle(node.engine)
    }

    private func load(_ count: Int, at instance: Instance) async throws {
        _ = try await post(count, port, receiverPath(instance))
    }

    private func post(
        _ count: Int,
        _ port: Int,
        _ path: String,
        rate: Double? = nil
    ) async throws -> (first: Int, result: LoadCommand.Result) {
        let first = next.wrappingAdd(count, ordering: .relaxed).oldValue
        let child = try LoadCommand.start(
            port: port,
            path: path,
            secret: node.instance.receiverSecret.exposed,
            requests: count,
            connections: Self.connections,
            first: first,
            rate: rate
        )
        defer { child.stop() }
        let result = try LoadCommand.Result(await child.nextLine(), requests: count, processor: 0)
        guard result.failures == 0 else { throw BenchFault("delivery: \(result.failures) of \(count) were refused") }
        return (first, result)
    }

    private func receiverPath(_ instance: Instance) -> String {
        "/elements/api-v2/events/sfdc/\(instance.receiverToken.exposed)"
    }

    private func check(_ posts: Int, _ events: Int) throws {
        guard posts == events else { throw BenchFault("delivery: the sink got \(posts) posts of \(events) events") }
    }
}
