import Synchronization

/// What the listeners counted since the start; cheap enough for every request.
package final class GatewayMetrics: Sendable {
    private let accepted = Atomic<UInt64>(0)
    private let refused = Mutex<[Int: UInt64]>([:])
    private let calls = Mutex<[Int: UInt64]>([:])
    private let streams = Atomic<Int>(0)

    package init() {}

    func webhook(status: Int) {
        if status == 202 {
            accepted.wrappingAdd(1, ordering: .relaxed)
        } else {
            refused.withLock { $0[status, default: 0] += 1 }
        }
    }

    func call(status: Int) { calls.withLock { $0[status, default: 0] += 1 } }

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

    /// By status, in order.
    var webhooks: [(status: Int, count: UInt64)] {
        var counts = refused.withLock { $0 }
        counts[202] = accepted.load(ordering: .relaxed)
        return counts.sorted { $0.key < $1.key }.map { (status: $0.key, count: $0.value) }
    }

    var managementCalls: [(status: Int, count: UInt64)] {
        calls.withLock { $0 }.sorted { $0.key < $1.key }.map { (status: $0.key, count: $0.value) }
    }
}

/// An open event stream. It is given back however the stream ends, even where its body was never asked for.
final class StreamPermit: Sendable {
    private let metrics: GatewayMetrics

    fileprivate init(metrics: GatewayMetrics) { self.metrics = metrics }

    deinit { metrics.closeStream() }
}
