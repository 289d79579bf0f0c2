import AsyncHTTPClient
import Domain
import Engine
import EngineAPI
import EngineTestSupport
import Foundation
import NIOCore
import Primitives
import Salesforce
import SimulatedOrg
import Store
import TestSupport
import Testing

/// The engine against the simulated org over HTTP, with a callback that records.
@Suite(.eachStore)
struct SimulatedOrgTests {
    private func withOrg(
        at host: String = "127.0.0.1",
        connect limit: TimeAmount? = nil,
        _ body: (RunningSimulatedOrg, Org, SalesforceConnector) async throws -> Void
    ) async throws {
        var configuration = SimulatedOrgConfiguration()
        configuration.host = host
        configuration.recordsPerObject = 3
        var http = HTTPClientExecutor.configuration
        if let limit { http.timeout.connect = limit }
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: http)
        let connector = SalesforceConnector(
            http: HTTPClientExecutor(client),
            now: { SystemClock().now }
        )
        let result: Result<Void, any Error>
        do {
            result = .success(try await withServedOrg(configuration) { try await body($0, $1, connector) })
        } catch { result = .failure(error) }
        try await client.shutdown()
        try result.get()
    }

    private func draft(_ org: RunningSimulatedOrg, _ callback: CallbackServer) -> InstanceDraft {
        var draft = InstanceDraft.sample(callback: callback.url, key: "12345") {
            $0.baseURL = org.url
            $0.apiKey = "signalbox-demo"
            $0.apiSecret = "signalbox-demo-secret"
            $0.oauthCallbackURL = "http://localhost"
        }
        draft.authorizationCode = "signalbox-demo-code"
        return draft
    }

    @Test func `created, changed, deleted and undeleted arrive in order, none twice`() async throws {
        try await withOrg { server, org, connector in
            try await CallbackServer.run { callback in
                try await EngineFixture.run(connector, clock: ManualClock()) { fixture in
                    let made = try await fixture.engine.createInstance(draft(server, callback))
                    guard case .live = made.source else {
                        Issue.record("\(made.source)")
                        return
                    }
                    let id = try await org.create("Account", ["Name": "Acme GmbH"])
                    await org.advanceClock(seconds: 5)
                    let first = try await fixture.engine.poll(made.id)
                    #expect(first.result.created == 1, "\(first)")
                    try await org.change("Account", id, ["Name": "Acme AG"])
                    await org.advanceClock(seconds: 5)
                    #expect(try await fixture.engine.poll(made.id).result.updated == 1)
                    try await org.delete("Account", id)
                    await org.advanceClock(seconds: 5)
                    #expect(try await fixture.engine.poll(made.id).result.deleted == 1)
                    try await org.undelete("Account", id)
                    await org.advanceClock(seconds: 5)
                    #expect(try await fixture.engine.poll(made.id).result.updated == 1)
                    #expect(try await fixture.engine.poll(made.id).result.events == 0)
                    try await fixture.engine.waitForDeliveries(.delivered, count: 4)
                    #expect(callback.received.map(\.eventType) == ["CREATED", "UPDATED", "DELETED", "UPDATED"])
                    #expect(Set(callback.received.map(\.eventID)).count == 4)
                    #expect(callback.received.allSatisfy { $0.recordID.hasPrefix(id.prefix(15)) })
                }
            }
        }
    }

    /// Where connections were tried again until the limit of connecting, this would take longer than the test may.
    @Test(.timeLimit(.minutes(20)))
    func `an org that refuses connections is said so at once`() async throws {
        try await withOrg(at: "127.0.0.77", connect: .minutes(60)) { server, _, connector in
            try await CallbackServer.run { callback in
                try await EngineFixture.run(connector, clock: ManualClock()) { fixture in
                    let made = try await fixture.engine.createInstance(draft(server, callback))
                    // At an address of its own, so that no other test's server gets the port meanwhile.
                    await server.stop()
                    await #expect {
                        try await fixture.engine.poll(made.id)
                    } throws: {
                        "\($0)".contains("can't be reached")
                    }
                }
            }
        }
    }

    @Test func `an object is followed however it is spelled, and goes on when its spelling changes`() async throws {
        try await withOrg { server, org, connector in
            try await CallbackServer.run { callback in
                try await EngineFixture.run(connector, clock: ManualClock()) { fixture in
                    // As when the org's list of objects could not be read to check the names.
                    await org.add(
                        FaultRule(.error(status: 400, code: "NO", message: "no"), path: "/sobjects$", times: nil)
                    )
                    var mixed = draft(server, callback)
                    mixed.configuration.objects = ["account"]
                    let made = try await fixture.engine.createInstance(mixed)
                    try await org.create("Account", ["Name": "One"])
                    #expect(try await fixture.engine.poll(made.id).result.created == 1)
                    try await org.create("Account", ["Name": "Two"])
                    mixed.configuration.objects = ["ACCOUNT"]
                    mixed.authorizationCode = nil
                    _ = try await fixture.engine.updateInstance(made.id, mixed)
                    _ = try await fixture.engine.poll(made.id)
                    #expect(try await fixture.engine.counts(EventFilter()).total == 2)
                }
            }
        }
    }

    @Test func `an unknown object is named and nothing is stored`() async throws {
        try await withOrg { server, _, connector in
            try await CallbackServer.run { callback in
                try await EngineFixture.run(connector, clock: ManualClock()) { fixture in
                    var wrong = draft(server, callback)
                    wrong.configuration.objects = ["account", "Nonsense__c"]
                    await #expect {
                        try await fixture.engine.createInstance(wrong)
                    } throws: {
                        "\($0)".contains("Nonsense__c")
                    }
                    #expect(try await fixture.engine.instances().isEmpty)
                    // The code was used up; the mended draft connects all the same.
                    wrong.configuration.objects = ["account"]
                    let made = try await fixture.engine.createInstance(wrong)
                    #expect(made.configuration.objects == ["Account"])
                    #expect(made.configuration.apiSecret.isMask)
                }
            }
        }
    }

    @Test func `after a kill everything goes on where it stopped`() async throws {
        let scratch = try ScratchDirectory()
        defer { scratch.remove() }
        let killed = scratch.path
        try await withOrg { server, org, connector in
            try await CallbackServer.run({ _, _ in .status(500) }) { callback in
                let clock = ManualClock()
                try await EngineFixture.run(connector, clock: clock) { fixture in
                    let made = try await fixture.engine.createInstance(draft(server, callback))
                    try await org.create("Account", ["Name": "Before"])
                    await org.advanceClock(seconds: 5)
                    #expect(try await fixture.engine.poll(made.id).result.created == 1)
                    try await fixture.engine.waitForDeliveries(.retrying, count: 1)
                    // What a kill leaves on disk: the files as they are, nothing closed.
                    try await TestStore.copyAsKilled(fixture.directory, to: killed)
                }
                let before = callback.received.count
                try await org.create("Contact", ["LastName": "Meanwhile"])
                await org.advanceClock(seconds: 5)
                callback.answer { _, _ in .ok }
                clock.advance(seconds: 600)
                try await EngineFixture.run(connector, clock: clock, directory: killed) { fixture in
                    let known = try await fixture.engine.instances()
                    let id = try #require(known.first?.id)
                    // The poll of the start may have told it already.
                    _ = try await fixture.engine.poll(id)
                    #expect(try await fixture.engine.counts(EventFilter()).total == 2)
                    try await fixture.engine.waitForDeliveries(.delivered, count: 2)
                    #expect(callback.received.count == before + 2)
                    #expect(Set(callback.received.map(\.eventID)).count == 2)
                }
            }
        }
    }
}
