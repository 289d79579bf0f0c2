import CoreMetrics
import Domain
import EngineAPI
import EngineTestSupport
import HTTPTypes
import Primitives
import Store
import Telemetry
import TestSupport
import Testing

@testable import Gateway

/// The figures as collectors read them.
struct MetricsTests {
    private func filled() async throws -> Fixture {
        let fixture = Fixture()
        try await fixture.makeInstance()
        fixture.addEvent(1, instance: 401)
        _ = try await fixture.webhook(.post, "/elements/api-v2/events/sfdc/nobody", "{}")
        return fixture
    }

    @Test func `one stream too many is refused with when to try again`() throws {
        let metrics = GatewayMetrics()
        let permits = try (0..<StreamRoutes.streamLimit).map { _ in try StreamRoutes.permit(metrics) }
        let error = #expect(throws: APIError.self) { try StreamRoutes.permit(metrics) }
        #expect(error?.status.code == 503 && error?.headers[.retryAfter] == "5")
        #expect(metrics.openStreams == permits.count)
    }

    @Test func `how many dashboards are attached is told each time that it changes`() throws {
        let told = Locked<[Int]>([])
        let metrics = GatewayMetrics(onDashboards: { count in told.withLock { $0.append(count) } })
        var permits = try (0..<2).map { _ in try StreamRoutes.permit(metrics, isDashboard: true) }
        permits.append(try StreamRoutes.permit(metrics))
        let opened = told.withLock { $0 }
        #expect(metrics.openStreams == 3 && opened == [1, 2], "an event stream is no dashboard")
        permits.removeAll()
        let closed = told.withLock { $0 }
        #expect(metrics.openStreams == 0 && closed == [1, 2, 1, 0])
    }

    @Test func `a store that can't be read leaves the figures that say so`() async throws {
        let fixture = try await filled()
        fixture.engine.memory.fail(StoreError(.other, "The database is away."))
        fixture.engine.state.withLock { $0.shortage = "The database is away." }
        let answer = try await fixture.call(.get, "/metrics", authorization: nil)
        #expect(answer.status == 200)
        #expect(answer.text.contains("signalbox_intake_paused 1\n"))
        #expect(answer.text.contains("signalbox_webhooks_total{status=\"404\"} 1\n"))
        #expect(!answer.text.contains("signalbox_events "), "what is not known is left out")
    }

    /// One family by another's rules: names, units, types, help, one TYPE each, samples behind it.
    @Test func `every figure follows the rules of names and text`() async throws {
        let fixture = try await filled()
        let text = try await fixture.call(.get, "/metrics", authorization: nil).text
        var types: [String: String] = [:]
        var helped: Set<String> = []
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ", maxSplits: 3).map(String.init)
            if line.hasPrefix("# HELP") {
                #expect(words.count == 4, "\(line) says nothing")
                helped.insert(words[2])
            } else if line.hasPrefix("# TYPE") {
                #expect(types.updateValue(words[3], forKey: words[2]) == nil, "\(line) comes twice")
                #expect(helped.contains(words[2]), "\(line) has no help")
                #expect((words[3] == "counter") == words[2].hasSuffix("_total"), "\(line)")
                let isAbbreviated = ["_ms", "_milliseconds", "_kb", "_mb"].contains { words[2].hasSuffix($0) }
                #expect(!isAbbreviated, "\(line) has no base unit")
            } else {
                let name = String(line.prefix { $0 != "{" && $0 != " " })
                let endings = ["", "_bucket", "_sum", "_count"]
                let family = endings.lazy.map { name.hasSuffix($0) ? String(name.dropLast($0.count)) : name }
                    .first { types[$0] != nil }
                #expect(family != nil, "\(line) belongs to no family")
                #expect(line.split(separator: " ").last.flatMap { Double($0) } != nil, "\(line) has no value")
            }
        }
        #expect(types["signalbox_webhook_duration_seconds"] == "histogram")
        #expect(types["signalbox_oldest_undelivered_seconds"] == "gauge")
        #expect(types["process_resident_memory_bytes"] == "gauge")
    }

    @Test func `another's parser reads OpenMetrics where Accept names it`() async throws {
        let fixture = try await filled()
        let answer = try await fixture.call(
            .get,
            "/metrics",
            authorization: nil,
            headers: [.accept: "application/openmetrics-text; version=1.0.0,text/plain;version=0.0.4;q=0.5"]
        )
        #expect(answer.header("Content-Type") == "application/openmetrics-text; version=1.0.0; charset=utf-8")
        #expect(answer.text.hasSuffix("# EOF\n"))
        guard Python.has("prometheus_client") else { return }
        let script = """
            import sys
            from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse
            families = {f.name: f for f in parse(sys.stdin.read())}
            print(families["signalbox_webhooks"].type, families["signalbox_webhook_duration_seconds"].unit, len(families) > 15)
            """
        #expect(try Python.run(script, input: answer.text) == "counter seconds True")
    }

    @Test func `buckets hold all that doesn't exceed their bound, and the last one everything`() {
        let registry = MetricsRegistry()
        let timer = registry.makeTimer(label: Instrument.pollDuration.rawValue, dimensions: [("instance", "7")])
        for nanoseconds: Int64 in [0, 5_000_000, 5_000_001, 86_400_000_000_001, -7] {
            timer.recordNanoseconds(nanoseconds)
        }
        let text = ExpositionText.openMetrics.text(registry.families)
        for line in [
            "signalbox_poll_duration_seconds_bucket{instance=\"7\",le=\"0.005\"} 3",
            "signalbox_poll_duration_seconds_bucket{instance=\"7\",le=\"0.01\"} 4",
            "signalbox_poll_duration_seconds_bucket{instance=\"7\",le=\"86400.0\"} 4",
            "signalbox_poll_duration_seconds_bucket{instance=\"7\",le=\"+Inf\"} 5",
            "signalbox_poll_duration_seconds_count{instance=\"7\"} 5",
            "# UNIT signalbox_poll_duration_seconds seconds",
        ] { #expect(text.contains(line + "\n"), "\(line)") }
    }

    @Test func `labels can't fill the memory, and what is destroyed is not shown`() {
        let registry = MetricsRegistry()
        for number in 0..<MetricsRegistry.mostSeries + 50 {
            registry.makeCounter(label: Instrument.polls.rawValue, dimensions: [("instance", String(number))])
                .increment(by: 1)
        }
        let samples = registry.families.first { $0.name == Instrument.polls.rawValue }?.samples ?? []
        #expect(samples.count == MetricsRegistry.mostSeries + 1)
        #expect(samples.first { $0.labels == [.init("instance", "other")] }?.value == 50)
        let counter = Counter(label: Instrument.replays.rawValue, dimensions: [("result", "failed")], factory: registry)
        counter.increment()
        counter.destroy()
        #expect(registry.families.first { $0.name == Instrument.replays.rawValue }?.samples.isEmpty == true)
    }
}
