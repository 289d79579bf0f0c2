import Domain
import EngineAPI

/// The figures of the program in Prometheus' text format; no names of instances, objects or records.
enum MetricsText {
    static func make(_ api: ManagementAPI) async throws -> String {
        var out = Builder()
        let counts = try await api.engine.counts(EventFilter())
        let instances = try await api.engine.instances()
        out.family("signalbox_events", "gauge", "Events in the store.")
        out.sample("signalbox_events", [], counts.total)
        out.family("signalbox_deliveries", "gauge", "Deliveries by state.")
        for state in DeliveryState.allCases {
            out.sample("signalbox_deliveries", [("state", state.rawValue)], counts.byState[state] ?? 0)
        }
        out.family("signalbox_instances", "gauge", "Instances by the state of their source.")
        let words = Dictionary(grouping: instances, by: \.source.word).mapValues(\.count)
        for word in SourceState.words {
            let state = word.lowercased().replacing(" ", with: "_")
            out.sample("signalbox_instances", [("state", state)], Int64(words[word] ?? 0))
        }
        out.family("signalbox_callbacks_held", "gauge", "Callbacks that are held.")
        let held = instances.count { if case .held = $0.callback { true } else { false } }
        out.sample("signalbox_callbacks_held", [], Int64(held))
        out.family("signalbox_api_calls_used", "gauge", "API calls of the last 24 hours, as the org says.")
        for instance in instances {
            guard let usage = instance.apiUsage else { continue }
            out.sample("signalbox_api_calls_used", [("instance", String(instance.id))], Int64(usage.used))
        }
        out.family("signalbox_webhooks_total", "counter", "Webhooks by the status they were answered with.")
        for (status, count) in api.metrics.webhooks {
            out.sample("signalbox_webhooks_total", [("status", String(status))], Int64(clamping: count))
        }
        out.family("signalbox_management_calls_total", "counter", "Calls of the management API by status.")
        for (status, count) in api.metrics.managementCalls {
            out.sample("signalbox_management_calls_total", [("status", String(status))], Int64(clamping: count))
        }
        out.family("signalbox_event_streams", "gauge", "Open event streams.")
        out.sample("signalbox_event_streams", [], Int64(api.metrics.openStreams))
        out.family("signalbox_overdue_seconds", "gauge", "For how long an activity should have moved; 0 in time.")
        for (labels, seconds) in overdue(api.engine.activities) {
            out.sample("signalbox_overdue_seconds", labels, seconds)
        }
        if let free = await api.engine.freeBytes() {
            out.family("signalbox_store_free_bytes", "gauge", "Bytes free beside the store.")
            out.sample("signalbox_store_free_bytes", [], free)
        }
        let statistics = try await api.engine.statistics(of: nil)
        if let bytes = statistics.storeBytes {
            out.family("signalbox_store_bytes", "gauge", "Bytes that the store takes on disk.")
            out.sample("signalbox_store_bytes", [], bytes)
        }
        out.family("signalbox_intake_paused", "gauge", "1 while too little space is free to take anything in.")
        out.sample("signalbox_intake_paused", [], await api.engine.shortage() == nil ? 0 : 1)
        if let retention = statistics.retention {
            out.family("signalbox_retention_purged_events_total", "counter", "Events that retention removed.")
            out.sample("signalbox_retention_purged_events_total", [], retention.purged)
            out.family("signalbox_retention_due_events", "gauge", "Events that retention removes within a day.")
            out.sample("signalbox_retention_due_events", [], retention.dueWithinDay)
        }
        return out.text
    }

    /// One series of each kind of activity, and one of each instance where it has its own.
    private static func overdue(_ standings: [ActivityStanding]) -> [(labels: [(String, String)], seconds: Int64)] {
        ActivityKind.allCases.flatMap { kind in
            let seconds = Dictionary(
                standings.filter { $0.kind == kind }.map { ($0.instance, $0.overdueSeconds) },
                uniquingKeysWith: max
            )
            let known = seconds.isEmpty ? [nil: 0] : seconds
            return known.sorted { ($0.key ?? 0) < ($1.key ?? 0) }.map { instance, seconds in
                ([("activity", kind.rawValue)] + (instance.map { [("instance", String($0))] } ?? []), seconds)
            }
        }
    }

    private struct Builder {
        var text = ""

        mutating func family(_ name: String, _ type: String, _ help: String) {
            text += "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n"
        }

        mutating func sample(_ name: String, _ labels: [(String, String)], _ value: Int64) {
            let inner = labels.map { "\($0.0)=\"\($0.1)\"" }.joined(separator: ",")
            text += name + (inner.isEmpty ? "" : "{\(inner)}") + " \(value)\n"
        }
    }
}
