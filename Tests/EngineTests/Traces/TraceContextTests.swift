import Telemetry
import Testing
import Tracing

struct TraceContextTests {
    static let trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    static let span = "00f067aa0ba902b7"

    @Test func `a traceparent is read and written`() throws {
        let text = "00-\(Self.trace)-\(Self.span)-01"
        let context = try #require(TraceContext(traceparent: text))
        #expect(context.traceID == Self.trace && context.spanID == Self.span && context.isSampled)
        #expect(context.traceparent == text)
        #expect(TraceContext(traceparent: "00-\(Self.trace)-\(Self.span)-00")?.isSampled == false)
        // A later version may say more; its other flags are not ours to pass on.
        let later = try #require(TraceContext(traceparent: "cc-\(Self.trace)-\(Self.span)-09-what-the-future-holds"))
        #expect(later.traceparent == text)
        let made = TraceContext()
        #expect(TraceContext(traceparent: made.traceparent) == made)
    }

    @Test(arguments: [
        "", "00", "00-\(trace)-\(span)", "00-\(trace)-\(span)-01-x", "ff-\(trace)-\(span)-01", "0-\(trace)-\(span)-01",
        "00-\(trace.uppercased())-\(span)-01", "00-\(trace)-\(span)-1", "00-\(trace)-\(span)-0x",
        "00-00000000000000000000000000000000-\(span)-01", "00-\(trace)-0000000000000000-01", "00-\(trace)a-\(span)-01",
        "00-\(trace)-\(span)-０1", "01-\(trace)-\(span)-01-" + String(repeating: "x", count: 1000),
    ])
    func `what is no traceparent begins a trace of its own`(text: String) {
        #expect(TraceContext(traceparent: text) == nil)
    }

    @Test func `what its sender does not want recorded is not`() throws {
        let recorder = TraceRecorder()
        var context = InstrumentationContext.topLevel
        context.trace = TraceContext(traceparent: "00-\(Self.trace)-\(Self.span)-00")
        let span = recorder.startSpan("a", context: context)
        #expect(!span.isRecording && span.context.trace?.traceID == Self.trace)
        #expect(span.context.trace?.isSampled == false)
        span.end()
        #expect(recorder.drain().spans.isEmpty)
    }

    @Test func `spans that nobody takes are counted, and not kept without an end`() {
        let recorder = TraceRecorder()
        for _ in 0..<(TraceRecorder.mostWaiting + 3) { recorder.startSpan("a", context: .topLevel).end() }
        let taken = recorder.drain()
        #expect(taken.spans.count == TraceRecorder.mostWaiting && taken.lost == 3)
        let rest = recorder.drain()
        #expect(rest.spans.isEmpty && rest.lost == 0)
    }

    @Test func `a span ends once, as it was then`() throws {
        let recorder = TraceRecorder()
        let span = recorder.startSpan("a", context: .topLevel)
        span.attributes["n"] = 1
        span.setStatus(SpanStatus(code: .error, message: "so it was"))
        span.end()
        span.attributes["n"] = 2
        span.end()
        let spans = recorder.drain().spans
        #expect(spans.count == 1)
        let ended = try #require(spans.first)
        #expect(ended.attributes.get("n") == .int64(1) && ended.fault == "so it was" && ended.parentSpanID == nil)
        #expect(ended.ended >= ended.began)
    }
}
