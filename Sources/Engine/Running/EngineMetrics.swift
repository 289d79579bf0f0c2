import CoreMetrics
import Domain
import Primitives
import Store
import Telemetry

/// What the engine counts as it works, by instance. A look-up and a few additions for each batch and each attempt.
final class EngineMetrics: Sendable {
    private let factory: any MetricsFactory
    private struct State {
        var known: [InstanceID: InstanceMetrics] = [:]
        /// What was under way when they were deleted still counts, but into no figure.
        var removed: Set<InstanceID> = []
    }

    private let instances = Locked(State())

    init(_ factory: any MetricsFactory) { self.factory = factory }

    func instance(_ id: InstanceID) -> InstanceMetrics {
        instances.withLock { instances in
            if let known = instances.known[id] { return known }
            if instances.removed.contains(id) { return InstanceMetrics(id, NOOPMetricsHandler.instance) }
            let made = InstanceMetrics(id, factory)
            instances.known[id] = made
            return made
        }
    }

    /// Its series stand at zero from now on, so that a rate can be told from the first event on.
    func begin(_ id: InstanceID) {
        instances.withLock { _ = $0.removed.remove(id) }
        _ = instance(id)
    }

    /// A deleted instance is in no figure any more.
    func remove(_ id: InstanceID) {
        let known = instances.withLock { instances in
            instances.removed.insert(id)
            return instances.known.removeValue(forKey: id)
        }
        known?.destroy()
    }
}

/// The figures of one instance.
struct InstanceMetrics: Sendable {
    private struct Source: Sendable {
        let received: Counter
        let deduplicated: Counter
        let stored: Counter
        let unwatched: Counter
    }

    private let sources: [ChangeSource: Source]
    private let attempts: [String: Counter]
    private let replays: [String: Counter]
    private let polls: [String: Counter]
    private let ended: [DeliveryState: Counter]
    private let attemptDuration: Timer
    private let deliveryDelay: Timer
    private let pollDuration: Timer
    private let pollCalls: [CallPurpose: Counter]

    init(_ id: InstanceID, _ factory: any MetricsFactory) {
        let label = ("instance", String(id))
        func counter(_ instrument: Instrument, _ labels: (String, String)...) -> Counter {
            Counter(label: instrument.rawValue, dimensions: [label] + labels, factory: factory)
        }
        func timer(_ instrument: Instrument) -> Timer {
            Timer(label: instrument.rawValue, dimensions: [label], preferredDisplayUnit: .seconds, factory: factory)
        }
        func results(_ instrument: Instrument, _ results: [String]) -> [String: Counter] {
            Dictionary(uniqueKeysWithValues: results.map { ($0, counter(instrument, ("result", $0))) })
        }
        sources = Dictionary(
            uniqueKeysWithValues: ChangeSource.allCases.filter { $0 != .synthetic }.map { source in
                let word = ("source", source.rawValue.replacing("-", with: "_"))
                return (
                    source,
                    Source(
                        received: counter(.changesReceived, word),
                        deduplicated: counter(.changesDeduplicated, word),
                        stored: counter(.eventsStored, word),
                        unwatched: counter(.changesUnwatched, word)
                    )
                )
            }
        )
        let outcomes = ["succeeded", "refused", "failed"]
        attempts = results(.attempts, outcomes)
        replays = results(.replays, outcomes)
        polls = results(.polls, ["succeeded", "failed"])
        ended = Dictionary(
            uniqueKeysWithValues: [DeliveryState.delivered, .dead].map {
                ($0, counter(.deliveriesEnded, ("state", $0.rawValue)))
            }
        )
        attemptDuration = timer(.attemptDuration)
        deliveryDelay = timer(.deliveryDelay)
        pollDuration = timer(.pollDuration)
        pollCalls = Dictionary(
            uniqueKeysWithValues: CallPurpose.allCases.map { ($0, counter(.pollCalls, ("purpose", $0.rawValue))) }
        )
    }

    func stored(_ result: IntakeResult, from source: ChangeSource) {
        guard let source = sources[source] else { return }
        source.received.increment(by: result.events + result.repeats)
        source.deduplicated.increment(by: result.repeats)
        source.stored.increment(by: result.events)
    }

    /// Changes of objects that are not watched.
    func leftOut(_ changes: Int, from source: ChangeSource) { sources[source]?.unwatched.increment(by: changes) }

    /// `delivery` as it was before this attempt.
    func ended(_ result: DeliveryResult, of delivery: Delivery) {
        let attempt = result.attempt
        // What the end of the program tore has no outcome.
        guard attempt.outcome != .unknown else { return }
        let word = attempt.outcome.metricsWord
        (attempt.isReplay ? replays : attempts)[word]?.increment()
        attemptDuration.recordMilliseconds(attempt.milliseconds)
        guard result.state != delivery.state, let ending = ended[result.state] else { return }
        ending.increment()
        if result.state == .delivered {
            deliveryDelay.recordMilliseconds(max(0, attempt.endedAt.since(delivery.createdAt)))
        }
    }

    func polled(_ duration: Duration, calls: APICalls, isFaulty: Bool) {
        polls[isFaulty ? "failed" : "succeeded"]?.increment()
        pollDuration.recordNanoseconds(Int64(duration / .nanoseconds(1)))
        for (purpose, counter) in pollCalls where calls[purpose] > 0 { counter.increment(by: calls[purpose]) }
    }

    func destroy() {
        for source in sources.values {
            source.received.destroy()
            source.deduplicated.destroy()
            source.stored.destroy()
            source.unwatched.destroy()
        }
        for counters in [Array(attempts.values), Array(replays.values), Array(polls.values), Array(ended.values)] {
            counters.forEach { $0.destroy() }
        }
        [attemptDuration, deliveryDelay, pollDuration].forEach { $0.destroy() }
        pollCalls.values.forEach { $0.destroy() }
    }
}

extension AttemptOutcome {
    fileprivate var metricsWord: String {
        switch self {
        case .response: isSuccess ? "succeeded" : "refused"
        case .failure: "failed"
        }
    }
}
