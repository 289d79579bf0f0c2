import Domain
import Engine
import EngineAPI
import Primitives
import Salesforce
import Store
import TestSupport
import Testing

struct DeliveryTests {
    static let ladder = RetryPolicy(delays: [5000, 60_000], jitter: 0)

    /// An engine in webhook mode whose callback is `server`; `body` gets the instance's id.
    private func run(
        _ server: CallbackServer,
        clock: ManualClock = .init(),
        key: String = "12345",
        options change: (inout EngineOptions) -> Void = { _ in },
        _ body: (EngineFixture, Instance) async throws -> Void
    ) async throws {
        var options = EngineOptions()
        options.retryPolicy = Self.ladder
        change(&options)
        try await EngineFixture.run(ScriptedOrg(clock: clock), clock: clock, options: options) { fixture in
            let made = try await fixture.engine.createInstance(
                .sample(callback: server.url, key: key, type: .webhooks)
            )
            try await body(fixture, try await fixture.engine.storedInstance(made.id))
        }
    }

    private func webhook(_ operation: String, _ number: Int, name: String, second: Int = 0) throws -> WebhookBody {
        let id = Observation.row(number, name: "", stamp: .distantPast).recordID
        let stamp = Timestamp(parsing: "2026-11-23T18:00:00Z")?.advanced(bySeconds: Int64(second)).salesforce ?? ""
        return try WebhookBody.parse(
            Array(
                #"{"operation":"\#(operation)","object":"Account","records":[{"Id":"\#(id)","Name":"\#(name)","SystemModstamp":"\#(stamp)"}]}"#
                    .utf8
            )
        )
    }

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
                #expect(got.headers["user-agent"]?.hasPrefix("Signalbox/") == true)
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
                _ = try await fixture.engine.accept(try webhook("insert", 2, name: "Acme"), for: instance)
                try await fixture.engine.waitForDeliveries(.delivered, count: 2)
                let next = try await fixture.engine.attempts(eventID: server.received[1].eventID)
                #expect(next.map(\.phases) == [AttemptPhases(isReused: true)])
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

    @Test func `410 holds the callback until a person resumes it`() async throws {
        try await CallbackServer.run({ _, count in count == 1 ? .status(410) : .ok }) { server in
            let clock = ManualClock()
            try await run(server, clock: clock) { fixture, instance in
                _ = try await fixture.engine.accept(try webhook("insert", 1, name: "A"), for: instance)
                try await fixture.engine.waitUntil {
                    guard case .held(_, nil) = try await fixture.engine.instance(instance.id).callback else {
                        return false
                    }
                    return true
                }
                _ = try await fixture.engine.accept(try webhook("insert", 2, name: "B"), for: instance)
                clock.advance(seconds: 1_000_000)
                try await fixture.waitForLaterSend()
                #expect(server.received.count == 1)
                try await fixture.engine.resumeCallback(instance.id)
                try await fixture.engine.waitForDeliveries(.delivered, count: 2, of: instance.id)
                guard case .healthy = try await fixture.engine.instance(instance.id).callback else {
                    Issue.record("the callback is not healthy")
                    return
                }
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
            let store = try SQLiteStore(directory: directory, logger: quiet)
            let counts = try await store.counts(.init()).byState
            #expect(counts[.delivered] == 1 && counts[.queued] == 1)
            #expect(server.received.count == 1)
            try await store.close()
        }
    }

    @Test func `a hold outlives a restart, and ends with the address that it is about`() async throws {
        try await CallbackServer.run({ _, _ in .status(410) }) { server in
            let scratch = try ScratchDirectory()
            defer { scratch.remove() }
            let directory = scratch.path
            let clock = ManualClock()
            let connector = ScriptedOrg(clock: clock)
            let id = try await EngineFixture.run(connector, clock: clock, directory: directory) { fixture in
                let made = try await fixture.engine.createInstance(.sample(callback: server.url, type: .webhooks))
                let instance = try await fixture.engine.storedInstance(made.id)
                _ = try await fixture.engine.accept(try webhook("insert", 1, name: "A"), for: instance)
                try await fixture.engine.waitUntil {
                    if case .held(_, nil) = try await fixture.engine.instance(made.id).callback { return true }
                    return false
                }
                return made.id
            }
            clock.advance(seconds: 1_000_000)
            try await EngineFixture.run(connector, clock: clock, directory: directory) { fixture in
                guard case .held(let reason, nil) = try await fixture.engine.instance(id).callback else {
                    Issue.record("the callback is not held after the restart")
                    return
                }
                #expect(reason.contains("410"))
                let instance = try await fixture.engine.storedInstance(id)
                _ = try await fixture.engine.accept(try webhook("insert", 2, name: "B"), for: instance)
                try await fixture.waitForLaterSend()
                #expect(server.received.count == 1)
                server.answer { _, _ in .ok }
                try await fixture.engine.resumeCallback(id)
                try await fixture.engine.waitForDeliveries(.delivered, count: 2, of: id)
            }
            try await EngineFixture.run(connector, clock: clock, directory: directory) { fixture in
                let callback = try await fixture.engine.instance(id).callback
                // Not held, and not as if nothing had ever been sent.
                guard case .healthy(200, _, _) = callback else {
                    Issue.record("\(callback)")
                    return
                }
            }
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

    @Test func `a callback that keeps failing is held, probed once at a time, and then drained`() async throws {
        try await CallbackServer.run({ _, _ in .status(500) }) { server in
            let clock = ManualClock()
            try await run(
                server,
                clock: clock,
                options: {
                    $0.breakerThreshold = 3
                    $0.breakerSchedule = [30_000, 60_000]
                    $0.concurrency = 1
                }
            ) { fixture, instance in
                for number in 1...8 {
                    _ = try await fixture.engine.accept(try webhook("insert", number, name: "A"), for: instance)
                }
                try await fixture.engine.waitUntil {
                    guard case .held(_, .some) = try await fixture.engine.instance(instance.id).callback else {
                        return false
                    }
                    return true
                }
                // All of them are held, what was tried as well as what was not.
                try await fixture.engine.waitForDeliveries(.held, count: 8)
                try await fixture.engine.waitUntil {
                    try await fixture.store.counts(.init()).byState[.retrying] == 3
                }
                #expect(server.received.count == 3)
                #expect(
                    try await fixture.engine.deliveries(instance.id, state: .queued, before: nil, limit: 99).isEmpty
                )
                let held = try await fixture.engine.deliveries(instance.id, state: .held, before: nil, limit: 99)
                #expect(held.count == 8 && held.count { $0.attempts == 0 } == 5)
                clock.advance(seconds: 55)
                try await server.wait(for: 4)
                try await fixture.engine.waitUntil {
                    let callback = try await fixture.engine.instance(instance.id).callback
                    guard case .held(_, let until?) = callback else { return false }
                    return until > clock.now.advanced(bySeconds: 30)
                }
                #expect(server.received.count == 4)
                server.answer { _, _ in .ok }
                clock.advance(seconds: 300)
                try await fixture.engine.waitForDeliveries(.delivered, count: 8)
            }
        }
    }

    @Test func `a changed address takes what is waiting, at once`() async throws {
        try await CallbackServer.run({ _, _ in .status(410) }) { old in
            try await CallbackServer.run { new in
                try await run(old) { fixture, instance in
                    _ = try await fixture.engine.accept(try webhook("insert", 1, name: "A"), for: instance)
                    try await old.wait(for: 1)
                    _ = try await fixture.engine.updateInstance(
                        instance.id,
                        .sample(callback: new.url, key: secretMask, type: .webhooks).withoutCode
                    )
                    try await fixture.engine.waitForDeliveries(.delivered, count: 1)
                    let got = try #require(new.received.first)
                    let signature = got.headers["elements-webhook-signature"] ?? ""
                    #expect(CallbackSignature.verify(signature, body: got.body, key: "12345"))
                }
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
