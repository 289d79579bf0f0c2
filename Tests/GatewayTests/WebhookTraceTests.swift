import Domain
import EngineAPI
import HTTPTypes
import Telemetry
import Testing
import Tracing

@testable import Gateway

struct WebhookTraceTests {
    private static let sender = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

    @Test func `a webhook is a span below its sender's, with the ids that the log has and no secret`() async throws {
        let recorder = TraceRecorder()
        let fixture = Fixture(tracer: recorder)
        let instance = try await fixture.makeInstance()
        let path = "/elements/api-v2/events/sfdc/\(instance.receiverToken.exposed)"
        var headers = ReceiverTests.sign(ReceiverTests.body, secret: instance.receiverSecret.exposed)
        headers[try #require(HTTPField.Name("traceparent"))] = Self.sender
        let stored = try await fixture.webhook(.post, path, ReceiverTests.body, headers: headers)
        let refused = try await fixture.webhook(.post, path, ReceiverTests.body)
        #expect(stored.status == 202 && refused.status == 401)
        let spans = recorder.drain().spans
        #expect(spans.map(\.name) == ["receive webhook", "receive webhook"])
        let first = try #require(spans.first)
        let second = try #require(spans.last)
        #expect(first.trace.traceID == "4bf92f3577b34da6a3ce929d0e0e4736" && first.parentSpanID == "00f067aa0ba902b7")
        #expect(first.attributes.get("signalbox.webhook") == .string("msg_1"))
        #expect(first.attributes.get("http.response.status_code") == .int64(202))
        #expect(second.parentSpanID == nil && second.trace.traceID != first.trace.traceID)
        let request = try #require(refused.header("elements-request-id"))
        #expect(second.attributes.get("signalbox.request") == .string(request) && second.fault == nil)
        let told = spans.map { "\($0)" }.joined()
        #expect(!told.contains(instance.receiverToken.exposed) && !told.contains(instance.receiverSecret.exposed))
    }
}
