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
    private let dashboards = Locked(0)
    private let onDashboards: @Sendable (Int) -> Void

    /// Counts beside what else the registry has; `onDashboards` hears in order how many dashboards are attached.
    package init(
        _ registry: MetricsRegistry = MetricsRegistry(),
        onDashboards: @escaping @Sendable (Int) -> Void = { _ in }
    ) {
        self.registry = registry
        self.onDashboards = onDashboards
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

    /// Counts an open event stream, or a dashboard's, for as long as the permit lives; nil if there are too many.
    func openStream(limit: Int, isDashboard: Bool = false) -> StreamPermit? {
        guard streams.wrappingAdd(1, ordering: .relaxed).newValue <= limit else {
            streams.wrappingSubtract(1, ordering: .relaxed)
            return nil
        }
        if isDashboard { addDashboards(1) }
        return StreamPermit(metrics: self, isDashboard: isDashboard)
    }

    fileprivate func closeStream(isDashboard: Bool) {
        streams.wrappingSubtract(1, ordering: .relaxed)
        if isDashboard { addDashboards(-1) }
    }

    /// Said before another one counts, so that the last word is true.
    private func addDashboards(_ count: Int) {
        dashboards.withLock { dashboards in
            dashboards += count
            onDashboards(dashboards)
        }
    }

    var openStreams: Int { streams.load(ordering: .relaxed) }
}

/// An open event stream. It is given back however the stream ends, even where its body was never asked for.
final class StreamPermit: Sendable {
    private let metrics: GatewayMetrics
    private let isDashboard: Bool

    fileprivate init(metrics: GatewayMetrics, isDashboard: Bool) {
        self.metrics = metrics
        self.isDashboard = isDashboard
    }

    deinit { metrics.closeStream(isDashboard: isDashboard) }
}
