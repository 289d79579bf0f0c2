import Domain
import Engine
import EngineAPI
import Primitives
import Store
import Testing

@Suite(.embeddedAndRemote)
struct ReplayTests {
    private func run(
        _ server: CallbackServer,
        clock: ManualClock = .init(),
        _ body: (EngineFixture, Instance, ScriptedOrg) async throws -> Void
    ) async throws {
        var options = EngineOptions()
        options.retryPolicy = RetryPolicy(delays: [], jitter: 0)
        let org = ScriptedOrg(clock: clock)
        try await EngineFixture.run(org, clock: clock, options: options) { fixture in
            let made = try await fixture.client.createInstance(.sample(callback: server.url, key: "12345"))
            org.script { $0.pages = [[.row(1, name: "Acme", stamp: clock.now, created: clock.now)]] }
            let summary = try await fixture.client.poll(made.id)
            #expect(summary.result.created == 1)
            try await body(fixture, try await fixture.engine.storedInstance(made.id), org)
        }
    }

    @Test func `a replay sends the same event again and is recorded as one`() async throws {
        try await CallbackServer.run { server in
            try await run(server) { fixture, _, _ in
                try await fixture.engine.waitForDeliveries(.delivered, count: 1)
                let first = server.received[0]
                server.answer { _, _ in .status(418) }
                let attempt = try await fixture.client.replay(eventID: first.eventID, options: .init())
                #expect(attempt.outcome == .response(status: 418) && attempt.isReplay && attempt.number == 2)
                let second = server.received[1]
                #expect(second.body == first.body)
                #expect(second.headers["signalbox-replay"] == "true" && second.headers["signalbox-attempt"] == "2")
                let signature = second.headers["elements-webhook-signature"] ?? ""
                #expect(CallbackSignature.verify(signature, body: second.body, key: "12345"))
                let detail = try await fixture.client.event(id: first.eventID)
                #expect(detail.attempts.map(\.isReplay) == [false, true])
                #expect(detail.delivery?.state == .delivered)
            }
        }
    }

    @Test func `an event of a deleted instance says so, and goes where it is told to`() async throws {
        try await CallbackServer.run { server in
            try await run(server) { fixture, instance, _ in
                try await fixture.engine.waitForDeliveries(.delivered, count: 1)
                let id = server.received[0].eventID
                try await fixture.client.deleteInstance(instance.id)
                let error = await #expect(throws: ClientError.self) {
                    try await fixture.client.replay(eventID: id, options: .init())
                }
                #expect(error?.message.contains("was deleted") == true, "\(error?.message ?? "")")
                var elsewhere = ReplayOptions()
                elsewhere.callbackURL = server.url
                let attempt = try await fixture.client.replay(eventID: id, options: elsewhere)
                #expect(attempt.outcome.isSuccess)
            }
        }
    }

    @Test func `what a deleted instance left stays readable, and no bulk replay sends it`() async throws {
        try await CallbackServer.run { server in
            try await run(server) { fixture, instance, _ in
                try await fixture.engine.waitForDeliveries(.delivered, count: 1)
                try await fixture.client.deleteInstance(instance.id)
                let groups = try await fixture.client.failures(instance.id)
                let activity = try await fixture.client.activity(instance.id, since: .distantPast)
                let jobs = try await fixture.client.replayJobs(instance.id)
                #expect(groups.isEmpty && jobs.isEmpty && activity.events.values.reduce(0, +) == 1)
                let preview = await #expect(throws: ClientError.self) {
                    try await fixture.client.previewReplays(instance.id, filter: .init())
                }
                let begun = await #expect(throws: ClientError.self) {
                    try await fixture.client.createReplayJob(instance.id, filter: .init(), rate: 10)
                }
                for error in [preview, begun] {
                    #expect(error?.kind == .conflict)
                    #expect(error?.message.contains("was deleted, and its callback with it") == true)
                }
                // Of one that never was there is nothing to read.
                let failures = await #expect(throws: ClientError.self) { try await fixture.client.failures(99) }
                let replays = await #expect(throws: ClientError.self) { try await fixture.client.replayJobs(99) }
                #expect(failures?.kind == .notFound && replays?.kind == .notFound)
            }
        }
    }

    @Test func `a dead delivery stays dead beside a replay that succeeds, and is counted as seen to`() async throws {
        try await CallbackServer.run({ _, count in count == 1 ? .status(500) : .ok }) { server in
            try await run(server) { fixture, _, _ in
                try await fixture.engine.waitForDeliveries(.dead, count: 1)
                let id = server.received[0].eventID
                #expect(try await fixture.client.replay(eventID: id, options: .init()).outcome.isSuccess)
                let delivery = try await fixture.client.event(id: id).delivery
                #expect(delivery?.state == .dead && delivery?.lastStatus == 500)
                #expect(delivery?.lastReplay?.outcome == .response(status: 200))
                #expect(try await fixture.client.counts(.init()).dead == 0)
                server.answer { _, _ in .status(502) }
                _ = try await fixture.client.replay(eventID: id, options: .init())
                let again = try await fixture.client.event(id: id).delivery
                #expect(again?.lastReplay?.verdict == .failed && again?.lastStatus == 500)
                #expect(try await fixture.client.counts(.init()).dead == 1)
            }
        }
    }

    @Test func `another target or an edited body leaves the delivery as it is`() async throws {
        try await CallbackServer.run({ _, _ in .status(500) }) { server in
            try await CallbackServer.run { other in
                try await run(server) { fixture, _, _ in
                    try await fixture.engine.waitForDeliveries(.dead, count: 1)
                    let id = server.received[0].eventID
                    let edited = Array(#"{"edited":true}"#.utf8)
                    let attempt = try await fixture.client.replay(
                        eventID: id,
                        options: ReplayOptions(callbackURL: other.url, notification: edited)
                    )
                    #expect(attempt.outcome.isSuccess && attempt.url == other.url && attempt.isEdited)
                    #expect(try await fixture.client.event(id: id).attempts.map(\.isEdited) == [false, true])
                    #expect(other.received[0].body == edited)
                    let signature = other.received[0].headers["elements-webhook-signature"] ?? ""
                    #expect(CallbackSignature.verify(signature, body: edited, key: "12345"))
                    #expect(try await fixture.client.event(id: id).delivery?.state == .dead)
                }
            }
        }
    }

    @Test func `a signed request is what a replay would send now; nothing is sent or kept`() async throws {
        try await CallbackServer.run { server in
            let clock = ManualClock()
            try await run(server, clock: clock) { fixture, _, _ in
                try await fixture.engine.waitForDeliveries(.delivered, count: 1)
                let first = server.received[0]
                clock.advance(seconds: 3600)
                let request = try await fixture.client.signedRequest(eventID: first.eventID)
                #expect(request.url == server.url && request.body == first.body && request.signedAt == clock.now)
                let headers = Dictionary(request.headers.map { ($0.name.lowercased(), $0.value) }) { $1 }
                #expect(headers["signalbox-replay"] == "true" && headers["signalbox-attempt"] == "2")
                let signature = headers["elements-webhook-signature"] ?? ""
                #expect(CallbackSignature.verify(signature, body: request.body, key: "12345"))
                #expect(!request.headers.contains { $0.value.contains("12345") })
                #expect(server.received.count == 1)
                #expect(try await fixture.client.event(id: first.eventID).attempts.count == 1)
                await #expect(throws: ClientError.self) { try await fixture.client.signedRequest(eventID: "nope") }
            }
        }
    }

    @Test(arguments: ["ftp://example.com/x", "file:///etc/passwd", "javascript:alert(1)", "http://", "gopher://x"])
    func `a target that is not http or https is refused`(url: String) async throws {
        try await CallbackServer.run { server in
            try await run(server) { fixture, _, _ in
                try await server.wait(for: 1)
                let id = server.received[0].eventID
                await #expect(throws: ClientError.self) {
                    try await fixture.client.replay(eventID: id, options: ReplayOptions(callbackURL: url))
                }
            }
        }
    }

    @Test func `an unknown event is said to be unknown`() async throws {
        try await CallbackServer.run { server in
            try await run(server) { fixture, _, _ in
                await #expect(throws: ClientError(.notFound, "There is no event \u{201C}nope\u{201D}.")) {
                    try await fixture.client.replay(eventID: "nope", options: .init())
                }
            }
        }
    }

    @Test func `a test notification is signed, marked and not stored`() async throws {
        try await CallbackServer.run { server in
            try await run(server) { fixture, instance, _ in
                try await fixture.engine.waitForDeliveries(.delivered, count: 1)
                let attempt = try await fixture.client.testCallback(
                    url: server.url,
                    signatureKey: Secret(secretMask),
                    instance: instance.id
                )
                #expect(attempt.outcome.isSuccess)
                let got = server.received[1]
                #expect(got.json["message"]?["test"]?.bool == true)
                #expect(got.json["topic"]?.string == "instance-\(instance.id)-sfdc-events")
                #expect(got.eventType == "CREATED")
                let signature = got.headers["elements-webhook-signature"] ?? ""
                #expect(CallbackSignature.verify(signature, body: got.body, key: "12345"))
                #expect(try await fixture.client.counts(EventFilter()).total == 1)
                await #expect(throws: ClientError.self) {
                    try await fixture.client.testCallback(url: "", signatureKey: "", instance: nil)
                }
            }
        }
    }
}
