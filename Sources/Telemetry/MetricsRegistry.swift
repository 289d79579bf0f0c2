package import CoreMetrics
import Primitives

/// The program's own backend of swift-metrics: it has the figures of one process until a collector asks for them.
///
/// Whoever counts knows `MetricsFactory` alone, so that another backend takes its place in one line:
///
/// ```swift
/// options.metrics = registry  // or what another package makes
/// ```
package final class MetricsRegistry: MetricsFactory {
    private struct Key: Hashable {
        let instrument: Instrument
        let labels: [MetricFamily.Label]
    }

    private struct State {
        var counters: [Key: CounterCell] = [:]
        var histograms: [Key: HistogramCell] = [:]
    }

    /// Series of one name, at most: whatever its labels are made of can't fill the memory.
    package static let mostSeries = 5000

    private let state = Locked(State())

    package init() {}

    // MARK: What is counted

    package func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        guard let instrument = Instrument(rawValue: label), case .counter = instrument.row.kind else {
            return SilentCell()
        }
        return state.withLock { state in
            let key = Self.key(instrument, dimensions, known: state.counters.keys)
            if let cell = state.counters[key] { return cell }
            let cell = CounterCell()
            state.counters[key] = cell
            return cell
        }
    }

    package func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        histogram(label, dimensions) ?? SilentCell()
    }

    package func makeRecorder(
        label: String,
        dimensions: [(String, String)],
        aggregate: Bool
    ) -> any RecorderHandler {
        histogram(label, dimensions) ?? SilentCell()
    }

    /// Gauges are asked for when somebody looks.
    package func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler { SilentCell() }

    package func destroyCounter(_ handler: any CounterHandler) {
        state.withLock { state in state.counters = state.counters.filter { $0.value !== handler } }
    }

    package func destroyTimer(_ handler: any TimerHandler) {
        state.withLock { state in state.histograms = state.histograms.filter { $0.value !== handler } }
    }

    package func destroyRecorder(_ handler: any RecorderHandler) {
        state.withLock { state in state.histograms = state.histograms.filter { $0.value !== handler } }
    }

    package func destroyMeter(_ handler: any MeterHandler) {}

    private func histogram(_ label: String, _ dimensions: [(String, String)]) -> HistogramCell? {
        guard let instrument = Instrument(rawValue: label), case .histogram(let bounds) = instrument.row.kind else {
            return nil
        }
        return state.withLock { state in
            let key = Self.key(instrument, dimensions, known: state.histograms.keys)
            if let cell = state.histograms[key] { return cell }
            let cell = HistogramCell(bounds: bounds)
            state.histograms[key] = cell
            return cell
        }
    }

    /// Where there are too many series, what is new goes to one that says `other` everywhere.
    private static func key(
        _ instrument: Instrument,
        _ dimensions: [(String, String)],
        known: some Collection<Key>
    ) -> Key {
        let key = Key(instrument: instrument, labels: dimensions.map { MetricFamily.Label($0.0, $0.1) })
        guard known.count >= mostSeries, !known.contains(key),
            known.count(where: { $0.instrument == instrument }) >= mostSeries
        else { return key }
        return Key(instrument: instrument, labels: dimensions.map { MetricFamily.Label($0.0, "other") })
    }

    // MARK: What is shown

    /// Each instrument that has counted something, in the order of the table.
    package var families: [MetricFamily] {
        let (counters, histograms) = state.withLock { ($0.counters, $0.histograms) }
        return Instrument.allCases.map { instrument in
            switch instrument.row.kind {
            case .counter:
                MetricFamily(
                    instrument.rawValue,
                    .counter,
                    instrument.row.help,
                    Self.sorted(counters, instrument).map { .init($0.key.labels, Double($0.value.count)) }
                )
            case .histogram:
                MetricFamily(
                    instrument.rawValue,
                    .histogram,
                    instrument.row.help,
                    Self.sorted(histograms, instrument).flatMap { Self.samples($0.key.labels, $0.value) }
                )
            }
        }
    }

    private static func sorted<Cell>(_ cells: [Key: Cell], _ instrument: Instrument) -> [(key: Key, value: Cell)] {
        cells.filter { $0.key.instrument == instrument }
            .sorted { first, second in
                first.key.labels.map(\.value).lexicographicallyPrecedes(second.key.labels.map(\.value))
            }
    }

    private static func samples(_ labels: [MetricFamily.Label], _ cell: HistogramCell) -> [MetricFamily.Sample] {
        let contents = cell.contents
        var samples: [MetricFamily.Sample] = []
        var count: Int64 = 0
        for (bound, observations) in zip(cell.bounds + [.infinity], contents.buckets) {
            count += observations
            let bucket = labels + [MetricFamily.Label("le", ExpositionText.bound(bound))]
            samples.append(.init(suffix: "_bucket", bucket, Double(count)))
        }
        samples.append(.init(suffix: "_sum", labels, contents.sum))
        samples.append(.init(suffix: "_count", labels, Double(count)))
        return samples
    }
}
