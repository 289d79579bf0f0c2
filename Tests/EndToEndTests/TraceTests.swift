import EngineTestSupport
import Foundation
import Hummingbird
import NIOCore
import Primitives
import Synchronization
import TestSupport
import Testing

/// Traces as a collector of OpenTelemetry gets them from the program.
@Suite(.programs, .timeLimit(.minutes(20)))
struct TraceTests {
    private final class Collector: Sendable {
        private let spans = Mutex<[JSON]>([])

        var all: [JSON] { spans.withLock { $0 } }

        func start() async throws -> LocalServer {
            let router = Router()
            router.post("/v1/traces") { request, _ in
                let body = try await request.body.collect(upTo: 1 << 24)
                let json = try JSON(parsing: body.readableBytesView)
                let resource = json["resourceSpans"]?.array?.first
                let name = resource?["resource"]?["attributes"]?.array?.first?["value"]?["stringValue"]?.string
                guard name == "signalbox" else { return Response(status: .badRequest) }
                let got = resource?["scopeSpans"]?.array?.first?["spans"]?.array ?? []
                self.spans.withLock { $0 += got }
                return Response(status: .ok, body: .init(byteBuffer: ByteBuffer(string: "{}")))
            }
            return try await LocalServer.start(router.buildResponder())
        }

        func first(_ name: String) -> JSON? { all.first { $0["name"]?.string == name } }
    }

    @Test func `webhook, event and attempt are one trace, which also what the end brings belongs to`() async throws {
        let collector = Collector()
        let server = try await collector.start()
        let directory = try ScratchDirectory()
        let surroundings = try await Surroundings.start()
        let node = try Child([
            "serve", "--data-dir", directory.path, "--receiver", "127.0.0.1:0", "--management", "127.0.0.1:0",
            "--traces", "http://127.0.0.1:\(server.port)/",
        ])
        let api = try await ManagementAPI.running(in: directory.path)
        _ = try await api.post("/instances", surroundings.instance(overriding: ["event.vendor.type": "webhooks"]))
        let address = try await WebhookAddress(of: 1, api)
        #expect(try await address.post(1, 1, to: directory.path)?.status == 202)
        let attempt = try await waitUntil("the span of the attempt", seen: { "\(collector.all) \(node.diagnostics)" }) {
            collector.first("post callback")
        }
        let webhook = try #require(collector.first("receive webhook"))
        let storing = try await waitUntil("the event's span") {
            collector.all.first { $0["spanId"] == attempt["parentSpanId"] }
        }
        #expect(storing["name"] == "store events" && storing["parentSpanId"] == webhook["spanId"])
        #expect(attempt["traceId"] == webhook["traceId"] && attempt["traceId"]?.string?.count == 32)
        #expect(attempt["kind"] == 3 && webhook["kind"] == 2 && webhook["parentSpanId"] == nil)
        let (began, ended) = (webhook["startTimeUnixNano"]?.string, attempt["endTimeUnixNano"]?.string)
        let took = ended.flatMap { Int64($0) }.flatMap { end in began.flatMap { Int64($0) }.map { end - $0 } }
        #expect(try #require(took) > 0)

        // What is under way to the collector when the program ends still gets there.
        #expect(try await address.post(2, 1, to: directory.path)?.status == 202)
        node.signal(SIGTERM)
        #expect(try await node.exitStatus() == 0, "\(node.diagnostics)")
        let webhooks = collector.all.count { $0["name"]?.string == "receive webhook" }
        #expect(webhooks == 2)
        await server.stopGracefully()
    }

    @Test func `a collector that does not answer is named once, and holds nothing up`() async throws {
        let directory = try ScratchDirectory()
        let surroundings = try await Surroundings.start()
        let node = try Child([
            "serve", "--data-dir", directory.path, "--receiver", "127.0.0.1:0", "--management", "127.0.0.1:0",
            "--traces", "http://127.0.0.1:9",
        ])
        let api = try await ManagementAPI.running(in: directory.path)
        _ = try await api.post("/instances", surroundings.instance(overriding: ["event.vendor.type": "webhooks"]))
        let address = try await WebhookAddress(of: 1, api)
        func warnings() -> Int { node.diagnostics.components(separatedBy: "Traces don't reach").count - 1 }
        #expect(try await address.post(1, 1, to: directory.path)?.status == 202)
        try await waitUntil("the warning", seen: { node.diagnostics }) { warnings() > 0 ? true : nil }
        #expect(try await address.post(2, 1, to: directory.path)?.status == 202)
        _ = try await surroundings.received { $0["objectId"]?.string == WebhookAddress.record(2) }
        node.signal(SIGTERM)
        #expect(try await node.exitStatus() == 0, "\(node.diagnostics)")
        #expect(warnings() == 1)
    }
}
