import Domain
import EngineAPI
import Primitives
import Salesforce
import TestSupport
import Testing

@testable import Engine

/// What is said of an attempt while it is under way.
@Suite(.timeLimit(.minutes(20)))
struct SendingTests: DeliveryScene {
    private static let moment = Timestamp(milliseconds: 1_795_000_000_000)

    @Test func `an attempt under way is told with since when, and no more once it has ended`() async throws {
        let clock = ManualClock()
        try await CallbackServer.run({ _, count in count == 1 ? .silence : .ok }) { server in
            try await run(server, clock: clock) { fixture, instance in
                _ = try await fixture.engine.accept(try webhook("insert", 1, name: "A"), for: instance)
                try await server.wait(for: 1)
                _ = try await fixture.engine.accept(try webhook("insert", 2, name: "B"), for: instance)
                try await fixture.engine.waitForDeliveries(.delivered, count: 1)
                let request = PageRequest(direction: .oldestFirst, limit: 10, filter: EventFilter())
                let deliveries = try await fixture.client.events(request).compactMap(\.delivery)
                try #require(deliveries.count == 2)
                #expect(deliveries[0].state == .queued && deliveries[0].sendingSince == clock.now)
                #expect(deliveries[1].state == .delivered && deliveries[1].sendingSince == nil)
                let detail = try await fixture.client.event(sequence: 1)
                #expect(detail.delivery?.sendingSince == clock.now)
            }
        }
    }

    @Test func `what takes long is news once, and what ends before that never`() {
        let times = SendingTimes()
        let isFirst = times.begin(1, at: Self.moment)
        let isSecond = times.begin(2, at: Self.moment)
        #expect(isFirst && !isSecond)
        let first = times.tick()
        #expect(first.slow.isEmpty && first.goesOn)
        times.end(2)
        let third = times.begin(3, at: Self.moment)
        #expect(!third)
        let second = times.tick()
        #expect(second.slow == [1] && second.goesOn)
        times.end(3)
        let last = times.tick()
        #expect(last.slow.isEmpty && !last.goesOn)
        let isAgain = times.begin(4, at: Self.moment)
        #expect(isAgain, "nobody looks at it but by another tick")
        times.end(1)
        times.end(4)
        #expect(times.isEmpty)
    }

    @Test func `what has ended is not called under way by what is read late`() {
        let times = SendingTimes()
        _ = times.begin(7, at: Self.moment)
        func delivery(_ state: DeliveryState) -> Delivery {
            Delivery(
                notificationID: 7,
                instanceID: 1,
                state: state,
                attempts: 0,
                nextAttempt: nil,
                createdAt: Self.moment
            )
        }
        #expect(times.shown(delivery(.queued)).sendingSince == Self.moment)
        #expect(times.shown(delivery(.delivered)).sendingSince == nil)
    }
}
