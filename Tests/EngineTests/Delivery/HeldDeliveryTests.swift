import Domain
import Engine
import EngineAPI
import EngineTestSupport
import Primitives
import Salesforce
import Store
import TestSupport
import Testing

/// Callbacks that are held, until when, and what waits meanwhile.
@Suite(.eachStore)
struct HeldDeliveryTests: DeliveryScene {
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
                    try await fixture.store.counts(.init()).byState[.retrying] == 4
                }
                // One more shows that it is not the first three alone.
                #expect(server.received.count == 4)
                #expect(
                    try await fixture.engine.deliveries(instance.id, state: .queued, before: nil, limit: 99).isEmpty
                )
                let held = try await fixture.engine.deliveries(instance.id, state: .held, before: nil, limit: 99)
                #expect(held.count == 8 && held.count { $0.attempts == 0 } == 4)
                clock.advance(seconds: 55)
                try await server.wait(for: 5)
                try await fixture.engine.waitUntil {
                    let callback = try await fixture.engine.instance(instance.id).callback
                    guard case .held(_, let until?) = callback else { return false }
                    return until > clock.now.advanced(bySeconds: 30)
                }
                #expect(server.received.count == 5)
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

    @Test func `a changed address waits for nothing that the former one asked for`() async throws {
        let busy = CallbackServer.Answer(status: 503, headers: ["Retry-After": "86400"])
        try await CallbackServer.run({ _, _ in busy }) { old in
            try await CallbackServer.run { new in
                try await run(old) { fixture, instance in
                    for number in 1...2 {
                        _ = try await fixture.engine.accept(try webhook("insert", number, name: "A"), for: instance)
                    }
                    try await fixture.engine.waitForDeliveries(.retrying, count: 2)
                    _ = try await fixture.engine.updateInstance(
                        instance.id,
                        .sample(callback: new.url, key: secretMask, type: .webhooks).withoutCode
                    )
                    // The clock stands still.
                    try await fixture.engine.waitForDeliveries(.delivered, count: 2)
                }
            }
        }
    }

    @Test func `what the former address answers late does not keep the new one waiting`() async throws {
        let busy = CallbackServer.Answer(status: 503, headers: ["Retry-After": "86400"], hangs: true)
        try await CallbackServer.run({ _, _ in busy }) { old in
            try await CallbackServer.run { new in
                try await run(old) { fixture, instance in
                    _ = try await fixture.engine.accept(try webhook("insert", 1, name: "A"), for: instance)
                    try await old.wait(for: 1)
                    _ = try await fixture.engine.updateInstance(
                        instance.id,
                        .sample(callback: new.url, key: secretMask, type: .webhooks).withoutCode
                    )
                    old.letGo()
                    try await fixture.engine.waitForDeliveries(.delivered, count: 1)
                }
            }
        }
    }

    @Test func `a release of a callback that is not held sends what waits for a later attempt`() async throws {
        try await CallbackServer.run({ _, count in count == 1 ? .status(500) : .ok }) { server in
            try await run(server) { fixture, instance in
                _ = try await fixture.engine.accept(try webhook("insert", 1, name: "A"), for: instance)
                try await fixture.engine.waitForDeliveries(.retrying, count: 1)
                try await fixture.engine.resumeCallback(instance.id)
                // The clock stands still.
                try await fixture.engine.waitForDeliveries(.delivered, count: 1)
            }
        }
    }

    @Test func `what the callback asked to wait for is waited for after a restart, too`() async throws {
        let busy = CallbackServer.Answer(status: 503, headers: ["Retry-After": "7200"])
        try await CallbackServer.run({ _, _ in busy }) { server in
            let scratch = try ScratchDirectory()
            defer { scratch.remove() }
            let directory = scratch.path
            let clock = ManualClock()
            let connector = ScriptedOrg(clock: clock)
            var options = EngineOptions()
            options.breakerThreshold = 2
            options.concurrency = 1
            let id = try await EngineFixture.run(connector, clock: clock, options: options, directory: directory) {
                fixture in
                let made = try await fixture.engine.createInstance(.sample(callback: server.url, type: .webhooks))
                let instance = try await fixture.engine.storedInstance(made.id)
                for number in 1...4 {
                    _ = try await fixture.engine.accept(try webhook("insert", number, name: "A"), for: instance)
                }
                try await fixture.engine.waitUntil { try await fixture.store.callbackHold(made.id) != nil }
                return made.id
            }
            #expect(server.received.count == 2)
            clock.advance(seconds: 3600)
            try await EngineFixture.run(connector, clock: clock, options: options, directory: directory) { fixture in
                guard case .held(_, let until?) = try await fixture.engine.instance(id).callback else {
                    Issue.record("the callback is not held after the restart")
                    return
                }
                #expect(until.since(clock.now) <= 3_600_000 && until > clock.now)
                try await fixture.waitForLaterSend()
                #expect(server.received.count == 2)
                server.answer { _, _ in .ok }
                clock.advance(seconds: 3601)
                try await fixture.engine.waitForDeliveries(.delivered, count: 4, of: id)
                // It has ended on disk as well.
                try await fixture.engine.waitUntil { try await fixture.store.callbackHold(id) == nil }
            }
            try await EngineFixture.run(connector, clock: clock, options: options, directory: directory) { fixture in
                let callback = try await fixture.engine.instance(id).callback
                guard case .healthy(200, _, _) = callback else {
                    Issue.record("\(callback)")
                    return
                }
            }
        }
    }

    @Test func `what the callback asked to wait for is waited for a day at most after a restart`() async throws {
        try await CallbackServer.run { server in
            let scratch = try ScratchDirectory()
            defer { scratch.remove() }
            let directory = scratch.path
            let clock = ManualClock()
            let connector = ScriptedOrg(clock: clock)
            let id = try await EngineFixture.run(connector, clock: clock, directory: directory) { fixture in
                let made = try await fixture.engine.createInstance(.sample(callback: server.url, type: .webhooks))
                let until = clock.now.advanced(bySeconds: 3 * 86_400)
                let hold = CallbackHold(url: server.url, reason: "answered 503", until: until)
                try await fixture.store.saveCallbackHold(hold, of: made.id)
                return made.id
            }
            try await EngineFixture.run(connector, clock: clock, directory: directory) { fixture in
                let callback = try await fixture.engine.instance(id).callback
                let day = clock.now.advanced(bySeconds: 86_400)
                #expect(callback == .held(reason: "answered 503", until: day))
                let instance = try await fixture.engine.storedInstance(id)
                _ = try await fixture.engine.accept(try webhook("insert", 1, name: "A"), for: instance)
                try await fixture.waitForLaterSend()
                #expect(server.received.isEmpty)
                clock.advance(seconds: 86_401)
                try await fixture.engine.waitForDeliveries(.delivered, count: 1, of: id)
            }
        }
    }
}
