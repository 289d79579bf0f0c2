import Domain
import Engine
import EngineAPI
import EngineTestSupport
import Primitives
import Salesforce
import Store
import TestSupport
import Testing

@Suite(.eachStore)
struct DeliveryTests: DeliveryScene {

    @Test func `a fresh event goes out at once, signed and in the envelope`() async throws {
        try await CallbackServer.run { server in
            try await run(server, key: StandardWebhooksTests.secret) { fixture, instance in
                let result = try await fixture.engine.accept(try webhook("insert", 1, name: "Acme"), for: instance)
                #expect(result.created == 1)
                try await server.wait(for: 1)
                let got = try #require(server.received.first)
                #expect(got.headers["content-type"] == "application/json; charset=utf-8")
                #expect(got.headers["elements-webhook-id"]?.isEmpty == false)
                #expect(got.headers["signalbox-attempt"] == "1")
                #expect(got.headers["signalbox-replay"] == nil)
                #expect(got.headers["user-agent"] == "Signalbox")
                #expect(got.headers["webhook-id"] == got.eventID)
                let signature = got.headers["elements-webhook-signature"] ?? ""
                #expect(CallbackSignature.verify(signature, body: got.body, key: StandardWebhooksTests.secret))
                try StandardWebhooks.verify(
                    id: got.headers["webhook-id"],
                    timestamp: got.headers["webhook-timestamp"],
                    signature: got.headers["webhook-signature"],
                    body: got.body,
                    keys: [try #require(StandardWebhooks(secret: Secret(StandardWebhooksTests.secret)))],
                    now: fixture.engine.clock.now
                )
                #expect(got.eventType == "CREATED")
                try await fixture.engine.waitForDeliveries(.delivered, count: 1)
                let attempts = try await fixture.engine.attempts(eventID: got.eventID)
                let attempt = try #require(attempts.first)
                #expect(attempts.count == 1 && attempt.outcome == .response(status: 200))
                // What is said of the request later is what was sent.
                for header in attempt.sentHeaders { #expect(got.headers[header.name.lowercased()] == header.value) }
                let firstByte = try #require(attempt.firstByteMilliseconds)
                #expect((0...attempt.milliseconds).contains(firstByte))
                let phases = try #require(attempt.phases)
                // An address has no name to resolve, and http no TLS.
                #expect(phases.connect != nil && phases.resolve == nil && phases.tls == nil && !phases.isReused)
                // Where the machine is so busy that an idle connection was given up meanwhile, a later one uses one again.
                var isReused = false
                for number in 2...20 where !isReused {
                    _ = try await fixture.engine.accept(try webhook("insert", number, name: "Acme"), for: instance)
                    try await fixture.engine.waitForDeliveries(.delivered, count: Int64(number))
                    let next = try await fixture.engine.attempts(eventID: server.received[number - 1].eventID)
                    isReused = next.map(\.phases) == [AttemptPhases(isReused: true)]
                }
                #expect(isReused)
            }
        }
    }

    @Test func `a plain key signs the one header, no key none`() async throws {
        try await CallbackServer.run { server in
            try await run(server, key: "") { fixture, instance in
                _ = try await fixture.engine.accept(try webhook("insert", 1, name: "A"), for: instance)
                try await server.wait(for: 1)
                #expect(server.received[0].headers["elements-webhook-signature"] == nil)
                #expect(server.received[0].headers["webhook-signature"] == nil)
            }
        }
    }

    @Test func `failures climb the ladder with fresh signatures and the same event id, then the delivery is dead`()
        async throws
    {
        try await CallbackServer.run({ _, _ in .status(500) }) { server in
            let clock = ManualClock()
            try await run(server, clock: clock, key: StandardWebhooksTests.secret) { fixture, instance in
                _ = try await fixture.engine.accept(try webhook("insert", 1, name: "A"), for: instance)
                try await fixture.engine.waitForDeliveries(.retrying, count: 1)
                clock.advance(seconds: 4)
                try await fixture.waitForLaterSend()
                #expect(server.received.count == 1)
                clock.advance(seconds: 40)
                try await server.wait(for: 2)
                try await fixture.engine.waitUntil {
                    try await fixture.engine.deliveries(instance.id, state: nil, before: nil, limit: 9)[0].attempts == 2
                }
                clock.advance(seconds: 120)
                try await server.wait(for: 3)
                try await fixture.engine.waitForDeliveries(.dead, count: 1)
                let received = server.received
                #expect(received.map { $0.headers["signalbox-attempt"] } == ["1", "2", "3"])
                #expect(Set(received.map(\.eventID)).count == 1)
                #expect(Set(received.map(\.body)).count == 1)
                #expect(Set(received.compactMap { $0.headers["webhook-timestamp"] }).count == 3)
                clock.advance(seconds: 1_000_000)
                try await fixture.waitForLaterSend()
                let attempts = try await fixture.engine.attempts(eventID: received[0].eventID)
                #expect(attempts.count == 3 && attempts.allSatisfy { $0.firstByteMilliseconds != nil })
            }
        }
    }

    @Test func `a record's later events wait for its failed one, other records don't`() async throws {
        let first = Observation.row(1, name: "", stamp: .distantPast).recordID
        try await CallbackServer.run({ got, count in got.recordID == first && count < 3 ? .status(503) : .ok }) {
            server in
            let clock = ManualClock()
            try await run(server, clock: clock) { fixture, instance in
                _ = try await fixture.engine.accept(try webhook("insert", 1, name: "A"), for: instance)
                try await fixture.engine.waitForDeliveries(.retrying, count: 1)
                _ = try await fixture.engine.accept(try webhook("update", 1, name: "B", second: 1), for: instance)
                _ = try await fixture.engine.accept(try webhook("insert", 2, name: "C"), for: instance)
                try await fixture.engine.waitForDeliveries(.delivered, count: 1)
                clock.advance(seconds: 40)
                try await fixture.engine.waitForDeliveries(.delivered, count: 3)
                let types = server.received.filter { $0.recordID == first }.map(\.eventType)
                #expect(types == ["CREATED", "CREATED", "UPDATED"])
            }
        }
    }

    @Test func `Retry-After is waited for in full`() async throws {
        try await CallbackServer.run({ _, count in
            count == 1 ? .init(status: 429, headers: ["Retry-After": "3600"]) : .ok
        }) { server in
            let clock = ManualClock()
            try await run(server, clock: clock) { fixture, instance in
                _ = try await fixture.engine.accept(try webhook("insert", 1, name: "A"), for: instance)
                try await fixture.engine.waitForDeliveries(.retrying, count: 1)
                let next = try await fixture.engine.deliveries(instance.id, state: nil, before: nil, limit: 1)[0]
                #expect((next.nextAttempt?.since(clock.now) ?? 0) >= 3_600_000)
                clock.advance(seconds: 3640)
                try await fixture.engine.waitForDeliveries(.delivered, count: 1)
            }
        }
    }

    @Test func `what is under way at the end is finished and kept, and nothing else begins`() async throws {
        try await CallbackServer.run({ _, _ in .silence }) { server in
            let scratch = try ScratchDirectory()
            defer { scratch.remove() }
            let directory = scratch.path
            let clock = ManualClock()
            var options = EngineOptions()
            options.concurrency = 1
            let org = ScriptedOrg(clock: clock)
            try await EngineFixture.run(org, clock: clock, options: options, directory: directory) { fixture in
                let made = try await fixture.engine.createInstance(.sample(callback: server.url, type: .webhooks))
                let instance = try await fixture.engine.storedInstance(made.id)
                for number in 1...2 {
                    _ = try await fixture.engine.accept(try webhook("insert", number, name: "A"), for: instance)
                }
                try await server.wait(for: 1)
                let engine = fixture.engine
                Task {
                    try await waitUntil("the engine has ended") { !engine.isReady }
                    server.letGo()
                }
            }
            let store = try await TestStore.open(directory)
            let counts = try await store.counts(.init()).byState
            #expect(counts[.delivered] == 1 && counts[.queued] == 1)
            #expect(server.received.count == 1)
            try await store.close()
        }
    }

    @Test func `redirects are failures and are not followed`() async throws {
        try await CallbackServer.run({ _, _ in .init(status: 302, headers: ["Location": "/hook"]) }) { server in
            try await run(server) { fixture, instance in
                _ = try await fixture.engine.accept(try webhook("insert", 1, name: "A"), for: instance)
                try await fixture.engine.waitForDeliveries(.retrying, count: 1)
                #expect(server.received.count == 1)
                let delivery = try await fixture.engine.deliveries(instance.id, state: nil, before: nil, limit: 1)[0]
                #expect(delivery.lastStatus == 302)
                #expect(delivery.lastError?.contains("not followed") == true)
            }
        }
    }

    @Test func `silence is a failure after the time-out`() async throws {
        try await CallbackServer.run({ _, _ in .silence }) { server in
            try await run(server, options: { $0.callbackTimeout = 50 }) { fixture, instance in
                _ = try await fixture.engine.accept(try webhook("insert", 1, name: "A"), for: instance)
                try await fixture.engine.waitForDeliveries(.retrying, count: 1)
                let delivery = try await fixture.engine.deliveries(instance.id, state: nil, before: nil, limit: 1)[0]
                #expect(delivery.lastError == "No answer within 50 ms.")
            }
        }
    }

    @Test func `a closed port is told in a sentence`() async throws {
        try await CallbackServer.run { server in
            try await run(server) { fixture, instance in
                // Nobody listens on port 1; a port that was free a moment ago may be another test's by now.
                let attempt = try await fixture.engine.testCallback(
                    url: "http://127.0.0.1:1/hook",
                    signatureKey: "",
                    instance: instance.id
                )
                let text = attempt.outcome.errorText ?? "no error"
                #expect(text.contains("refused the connection"), "\(text)")
            }
        }
    }

    @Test func `a metadata address is never asked, and the sentence says so`() async throws {
        try await CallbackServer.run { server in
            try await run(server) { fixture, instance in
                let attempt = try await fixture.engine.testCallback(
                    url: "http://169.254.169.254/latest/meta-data/",
                    signatureKey: "",
                    instance: instance.id
                )
                #expect(
                    attempt.outcome.errorText
                        == "The callback was not asked: 169.254.169.254 is a link-local or metadata address, which "
                        + "callbacks may never have; check its host name."
                )
            }
        }
    }

    @Test func `the start of a long answer is kept, the rest is not`() async throws {
        let long = String(repeating: "x", count: 100_000)
        try await CallbackServer.run({ _, _ in .init(status: 500, headers: ["X-Reason": "tired"], body: long) }) {
            server in
            try await run(server) { fixture, instance in
                _ = try await fixture.engine.accept(try webhook("insert", 1, name: "A"), for: instance)
                try await fixture.engine.waitForDeliveries(.retrying, count: 1)
                let attempt = try #require(
                    try await fixture.engine.attempts(eventID: server.received[0].eventID).first
                )
                #expect(attempt.responseBody.count == 16 * 1024)
                #expect(attempt.responseHeaders.contains { $0.name.lowercased() == "x-reason" && $0.value == "tired" })
            }
        }
    }
}

extension InstanceDraft {
    /// A change of settings alone: secrets stay as they are.
    var withoutCode: InstanceDraft {
        var draft = self
        draft.authorizationCode = nil
        draft.configuration.apiKey = Secret(secretMask)
        draft.configuration.apiSecret = Secret(secretMask)
        return draft
    }
}
