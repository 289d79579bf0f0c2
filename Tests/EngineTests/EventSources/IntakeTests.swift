import Domain
import EngineAPI
import EngineTestSupport
import Primitives
import Salesforce
import Store
import TestSupport
import Testing

@testable import Engine

/// What every source has in common on its way to the store.
@Suite(.eachStore)
struct IntakeTests {
    private func run(
        _ change: @escaping (inout InstanceConfiguration) -> Void = { _ in },
        _ body: (Intake, WatchedInstance, EngineFixture, ManualClock) async throws -> Void
    ) async throws {
        let clock = ManualClock()
        try await EngineFixture.run(ScriptedOrg(clock: clock), clock: clock) { fixture in
            let made = try await fixture.engine.createInstance(.sample(type: .webhooks, change: change))
            let watched = try await fixture.engine.directory.entry(made.id).watched
            clock.advance(seconds: 100)
            let engine = fixture.engine
            let intake = Intake(
                store: fixture.store,
                dispatcher: engine.dispatcher,
                notices: engine.hub,
                words: engine.words,
                metrics: engine.metrics,
                disk: engine.disk,
                writes: engine.writes
            )
            try await body(intake, watched, fixture, clock)
        }
    }

    private func batch(_ rows: [Observation], _ clock: ManualClock) -> SourceBatch {
        SourceBatch(source: .webhook, observations: rows, receivedAt: clock.now)
    }

    @Test func `an object that is not watched is left out, another spelling is that of the settings`() async throws {
        try await run { intake, watched, fixture, clock in
            var odd = Observation.row(1, name: "A", stamp: clock.now, created: clock.now)
            odd.object = "aCCount"
            var foreign = Observation.row(2, name: "B", stamp: clock.now, created: clock.now)
            foreign.object = "Lead"
            let result = try await intake.accept(batch([odd, foreign], clock), for: watched)
            #expect(result.events == 1)
            #expect(try await fixture.engine.events(PageRequest()).map(\.object) == ["Account"])
            let shown = try await fixture.engine.instance(watched.id)
            #expect(shown.unwatchedChanges == 1 && shown.unwatchedObjects == ["Lead"])
            #expect(
                shown.unwatchedSentence
                    == "Left out of what webhooks brought, as event.objects does not name the object: 1 change of Lead."
            )
        }
    }

    @Test func `what was left out is counted until its object is watched, and not of polls`() async throws {
        try await run { intake, watched, fixture, clock in
            var lead = Observation.row(2, name: "B", stamp: clock.now, created: clock.now)
            lead.object = "Lead"
            var polled = batch([lead], clock)
            polled.pollDate = clock.now
            _ = try await intake.accept(polled, for: watched)
            #expect(watched.unwatched == UnwatchedChanges())
            var other = lead
            other.object = "LEAD"
            _ = try await intake.accept(batch([lead, other], clock), for: watched)
            #expect(watched.unwatched.count == 2 && watched.unwatched.objects.count == 1)
            _ = try await fixture.engine.updateInstance(
                watched.id,
                InstanceDraft.sample(type: .webhooks) { $0.objects = ["Account", "Lead"] }.withoutCode
            )
            #expect(watched.unwatched == UnwatchedChanges())
        }
    }

    @Test func `an object's baseline is that of the instance, unless the source knows better`() async throws {
        try await run { intake, watched, fixture, clock in
            // The first poll has drawn the line.
            #expect(watched.current.baselines["account"] != nil)
            let old = clock.now.advanced(bySeconds: -10_000)
            let known = Observation.row(1, name: "A", stamp: clock.now, created: old)
            let new = Observation.row(2, name: "B", stamp: clock.now, created: clock.now)
            let both = try await intake.accept(batch([known, new], clock), for: watched)
            #expect(both.created == 1)
            var first = batch([.row(3, name: "C", stamp: clock.now, created: old)], clock)
            first.policies["Account"] = ChangeDecision.Policy(baseline: old.advanced(bySeconds: -1))
            let judged = try await intake.accept(first, for: watched)
            #expect(judged.created == 1)
        }
    }

    @Test func `an update of a record from before the first run is one, though no poll sees it`() async throws {
        try await run { intake, watched, fixture, clock in
            var resume = ResumeState()
            resume.begun = clock.now.advanced(bySeconds: -900)
            // The newest row that polls see is years old.
            let years = clock.now.advanced(bySeconds: -100_000_000)
            watched.stored([
                PollerRecord(instanceID: watched.id, object: "Account", baseline: years, resume: resume.text)
            ])
            func posted(_ number: Int, created: Timestamp) -> Observation {
                var seen = Observation.row(number, name: "A", stamp: clock.now, created: created)
                seen.kind = .webhook(claimed: .updated, isUndelete: false)
                return seen
            }
            let old = posted(1, created: clock.now.advanced(bySeconds: -1000))
            let new = posted(2, created: clock.now)
            let result = try await intake.accept(batch([old, new], clock), for: watched)
            #expect(result.events == 2)
            #expect(result.created == 1)
        }
    }

    @Test func `a position moves with its batch, though the batch has no events`() async throws {
        try await run { intake, watched, fixture, clock in
            var empty = batch([], clock)
            empty.positions = [PollerRecord(instanceID: watched.id, object: "/data/ChangeEvents", resume: "42")]
            _ = try await intake.accept(empty, for: watched)
            let stored = try await fixture.store.pollerRecords(watched.id)
            #expect(stored.first { $0.object == "/data/ChangeEvents" }?.resume == "42")
            #expect(watched.position("/data/ChangeEvents")?.resume == "42")
            // It is no object's: no list of pollers shows it, and a change of the objects leaves it.
            _ = try await fixture.engine.updateInstance(
                watched.id,
                InstanceDraft.sample(type: .webhooks) { $0.objects = ["Contact"] }.withoutCode
            )
            #expect(try await fixture.engine.instance(watched.id).pollers.map(\.object) == ["Contact"])
            let left = Set(try await fixture.store.pollerRecords(watched.id).map(\.object))
            #expect(left == ["Contact", "/data/ChangeEvents", Poller.spentName])
        }
    }

    @Test func `what the org reports by itself is heard, what it was asked for is not`() async throws {
        try await run { intake, watched, _, clock in
            var poll = batch([], clock)
            poll.pollDate = clock.now
            _ = try await intake.accept(poll, for: watched)
            #expect(watched.lastHeard == nil)
            _ = try await intake.accept(batch([], clock), for: watched)
            #expect(watched.lastHeard == clock.now)
        }
    }

    @Test(arguments: [(allowed: 3, source: 20, sent: 2), (20, 2, 3), (1, 20, 5)])
    func `a notification carries what instance and source allow`(_ limits: (allowed: Int, source: Int, sent: Int))
        async throws
    {
        try await CallbackServer.run { server in
            try await run({
                $0.callbackURL = server.url
                $0.batchSize = limits.allowed
            }) { intake, watched, fixture, clock in
                var five = batch(
                    (1...5).map { .row($0, name: "n\($0)", stamp: clock.now, created: clock.now) },
                    clock
                )
                five.notificationSize = limits.source
                #expect(try await intake.accept(five, for: watched).events == 5)
                try await server.wait(for: limits.sent)
                try await fixture.engine.waitUntil {
                    try await fixture.engine.counts(EventFilter()).open == 0
                }
                #expect(server.received.count == limits.sent)
            }
        }
    }
}
