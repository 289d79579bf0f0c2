import EngineTestSupport
import Foundation
import Primitives
import Synchronization
import TestSupport
import Testing

/// Traces as a collector of OpenTelemetry gets them from the program.
@Suite(.programs, .timeLimit(.minutes(20)))
struct TraceTests {
    /// What a collector was sent. It is answered by an event loop, as what the end of the program sends has little time.
    private static func spans(_ collector: ScriptedServer) -> [JSON] { spans(collector.requests) }

    private static func spans(_ requests: some Sequence<String>) -> [JSON] {
        requests.flatMap { request -> [JSON] in
            guard request.hasPrefix("POST /v1/traces "), let body = request.firstRange(of: "\r\n\r\n"),
                let resource = (try? JSON(parsing: String(request[body.upperBound...])))?["resourceSpans"]?.array?.first
            else { return [] }
            let name = resource["resource"]?["attributes"]?.array?.first?["value"]?["stringValue"]?.string
            return name == "signalbox" ? resource["scopeSpans"]?.array?.first?["spans"]?.array ?? [] : []
        }
    }

    private static let taken = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"

    private func serve(_ directory: ScratchDirectory, _ port: Int) throws -> Child {
        try Child([
            "serve", "--data-dir", directory.path, "--receiver", "127.0.0.1:0", "--management", "127.0.0.1:0",
            "--traces", "http://127.0.0.1:\(port)/",
        ])
    }

    @Test func `webhook, event and attempt are one trace, which also what the end brings belongs to`() async throws {
        try await ScriptedServer.run({ _, _ in .answer(Self.taken) }) { collector, port in
            let directory = try ScratchDirectory()
            let surroundings = try await Surroundings.start()
            let node = try serve(directory, port)
            let api = try await ManagementAPI.running(in: directory.path)
            _ = try await api.post("/instances", surroundings.instance(overriding: ["event.vendor.type": "webhooks"]))
            let address = try await WebhookAddress(of: 1, api)
            #expect(try await address.post(1, 1, to: directory.path)?.status == 202)
            func first(_ name: String) -> JSON? { Self.spans(collector).first { $0["name"]?.string == name } }
            let attempt = try await waitUntil("the span of the attempt", seen: { "\(node.diagnostics)" }) {
                first("post callback")
            }
            let webhook = try #require(first("receive webhook"))
            let storing = try await waitUntil("the event's span") {
                Self.spans(collector).first { $0["spanId"] == attempt["parentSpanId"] }
            }
            #expect(storing["name"] == "store events" && storing["parentSpanId"] == webhook["spanId"])
            #expect(attempt["traceId"] == webhook["traceId"] && attempt["traceId"]?.string?.count == 32)
            #expect(attempt["kind"] == 3 && webhook["kind"] == 2 && webhook["parentSpanId"] == nil)
            let (began, ended) = (webhook["startTimeUnixNano"]?.string, attempt["endTimeUnixNano"]?.string)
            let took = ended.flatMap { Int64($0) }.flatMap { end in began.flatMap { Int64($0) }.map { end - $0 } }
            #expect(try #require(took) > 0)

            // What waits for its second when the program ends gets there.
            #expect(try await address.post(2, 1, to: directory.path)?.status == 202)
            node.signal(SIGTERM)
            #expect(try await node.exitStatus() == 0, "\(node.diagnostics)")
            let webhooks = Set(
                Self.spans(collector).filter { $0["name"]?.string == "receive webhook" }.compactMap {
                    $0["spanId"]?.string
                }
            )
            #expect(webhooks.count == 2)
        }
    }

    @Test func `what is under way to the collector when the program ends is sent once more`() async throws {
        // Nothing is answered before the end: on a busy machine the first request may be given up before that.
        let isEnding = Flag()
        let script: ScriptedServer.Script = { _, _ in isEnding.isSet ? .answer(Self.taken) : .silence() }
        try await ScriptedServer.run(script) { collector, port in
            let directory = try ScratchDirectory()
            let surroundings = try await Surroundings.start()
            let node = try serve(directory, port)
            let api = try await ManagementAPI.running(in: directory.path)
            _ = try await api.post("/instances", surroundings.instance(overriding: ["event.vendor.type": "webhooks"]))
            let address = try await WebhookAddress(of: 1, api)
            #expect(try await address.post(1, 1, to: directory.path)?.status == 202)
            try await waitUntil("spans are under way", seen: { node.diagnostics }) { !collector.requests.isEmpty }
            isEnding.set()
            let before = collector.requests
            let last = Set(Self.spans(before.suffix(1)).compactMap { $0["spanId"]?.string })
            node.signal(SIGTERM)
            #expect(try await node.exitStatus() == 0, "\(node.diagnostics)")
            let again = Self.spans(collector.requests.dropFirst(before.count)).compactMap { $0["spanId"]?.string }
            #expect(!last.isEmpty && last.isSubset(of: again), "\(last), \(again); \(node.diagnostics)")
        }
    }

    @Test func `a collector that does not answer is named once, and holds nothing up`() async throws {
        let directory = try ScratchDirectory()
        let surroundings = try await Surroundings.start()
        let node = try serve(directory, 9)
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

private final class Flag: Sendable {
    private let state = Atomic(false)

    var isSet: Bool { state.load(ordering: .sequentiallyConsistent) }

    func set() { state.store(true, ordering: .sequentiallyConsistent) }
}
