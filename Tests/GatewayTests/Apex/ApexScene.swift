import AsyncHTTPClient
import Domain
import Engine
import EngineAPI
import EngineTestSupport
import FoundationEssentials
import Hummingbird
import Primitives
import Salesforce
import SimulatedOrg
import Store
import TestSupport

@testable import Gateway

/// A simulated org, an engine that watches it, its real receiver and a callback, all over HTTP.
struct ApexScene: Sendable {
    let org: Org
    let orgURL: String
    let engine: Engine
    let callbackURL: String
    private let delivered: Delivered

    /// What came to the callback.
    private final class Delivered: Sendable {
        let bodies: AsyncStream<JSON>
        let take: AsyncStream<JSON>.Continuation

        init() { (bodies, take) = AsyncStream.makeStream(of: JSON.self) }
    }

    static func run(
        _ configure: (inout SimulatedOrgConfiguration) -> Void = { _ in },
        _ body: (ApexScene) async throws -> Void
    ) async throws {
        var configuration = SimulatedOrgConfiguration()
        configuration.recordsPerObject = 2
        configure(&configuration)
        try await withServedOrg(configuration) { try await run(at: $0.url, $1, body) }
    }

    private static func run(
        at orgURL: String,
        _ org: Org,
        _ body: (ApexScene) async throws -> Void
    ) async throws {
        let delivered = Delivered()
        let callback = try await LocalServer.start(
            CallbackResponder<BasicRequestContext> { request, _ in
                let bytes = try await request.body.collect(upTo: 1 << 22)
                delivered.take.yield((try? JSON(parsing: bytes.readableBytesView)) ?? .null)
                return Response(status: .ok)
            }
        )
        // The receiver's address is part of the engine's options, and the receiver needs the engine.
        let late = Locked<ReceiverResponder?>(nil)
        let receiver = try await LocalServer.start(
            CallbackResponder<ListenerContext> { request, context in
                guard let responder = late.withLock({ $0 }) else { return Response(status: .serviceUnavailable) }
                return try await responder.respond(to: request, context: context)
            }
        )
        let scratch = try ScratchDirectory()
        defer { scratch.remove() }
        let store = try await TestStore.open(scratch.path)
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: HTTPClientExecutor.configuration)
        var options = EngineOptions()
        options.receiverBaseURL = receiver.url
        options.apexLookEvery = 1
        options.firstPollPatience = 300_000
        let engine = Engine(
            store: store,
            connector: SalesforceConnector(http: HTTPClientExecutor(client), now: Timestamp.now),
            options: options,
            logger: ListenerTests.logger
        )
        late.withLock {
            $0 = ReceiverResponder(
                engine: engine,
                metrics: GatewayMetrics(),
                bodyLimit: 1 << 20,
                logger: ListenerTests.logger
            )
        }
        let working = Task { try await engine.run() }
        let outcome: Result<Void, any Error>
        do {
            try await body(
                ApexScene(
                    org: org,
                    orgURL: orgURL,
                    engine: engine,
                    callbackURL: callback.url + "/hook",
                    delivered: delivered
                )
            )
            outcome = .success(())
        } catch { outcome = .failure(error) }
        working.cancel()
        _ = await working.result
        await receiver.stop()
        await callback.stop()
        try await client.shutdown()
        try await store.close()
        try outcome.get()
    }

    func draft(
        _ objects: [String] = ["Account", "Contact"],
        type: EventType = .webhooks,
        change: (inout InstanceConfiguration) -> Void = { _ in }
    ) -> InstanceDraft {
        var configuration = InstanceConfiguration()
        configuration.eventsEnabled = true
        configuration.eventType = type
        configuration.callbackURL = callbackURL
        configuration.objects = objects
        configuration.baseURL = orgURL
        configuration.apiKey = "signalbox-demo"
        configuration.apiSecret = "signalbox-demo-secret"
        configuration.oauthCallbackURL = "http://localhost:8181/oauth/callback"
        change(&configuration)
        return InstanceDraft(
            name: "acme",
            configuration: configuration,
            authorizationCode: "signalbox-demo-code"
        )
    }

    /// The same instance with other settings, as a form sends it back.
    func change(_ id: InstanceID, _ edit: (inout InstanceConfiguration) -> Void) async throws -> InstanceOverview {
        let current = try await engine.instance(id)
        var configuration = current.configuration
        edit(&configuration)
        return try await engine.updateInstance(id, InstanceDraft(name: current.name, configuration: configuration))
    }

    /// The next so many events that come to the callback, as `CREATED Account`.
    func next(_ count: Int) async -> [String] {
        var found: [String] = []
        for await body in delivered.bodies {
            for event in body["message"]?["events"]?.array ?? [] {
                found.append("\(event["eventType"]?.string ?? "?") \(event["objectType"]?.string ?? "?")")
            }
            if found.count >= count { break }
        }
        return found
    }

    /// The sources of all stored events.
    func sources() async throws -> Set<ChangeSource> { Set(try await engine.events(PageRequest()).map(\.source)) }
}
