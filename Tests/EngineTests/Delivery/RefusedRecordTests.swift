import Domain
import Engine
import EngineAPI
import EngineTestSupport
import Primitives
import Store
import TestSupport
import Testing

/// Records that a callback refuses for ever, and all others that it takes.
@Suite(.eachStore, .timeLimit(.minutes(20)))
struct RefusedRecordTests: DeliveryScene {
    private func records(_ numbers: ClosedRange<Int>) -> Set<String> {
        Set(numbers.map { Observation.row($0, name: "", stamp: .distantPast).recordID })
    }

    private func accept(_ fixture: EngineFixture, _ instance: Instance, _ numbers: ClosedRange<Int>) async throws {
        for number in numbers {
            _ = try await fixture.engine.accept(try webhook("insert", number, name: "A"), for: instance)
        }
    }

    private func waitForHold(_ fixture: EngineFixture, _ instance: Instance) async throws {
        try await fixture.engine.waitUntil {
            if case .held(_, .some) = try await fixture.engine.instance(instance.id).callback { true } else { false }
        }
    }

    @Test(arguments: [400, 413, 422])
    func `what is refused as wrong holds nothing`(status: Int) async throws {
        let refused = records(1...30)
        try await CallbackServer.run({ got, _ in refused.contains(got.recordID) ? .status(status) : .ok }) { server in
            try await run(server) { fixture, instance in
                try await accept(fixture, instance, 1...40)
                // The clock stands still.
                try await fixture.engine.waitForDeliveries(.delivered, count: 10)
                try await fixture.engine.waitForDeliveries(.retrying, count: 30)
                let callback = try await fixture.engine.instance(instance.id).callback
                if case .held = callback { Issue.record("\(callback)") }
            }
        }
    }

    @Test func `what always fails leaves the others the next probe, and goes on beside them`() async throws {
        let refused = records(1...60)
        try await CallbackServer.run({ got, _ in refused.contains(got.recordID) ? .status(500) : .ok }) { server in
            let clock = ManualClock()
            try await run(server, clock: clock, options: { $0.concurrency = 4 }) { fixture, instance in
                try await accept(fixture, instance, 1...60)
                try await waitForHold(fixture, instance)
                try await accept(fixture, instance, 101...130)
                // A probe may miss those that are being read at that moment; the next one finds them.
                try await fixture.engine.waitUntil {
                    clock.advance(seconds: 31)
                    return try await fixture.engine.counts(EventFilter()).byState[.delivered] == 30
                }
            }
        }
    }

    @Test func `a person's release lets the others go`() async throws {
        let refused = records(1...60)
        try await CallbackServer.run({ got, _ in refused.contains(got.recordID) ? .status(500) : .ok }) { server in
            try await run(server, options: { $0.concurrency = 4 }) { fixture, instance in
                try await accept(fixture, instance, 1...60)
                try await waitForHold(fixture, instance)
                try await accept(fixture, instance, 101...130)
                // The clock stands still. What is being read at that moment waits for the next release.
                try await fixture.engine.waitUntil {
                    try await fixture.engine.resumeCallback(instance.id)
                    return try await fixture.engine.counts(EventFilter()).byState[.delivered] == 30
                }
            }
        }
    }
}
