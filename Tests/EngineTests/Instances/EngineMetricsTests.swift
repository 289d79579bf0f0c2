import Domain
import Primitives
import Telemetry
import Testing

@testable import Engine

/// What is counted of an instance.
struct EngineMetricsTests {
    @Test func `what ends after a deletion brings no series back, and an instance that is there again has its own`() {
        let registry = MetricsRegistry()
        let metrics = EngineMetrics(registry)
        var text: String { ExpositionText(accept: nil).text(registry.families) }
        metrics.begin(7)
        #expect(text.contains(#"instance="7""#))
        metrics.remove(7)
        metrics.instance(7).polled(.seconds(1), calls: [:], isFaulty: false)
        #expect(!text.contains(#"instance="7""#))
        metrics.begin(7)
        metrics.instance(7).polled(.seconds(1), calls: [:], isFaulty: false)
        #expect(text.contains(#"instance="7""#))
    }
}
