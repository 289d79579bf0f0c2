import CoreMetrics
import Primitives
import Synchronization

/// One counter; it goes up only.
final class CounterCell: CounterHandler {
    private let value = Atomic<Int64>(0)

    func increment(by amount: Int64) { if amount > 0 { value.wrappingAdd(amount, ordering: .relaxed) } }

    func reset() { value.store(0, ordering: .relaxed) }

    var count: Int64 { value.load(ordering: .relaxed) }
}

/// One histogram of seconds.
final class HistogramCell: TimerHandler, RecorderHandler {
    struct Contents {
        /// Observations by the first bound that they don't exceed; the last one has no bound.
        var buckets: [Int64]
        var sum = 0.0
    }

    let bounds: [Double]
    private let state: Locked<Contents>

    init(bounds: [Double]) {
        self.bounds = bounds
        state = Locked(Contents(buckets: Array(repeating: 0, count: bounds.count + 1)))
    }

    func recordNanoseconds(_ duration: Int64) { record(Double(max(0, duration)) / 1_000_000_000) }

    func record(_ value: Int64) { record(Double(value)) }

    func record(_ value: Double) {
        guard value.isFinite else { return }
        let index = bounds.firstIndex { value <= $0 } ?? bounds.count
        state.withLock { state in
            state.buckets[index] += 1
            state.sum += value
        }
    }

    var contents: Contents { state.withLock { $0 } }
}

/// Stands where nothing is shown: an unknown name, or a kind that no row has.
final class SilentCell: CounterHandler, TimerHandler, RecorderHandler, MeterHandler {
    func increment(by amount: Int64) {}
    func increment(by amount: Double) {}
    func decrement(by amount: Double) {}
    func reset() {}
    func recordNanoseconds(_ duration: Int64) {}
    func record(_ value: Int64) {}
    func record(_ value: Double) {}
    func set(_ value: Int64) {}
    func set(_ value: Double) {}
}
