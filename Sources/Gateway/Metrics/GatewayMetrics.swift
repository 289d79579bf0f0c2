import CoreMetrics
import Primitives
import Synchronization
package import Telemetry

/// What the listeners counted since the start; cheap enough for every request.
package final class GatewayMetrics: Sendable {
    let registry: MetricsRegistry
    private let accepted: Counter
    private let acknowledged: any TimerHandler
    private let refused = Locked<[Int: Counter]>([:])
    private let calls = Locked<[Int: Counter]>([:])
    private let streams = Atomic<Int>(0)

    /// Counts beside what else the registry has.
    package init(_ registry: MetricsRegistry = MetricsRegistry()) {
        self.registry = registry
        accepted = Self.counter(.webhooks, 202, registry)
        acknowledged = registry.makeTimer(label: Instrument.webhookDuration.rawValue, dimensions: [])
    }

    private static func counter(_ instrument: Instrument, _ status: Int, _ registry: MetricsRegistry) -> Counter {
        Counter(label: instrument.rawValue, dimensions: [("status", String(status))], factory: registry)
    }

    /// `begin`: when its head was there; of those that were not stored nobody needs it.
    func webhook(status: Int, since begin: ContinuousClock.Instant? = nil) {
        if let begin { acknowledged.recordNanoseconds(Int64((ContinuousClock.now - begin) / .nanoseconds(1))) }
        if status == 202 {
            accepted.increment()
        } else {
            count(.webhooks, status, refused)
        }
    }

    func call(status: Int) { count(.managementCalls, status, calls) }

    private func count(_ instrument: Instrument, _ status: Int, _ counters: borrowing Locked<[Int: Counter]>) {
        let counter = counters.withLock { counters in
            if let known = counters[status] { return known }
            let made = Self.counter(instrument, status, registry)
            counters[status] = made
            return made
        }
        counter.increment()
    }

    /// Counts an open event stream for as long as the permit lives; nil if there are too many.
    func openStream(limit: Int) -> StreamPermit? {
        guard streams.wrappingAdd(1, ordering: .relaxed).newValue <= limit else {
            closeStream()
            return nil
        }
        return StreamPermit(metrics: self)
    }

    fileprivate func closeStream() { streams.wrappingSubtract(1, ordering: .relaxed) }

    var openStreams: Int { streams.load(ordering: .relaxed) }
}

/// An open event stream. It is given back however the stream ends, even where its body was never asked for.
final class StreamPermit: Sendable {
    private let metrics: GatewayMetrics

    fileprivate init(metrics: GatewayMetrics) { self.metrics = metrics }

    deinit { metrics.closeStream() }
}
