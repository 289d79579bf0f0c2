import EngineTestSupport
import ServiceLifecycle
import Telemetry
import TestSupport
import Testing
import Tracing

@testable import signalbox

/// What waits for a collector when the program ends gets one short time, however much it is.
@Suite(.timeLimit(.minutes(20)))
struct TraceExportTests {
    private static let taken = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"

    /// How often the collector was asked, and what was logged, by an exporter that ends with so many spans: at once, or when
    /// it has asked so often.
    private func end(
        with spans: Int,
        after requests: Int = 0,
        _ script: @escaping ScriptedServer.Script
    ) async throws -> (Int, [String]) {
        let lines = LogLines()
        let asked = try await ScriptedServer.run(script) { collector, port in
            // All tests share the machine, so that a request before the end may take long.
            let export = TraceExport(
                to: "http://127.0.0.1:\(port)",
                node: nil,
                requestLimit: 600_000,
                logger: lines.logger
            )
            for number in 0..<spans {
                let span: RecordedSpan = export.recorder.startSpan("span \(number)", context: .topLevel)
                span.end()
            }
            let running = Task { try await export.run() }
            try await waitUntil("requests") { collector.requests.count >= requests }
            running.cancel()
            try await running.value
            return collector.requests.count
        }
        return (asked, lines.all)
    }

    @Test func `a slow collector is not waited for once a request, and what it doesn't get is counted`() async throws {
        // 16 requests, each of which is answered within its time.
        let (asked, lines) = try await end(with: 8192) { _, _ in .late(Self.taken, 200) }
        #expect(asked <= 3)
        let line = lines.first { $0.contains("Traces don't reach") }
        #expect(line?.contains("spans were lost: ") == true, "\(lines)")
    }

    @Test func `an answer that never ends is not waited for`() async throws {
        let head = "HTTP/1.1 200 OK\r\nContent-Length: 60000\r\n\r\n"
        let (asked, lines) = try await end(with: 10) { _, _ in .drip(head) }
        #expect(asked <= 1)
        #expect(lines.contains { $0.contains("10 spans were lost: ") }, "\(lines)")
    }

    @Test func `a collector that isn't there is told in words of ours`() async throws {
        let (lines, port) = (LogLines(), try FreePort.find())
        let export = TraceExport(to: "http://127.0.0.1:\(port)", node: nil, logger: lines.logger)
        let span: RecordedSpan = export.recorder.startSpan("span", context: .topLevel)
        span.end()
        let running = Task { try await export.run() }
        try await waitUntil("the warning", seen: { "\(lines.all)" }) { !lines.all.isEmpty }
        running.cancel()
        try await running.value
        let line = lines.all.first { $0.contains("Traces don't reach") }
        #expect(line?.contains("1 spans were lost: it refused the connection; check the port") == true, "\(lines.all)")
    }

    @Test func `a collector that answers gets all`() async throws {
        let (asked, lines) = try await end(with: 1100, after: 3) { _, _ in .answer(Self.taken) }
        #expect(asked == 3 && lines.isEmpty, "\(lines)")
    }
}
