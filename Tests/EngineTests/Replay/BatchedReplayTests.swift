import Domain
import Engine
import EngineAPI
import EngineTestSupport
import Primitives
import Salesforce
import Store
import TestSupport
import Testing

/// Replays of notifications with several events.
@Suite(.eachStore, .timeLimit(.minutes(20)))
struct BatchedReplayTests: DeliveryScene {
    /// An engine with an instance whose webhook brought `count` events in notifications of up to five, all delivered.
    private func run(
        _ server: CallbackServer,
        clock: ManualClock,
        count: Int,
        key: String = "12345",
        options change: (inout EngineOptions) -> Void = { _ in },
        _ body: (EngineFixture, InstanceID) async throws -> Void
    ) async throws {
        var options = EngineOptions()
        options.retryPolicy = RetryPolicy(delays: [], jitter: 0)
        change(&options)
        try await EngineFixture.run(ScriptedOrg(clock: clock), clock: clock, options: options) { fixture in
            let made = try await fixture.engine.createInstance(
                .sample(callback: server.url, key: key, type: .webhooks) { $0.batchSize = 5 }
            )
            let records = (1...count).map { number -> String in
                let id = Observation.row(number, name: "", stamp: .distantPast).recordID
                return #"{"Id":"\#(id)","Name":"n\#(number)","SystemModstamp":"2026-11-23T18:00:00.000+0000"}"#
            }
            let text =
                #"{"operation":"insert","object":"Account","records":["# + records.joined(separator: ",") + "]}"
            let instance = try await fixture.engine.storedInstance(made.id)
            _ = try await fixture.engine.accept(try WebhookBody.parse(Array(text.utf8)), for: instance)
            try await fixture.engine.waitForDeliveries(.delivered, count: Int64(count))
            try await body(fixture, made.id)
        }
    }

    @Test(arguments: [10, 20, 1000])
    func `what a notification with several events came to is counted for each of them`(rate: Int) async throws {
        let clock = ManualClock()
        try await CallbackServer.run { server in
            try await run(server, clock: clock, count: 5) { fixture, instance in
                #expect(server.received.count == 1)
                server.answer { _, _ in .status(503) }
                let job = try await fixture.engine.createReplayJob(instance, filter: .init(), rate: rate)
                let failed = try await fixture.ended(job, clock)
                #expect(failed.failed == 5 && failed.succeeded == 0 && failed.lastError == "answered 503")
                #expect(server.received.count == 2)
                server.answer { _, _ in .ok }
                let again = try await fixture.engine.createReplayJob(instance, filter: .init(), rate: rate)
                let succeeded = try await fixture.ended(again, clock)
                #expect(succeeded.failed == 0 && succeeded.succeeded == 5)
                #expect(server.received.count == 3)
            }
        }
    }

    /// What the job's filter finds no more once the notification went out counts all the same: also where the notification
    /// was the probe of a held callback.
    @Test(arguments: [10, 1000], [1, 100])
    func `all events of a notification count that leaves the filter with its replay`(rate: Int, threshold: Int)
        async throws
    {
        let clock = ManualClock()
        try await CallbackServer.run { server in
            try await run(server, clock: clock, count: 3, options: { $0.hold(after: threshold) }) { fixture, instance in
                server.answer { _, _ in .status(503) }
                let first = try await fixture.engine.createReplayJob(instance, filter: .init(), rate: 1000)
                #expect(try await fixture.ended(first, clock).failed == 3)
                server.answer { _, _ in .ok }
                var filter = EventFilter()
                filter.replays = [.failed]
                let again = try await fixture.engine.createReplayJob(instance, filter: filter, rate: rate)
                let succeeded = try await fixture.ended(again, clock)
                #expect(succeeded.succeeded == 3 && succeeded.failed == 0 && succeeded.total == 3)
                #expect(server.received.count == 3)
            }
        }
    }

    @Test func `all events of a notification count where a hold comes before the batch is through`() async throws {
        let clock = ManualClock()
        // Two deliveries, and the first of the replays fails.
        try await CallbackServer.run({ _, count in count == 3 ? .status(503) : .ok }) { server in
            try await run(server, clock: clock, count: 3, options: { $0.hold(after: 1) }) { fixture, instance in
                let engine = fixture.engine
                let stored = try await engine.storedInstance(instance)
                _ = try await engine.accept(try webhook("update", 1, name: "other", second: 9), for: stored)
                try await engine.waitForDeliveries(.delivered, count: 4)
                var filter = EventFilter()
                filter.excludedReplays = [.failed]
                let job = try await engine.createReplayJob(instance, filter: filter, rate: 1000)
                let done = try await fixture.ended(job, clock)
                #expect(done.failed == 3 && done.succeeded == 1 && done.total == 4)
                #expect(server.received.count == 4)
            }
        }
    }

    @Test func `every event's replay and signed request go by the id that the delivery went by`() async throws {
        let clock = ManualClock()
        try await CallbackServer.run { server in
            let key = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
            try await run(server, clock: clock, count: 3, key: key) { fixture, _ in
                let id = try #require(server.received.first?.headers["webhook-id"])
                let events = try await fixture.engine.events(PageRequest(direction: .oldestFirst))
                #expect(events.map(\.eventID).first == id && events.count == 3)
                for event in events {
                    let request = try await fixture.engine.signedRequest(eventID: event.eventID)
                    let shown = request.headers.first { $0.name.lowercased() == "webhook-id" }?.value
                    #expect(shown == id)
                    _ = try await fixture.engine.replay(eventID: event.eventID, options: .init())
                }
                let sent = server.received.map { $0.headers["webhook-id"] ?? "" }
                #expect(sent == [id, id, id, id])
            }
        }
    }
}
