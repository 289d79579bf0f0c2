import Domain
import EngineAPI
import Primitives
import Telemetry

/// All figures of the program: what was counted, and what the engine says when somebody looks. Instances are numbers; no
/// names of instances, objects or records.
///
/// What can't be read is left out: a collector that gets nothing while the store is away has not even the figure that says so.
enum EngineGauges {
    static func families(_ api: ManagementAPI) async -> [MetricFamily] {
        let instances = try? await api.engine.instances()
        let now = api.now()
        let shown = instances.map { sources($0, now) + callbacks($0) } ?? []
        let free = await api.engine.freeBytes()
        return await stored(api, instances ?? [], now) + shown
            + [
                await intake(api),
                .gauge("signalbox_store_free_bytes", "Bytes free beside the store.", bytes(free)),
                .gauge("signalbox_event_streams", "Open event streams.", [.init([], Double(api.metrics.openStreams))]),
                overdue(api.engine.activities),
            ] + api.metrics.registry.families + ProcessFigures.families()
    }

    // MARK: What is stored

    private static func intake(_ api: ManagementAPI) async -> MetricFamily {
        .gauge(
            "signalbox_intake_paused",
            "1 while nothing can be taken in, as too little space is free or the store can't be written.",
            [.init([], await api.engine.shortage() == nil ? 0 : 1)]
        )
    }

    /// None where the store can't be read.
    private static func stored(
        _ api: ManagementAPI,
        _ instances: [InstanceOverview],
        _ now: Timestamp
    ) async -> [MetricFamily] { (try? await read(api, instances, now)) ?? [] }

    private static func read(
        _ api: ManagementAPI,
        _ instances: [InstanceOverview],
        _ now: Timestamp
    ) async throws -> [MetricFamily] {
        let counts = try await api.engine.counts(EventFilter())
        var oldest: [MetricFamily.Sample] = []
        for instance in instances {
            let open = try await api.engine.events(.oldestOpen(of: instance.id)).first
            oldest.append(sample(instance.id, open.map { seconds(from: $0.receivedAt, to: now) } ?? 0))
        }
        let statistics = try await api.engine.statistics(of: nil)
        return [
            .gauge("signalbox_events", "Events in the store.", [.init([], Double(counts.total))]),
            .gauge(
                "signalbox_deliveries",
                "Deliveries by state; queued, waiting, retrying and held are those that are still to be made.",
                DeliveryState.allCases.map {
                    .init([.init("state", $0.rawValue)], Double(counts.byState[$0] ?? 0))
                }
            ),
            .gauge(
                "signalbox_oldest_undelivered_seconds",
                "For how long the oldest event waits that is still to be delivered; 0 without one.",
                oldest
            ),
            .gauge("signalbox_store_bytes", "Bytes of the database with its log.", bytes(statistics.storeBytes)),
        ] + (statistics.retention.map(retention) ?? [])
    }

    private static func retention(_ retention: RetentionFigures) -> [MetricFamily] {
        [
            MetricFamily(
                "signalbox_retention_purged_events",
                .counter,
                "Events that retention removed.",
                [.init([], Double(retention.purged))]
            ),
            .gauge(
                "signalbox_retention_due_events",
                "Events that retention removes within a day.",
                [.init([], Double(retention.dueWithinDay))]
            ),
        ]
    }

    private static func bytes(_ count: Int64?) -> [MetricFamily.Sample] { count.map { [.init([], Double($0))] } ?? [] }

    // MARK: Sources

    private static func sources(_ instances: [InstanceOverview], _ now: Timestamp) -> [MetricFamily] {
        let words = Dictionary(grouping: instances, by: \.source.word).mapValues(\.count)
        let watching = instances.filter { $0.source.word != SourceState.stopped.word }
        return [
            .gauge(
                "signalbox_instances",
                "Instances by the state of their source.",
                SourceState.words.map { word in
                    let state = word.lowercased().replacing(" ", with: "_")
                    return .init([.init("state", state)], Double(words[word] ?? 0))
                }
            ),
            .gauge(
                "signalbox_poll_lag_seconds",
                "Since the source last worked, by instance; those that are stopped or never worked are left out.",
                watching.compactMap { instance in
                    instance.source.lastSuccess.map { sample(instance.id, seconds(from: $0, to: now)) }
                }
            ),
            .gauge(
                "signalbox_api_calls_used",
                "API calls of the last 24 hours, as the org says.",
                instances.compactMap { instance in instance.apiUsage.map { sample(instance.id, Double($0.used)) } }
            ),
            .gauge(
                "signalbox_api_calls_allowed",
                "API calls that the org allows in 24 hours.",
                instances.compactMap { instance in instance.apiUsage.map { sample(instance.id, Double($0.allowed)) } }
            ),
            .gauge(
                "signalbox_api_budget_calls_used",
                "API calls of the last 24 hours that Signalbox made.",
                instances.compactMap { instance in
                    instance.apiBudget.map { sample(instance.id, Double($0.calls.total)) }
                }
            ),
            .gauge(
                "signalbox_api_budget_calls",
                "API calls in 24 hours that event.poller.api.budget allows.",
                instances.compactMap { instance in
                    instance.apiBudget?.limit.map { sample(instance.id, Double($0)) }
                }
            ),
        ]
    }

    // MARK: Callbacks

    private static func callbacks(_ instances: [InstanceOverview]) -> [MetricFamily] {
        [
            .gauge(
                "signalbox_callback_held",
                "Whether nothing is sent to the callback, by instance: 1 while the breaker, an answer 410 or a person holds it.",
                instances.filter { $0.callback != .none }
                    .map { instance in
                        let isHeld = if case .held = instance.callback { true } else { false }
                        return sample(instance.id, isHeld ? 1 : 0)
                    }
            )
        ]
    }

    /// One series of each kind of activity, and one of each instance where it has its own.
    private static func overdue(_ standings: [ActivityStanding]) -> MetricFamily {
        let samples = ActivityKind.allCases.flatMap { kind in
            let seconds = Dictionary(
                standings.filter { $0.kind == kind }.map { ($0.instance, $0.overdueSeconds) },
                uniquingKeysWith: max
            )
            let known = seconds.isEmpty ? [nil: 0] : seconds
            return known.sorted { ($0.key ?? 0) < ($1.key ?? 0) }.map { instance, seconds in
                MetricFamily.Sample(
                    [.init("activity", kind.rawValue)] + (instance.map { [.init("instance", String($0))] } ?? []),
                    Double(seconds)
                )
            }
        }
        return .gauge("signalbox_overdue_seconds", "For how long an activity should have moved; 0 in time.", samples)
    }

    private static func sample(_ id: InstanceID, _ value: Double) -> MetricFamily.Sample {
        .init([.init("instance", String(id))], value)
    }

    private static func seconds(from begin: Timestamp, to end: Timestamp) -> Double {
        Double(max(0, end.since(begin))) / 1000
    }
}
