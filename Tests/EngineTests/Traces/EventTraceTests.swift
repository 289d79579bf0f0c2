import Domain
import EngineAPI
import Primitives
import Telemetry
import TestSupport
import Testing
import Tracing

@testable import Engine

/// What is stored and what is posted, joined to what brought it.
struct EventTraceTests: DeliveryScene {
    /// All that ended, once there are so many spans of this name.
    private func spans(_ recorder: TraceRecorder, _ count: Int, named name: String) async throws -> [EndedSpan] {
        var all: [EndedSpan] = []
        try await waitUntil("\(count) spans named \(name)") {
            all += recorder.drain().spans
            return all.count { $0.name == name } >= count
        }
        return all
    }

    @Test func `attempts and replays stand below what brought their event, and the callback is told`() async throws {
        let recorder = TraceRecorder()
        let clock = ManualClock()
        try await CallbackServer.run({ _, count in count == 1 ? .status(500) : .ok }) { server in
            try await run(server, clock: clock, options: { $0.tracer = recorder }) { fixture, instance in
                let received = recorder.startSpan("webhook", context: .topLevel)
                let body = try webhook("insert", 1, name: "A")
                _ = try await InstrumentationContext.$current.withValue(received.context) {
                    try await fixture.engine.accept(body, for: instance)
                }
                received.end()
                try await server.wait(for: 1)
                try await fixture.engine.waitForDeliveries(.retrying, count: 1)
                clock.advance(seconds: 5)
                try await fixture.engine.waitForDeliveries(.delivered, count: 1)
                _ = try await fixture.client.replay(eventID: server.received[0].eventID, options: .init())

                let all = try await spans(recorder, 3, named: "post callback")
                let trace = try #require(received.context.trace)
                let stored = all.first { $0.name == "store events" && $0.trace.traceID == trace.traceID }
                let storing = try #require(stored)
                #expect(storing.parentSpanID == trace.spanID && storing.attributes.get("signalbox.events") == .int64(1))
                let posts = all.filter { $0.name == "post callback" }
                #expect(posts.map(\.trace.traceID) == Array(repeating: trace.traceID, count: 3))
                #expect(posts.map(\.parentSpanID) == Array(repeating: storing.trace.spanID, count: 3))
                let numbers = posts.map { $0.attributes.get("signalbox.attempt") }
                let good = posts.map { $0.fault == nil }
                let statuses = posts.map { $0.attributes.get("http.response.status_code") }
                #expect(numbers == [.int64(1), .int64(2), .int64(3)])
                #expect(good == [false, true, true])
                #expect(statuses == [.int64(500), .int64(200), .int64(200)])
                // A path may be a secret.
                let address = posts[0].attributes.get("server.address")
                #expect(address == .string("127.0.0.1:\(server.port)"))
                let told = server.received.map { $0.headers["traceparent"] }
                #expect(told == posts.map(\.trace.traceparent))
            }
        }
    }

    @Test func `a header of one's own goes before it, and without traces there is none`() async throws {
        for recorder in [TraceRecorder(), nil] {
            try await CallbackServer.run { server in
                try await run(server, options: { $0.tracer = recorder }) { fixture, instance in
                    _ = try await fixture.engine.accept(try webhook("insert", 1, name: "A"), for: instance)
                    try await server.wait(for: 1)
                    try await fixture.engine.waitForDeliveries(.delivered, count: 1)
                    #expect((server.received[0].headers["traceparent"] == nil) == (recorder == nil))
                    let draft = InstanceDraft.sample(callback: server.url, type: .webhooks) {
                        $0.callbackHeaders = Secret(#"{"Traceparent": "mine"}"#)
                    }
                    _ = try await fixture.client.updateInstance(instance.id, draft.withoutCode)
                    _ = try await fixture.engine.accept(try webhook("insert", 2, name: "B"), for: instance)
                    try await server.wait(for: 2)
                    #expect(server.received[1].headers["traceparent"] == "mine")
                }
            }
        }
    }

    @Test func `batches that end in another order are found by their sequences, the newest of them`() async throws {
        let traces = EventTraces(TraceRecorder())
        func store(_ first: Int64, _ count: Int) async throws {
            _ = try await traces.storing(for: 1, from: .polling) {
                var result = IntakeResult()
                result.created = count
                result.lastSequence = count == 0 ? nil : first + Int64(count) - 1
                return result
            }
        }
        try await store(11, 5)
        try await store(1, 10)
        try await store(0, 0)
        try await store(20, 1)
        let found = (Int64(0)...21).map { traces.context(of: $0).trace?.spanID }
        #expect(found[1] != nil && Set(found[1...10]).count == 1)
        #expect(found[11] != nil && Set(found[11...15]).count == 1 && found[11] != found[1])
        #expect(found[20] != nil)
        #expect(found[0] == nil && Set(found[16...19]) == [nil] && found[21] == nil)
        for number in 0..<Int64(EventTraces.keptBatches) { try await store(100 + number, 1) }
        #expect(traces.context(of: 20).trace == nil && traces.context(of: 100).trace != nil)
    }
}
