import Callbacks
import Domain
import EngineAPI
import NIOCore
import Primitives
import Salesforce
import TestSupport
import Testing

@testable import Engine

/// Which clocks are heard beside the machine's own.
@Suite(.timeLimit(.minutes(20)))
struct OtherClocksTests {
    private static let due = Timestamp(seconds: 1_800_000_000)

    private func others(_ ahead: [String: Int64]) -> OtherClocks {
        let others = OtherClocks()
        for (url, seconds) in ahead { others.record(url, at: Self.due) { Self.due.advanced(bySeconds: seconds) } }
        return others
    }

    private func ahead(_ others: OtherClocks) -> Int64? {
        others.reading(at: Self.due).date.map { $0.since(Self.due) / 1000 }
    }

    @Test func `of several hosts the middle one counts, of two the earlier, and each has one voice`() {
        #expect(ahead(others([:])) == nil)
        #expect(ahead(others(["https://a.example/": 7])) == 7)
        #expect(ahead(others(["https://a.example/": 7, "https://b.example/": -900])) == -900)
        let three = others(["https://a.example/": 7, "https://b.example/": 900_000, "https://c.example/": -900])
        #expect(ahead(three) == 7)
        let voices = others([
            "https://a.example/": 7, "https://b.example/": 9, "https://A.example:8443/x": 7, "http://a.example/y": 7,
        ])
        voices.record("https://c.example/", at: Self.due) { Self.due.advanced(bySeconds: 20) }
        #expect(ahead(voices) == 9)
    }

    @Test func `the latest answer of a host counts, and what bears no date says nothing`() {
        let others = OtherClocks()
        let url = "https://a.example/"
        others.record(url, at: Self.due) { nil }
        #expect(ahead(others) == nil)
        others.record(url, at: Self.due.advanced(bySeconds: 10)) { Self.due.advanced(bySeconds: 1010) }
        #expect(ahead(others) == 1000)
        // Too soon to be looked at.
        others.record(url, at: Self.due.advanced(bySeconds: 19)) { Self.due }
        #expect(ahead(others) == 1000)
        others.record(url, at: Self.due.advanced(bySeconds: 20)) { Self.due.advanced(bySeconds: 25) }
        #expect(ahead(others) == 5)
    }

    @Test func `a host that is not trusted is missing until it answers`() {
        let others = OtherClocks()
        others.recordUntrusted("https://127.0.0.1:8443/hook")
        #expect(!others.reading(at: Self.due).isUntrusted)
        others.recordUntrusted("https://a.example/hook")
        #expect(others.reading(at: Self.due) == OtherClocks.Reading(isUntrusted: true))
        others.record("https://a.example:443/hook", at: Self.due) { nil }
        #expect(!others.reading(at: Self.due).isUntrusted)
    }

    @Test(arguments: ["http://127.0.0.1:8080/", "http://localhost/", "http://u:p@localhost/", "http://[::1]:80/"])
    func `this machine's own clock is not heard`(url: String) { #expect(ahead(others([url: 7])) == nil) }

    @Test func `an answer from this machine is not heard either where a name leads to it`() async throws {
        let clock = ManualClock()
        let answer = CallbackServer.Answer(headers: ["Date": "Tue, 24 Nov 2026 18:00:00 GMT"])
        try await CallbackServer.run({ _, _ in answer }) { server in
            let client = CallbackClient(
                resolve: { _, port in try [SocketAddress(ipAddress: "127.0.0.1", port: port)] }
            )
            defer { client.close() }
            let courier = Courier(client: client, timeout: 600_000, userAgent: "test", clock: clock, logger: .quiet)
            let reply = await courier.post(
                CallbackRequest(
                    url: "http://app.example:\(server.port)/hook",
                    signatureKey: "",
                    notificationID: 1,
                    eventID: "e",
                    attempt: 1,
                    isReplay: false,
                    body: Array("{}".utf8)
                )
            )
            #expect(reply.outcome == .response(status: 200))
            let dates = reply.headers.filter { $0.name.lowercased() == "date" }
            #expect(!dates.isEmpty)
            #expect(courier.otherClocks.reading(at: clock.due) == OtherClocks.Reading())
        }
    }

    @Test func `what an org's clock says is heard with each poll, and that it can't be trusted`() async throws {
        let clock = ManualClock()
        let org = ScriptedOrg(clock: clock)
        try await EngineFixture.run(org, clock: clock) { fixture in
            let engine = fixture.engine
            let made = try await engine.createInstance(.sample())
            let others = engine.courier.otherClocks
            #expect(others.reading(at: clock.due) == OtherClocks.Reading())
            org.script { $0.error = SalesforceError(.refused, "not trusted", code: RestFailure.brokenCode) }
            await #expect(throws: (any Error).self) { try await engine.poll(made.id) }
            #expect(others.reading(at: clock.due) == OtherClocks.Reading(isUntrusted: true))
            let date = clock.due.advanced(bySeconds: -86_400)
            org.script { state in
                state.error = nil
                state.date = date
            }
            clock.advance(seconds: 20)
            _ = try await engine.poll(made.id)
            let heard = others.reading(at: clock.due)
            #expect(heard == OtherClocks.Reading(date: date))
        }
    }
}
