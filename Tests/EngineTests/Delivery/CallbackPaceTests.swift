import Domain
import EngineAPI
import EngineTestSupport
import Primitives
import Store
import TestSupport
import Testing

@testable import Engine

/// Callbacks that answer 429 and say for how long.
@Suite(.timeLimit(.minutes(20)))
struct CallbackPaceTests: DeliveryScene {
    private let now = Timestamp(seconds: 1000)

    private func asks(_ pace: inout CallbackPace, _ seconds: Int64, at moment: Timestamp, status: Int = 429) -> Bool {
        pace.pauses(for: .response(status: status), at: moment, notBefore: moment.advanced(bySeconds: seconds))
    }

    @Test(arguments: [(1, 1), (0, 1), (300, 300)] as [(Int64, Int64)])
    func `it is left alone for as long as it says`(asked: Int64, pause: Int64) {
        var pace = CallbackPace()
        let isPause = asks(&pace, asked, at: now)
        #expect(isPause && pace.pausedUntil == now.advanced(bySeconds: pause))
    }

    @Test func `what asks for longer, for nothing, or with another status is a failure`() {
        var pace = CallbackPace()
        let long = asks(&pace, 301, at: now)
        let other = asks(&pace, 1, at: now, status: 503)
        let nothing = pace.pauses(for: .response(status: 429), at: now, notBefore: nil)
        #expect(!long && !other && !nothing && pace == CallbackPace())
    }

    @Test func `fewer go out at once after it, more again as they are accepted`() {
        var pace = CallbackPace()
        _ = asks(&pace, 1, at: now)
        // It was under way when the pause began.
        _ = asks(&pace, 1, at: now)
        #expect(pace.places == 32)
        for _ in 0..<8 { pace.succeeded() }
        #expect(pace.places == 33)
        for _ in 0..<1000 { pace.succeeded() }
        #expect(pace.places == nil)
    }

    @Test func `who asks again and again is no longer believed until it accepts one`() {
        var pace = CallbackPace()
        var moment = now
        var believed = 0
        for _ in 0..<20 {
            if asks(&pace, 1, at: moment) { believed += 1 }
            moment = moment.advanced(bySeconds: 2)
        }
        #expect(believed == CallbackPace.most && pace.places == 1)
        pace.succeeded()
        let again = asks(&pace, 1, at: moment)
        #expect(again)
    }

    @Test func `a release ends a pause and leaves how many go out at once`() {
        var pace = CallbackPace()
        _ = asks(&pace, 60, at: now)
        pace.endPause()
        #expect(pace.pausedUntil <= now && pace.places == 32)
    }

    @Test func `the state says until when a pause lasts, and a release ends it`() async throws {
        let clock = ManualClock()
        let busy = CallbackServer.Answer(status: 429, headers: ["Retry-After": "120"])
        try await CallbackServer.run({ _, count in count == 1 ? busy : .ok }) { server in
            try await run(server, clock: clock) { fixture, instance in
                let until = clock.now.advanced(bySeconds: 120)
                _ = try await fixture.engine.accept(try webhook("insert", 1, name: "A"), for: instance)
                try await fixture.engine.waitUntil {
                    guard case .failing(_, _, 0, let shown) = try await fixture.engine.instance(instance.id).callback
                    else { return false }
                    return shown == until
                }
                #expect(server.received.count == 1)
                try await fixture.engine.resumeCallback(instance.id)
                // The clock stands still.
                try await fixture.engine.waitForDeliveries(.delivered, count: 1, of: instance.id)
                guard case .healthy = try await fixture.engine.instance(instance.id).callback else {
                    Issue.record("the callback is not healthy")
                    return
                }
            }
        }
    }

    @Test func `a pause goes on after a restart, and is not kept once it is over`() async throws {
        let clock = ManualClock()
        let busy = CallbackServer.Answer(status: 429, headers: ["Retry-After": "120"])
        try await CallbackServer.run({ _, count in count == 1 ? busy : .ok }) { server in
            let scratch = try ScratchDirectory()
            defer { scratch.remove() }
            let (directory, org) = (scratch.path, ScriptedOrg(clock: clock))
            let until = clock.now.advanced(bySeconds: 120)
            let id = try await EngineFixture.run(org, clock: clock, directory: directory) { fixture in
                let made = try await fixture.engine.createInstance(.sample(callback: server.url, type: .webhooks))
                let instance = try await fixture.engine.storedInstance(made.id)
                _ = try await fixture.engine.accept(try webhook("insert", 1, name: "A"), for: instance)
                try await waitUntil("the pause is on disk") {
                    try await fixture.store.callbackHold(made.id)?.until == until
                }
                return made.id
            }
            try await EngineFixture.run(org, clock: clock, directory: directory) { fixture in
                try await fixture.waitForLaterSend()
                #expect(server.received.count == 1)
                guard case .failing(_, _, _, let shown) = try await fixture.engine.instance(id).callback else {
                    Issue.record("the pause is not said")
                    return
                }
                #expect(shown == until)
                clock.advance(seconds: 121)
                try await fixture.engine.waitForDeliveries(.delivered, count: 1, of: id)
                try await waitUntil("it is kept no longer") { try await fixture.store.callbackHold(id) == nil }
            }
        }
    }

    @Test func `a limited callback is held by nothing and costs no rung`() async throws {
        let clock = ManualClock()
        let busy = CallbackServer.Answer(status: 429, headers: ["Retry-After": "1"])
        let accepted = Locked((second: Int64(0), count: 0))
        // Five a second.
        try await CallbackServer.run({ _, _ in
            accepted.withLock { accepted -> CallbackServer.Answer in
                let second = clock.due.seconds
                accepted = (second, second == accepted.second ? accepted.count + 1 : 1)
                return accepted.count <= 5 ? .ok : busy
            }
        }) { server in
            try await run(server, clock: clock) { fixture, instance in
                for number in 1...60 {
                    _ = try await fixture.engine.accept(try webhook("insert", number, name: "A"), for: instance)
                }
                try await waitUntil("all are accepted") {
                    clock.advance(seconds: 1)
                    return try await fixture.store.counts(.init()).byState[.delivered] == 60
                }
                let attempts = try await fixture.engine.deliveries(instance.id, state: nil, before: nil, limit: 99)
                    .map(\.attempts)
                #expect(attempts.count == 60 && attempts.allSatisfy { $0 == 1 })
            }
        }
    }
}
