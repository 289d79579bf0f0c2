import AsyncHTTPClient
import Domain
import Engine
import EngineTestSupport
import FoundationEssentials
import HTTPTypes
import Hummingbird
import NIOCore
import NIOHTTP1
import Primitives
import Salesforce
import SimulatedOrg
import Store
import TestSupport

@testable import Gateway

/// A simulated org, an engine with nothing in it, and its management API, all over HTTP.
struct ConnectingScene: Sendable {
    let org: Org
    let orgURL: String
    let store: any EventStore
    private let management: LocalServer

    /// A first poll may take as long as it wants on a busy machine.
    static var patient: EngineOptions {
        var options = EngineOptions()
        options.firstPollPatience = 300_000
        return options
    }

    static func run(
        _ configure: (inout SimulatedOrgConfiguration) -> Void = { _ in },
        options: EngineOptions = patient,
        _ body: (ConnectingScene) async throws -> Void
    ) async throws {
        var configuration = SimulatedOrgConfiguration()
        configure(&configuration)
        try await withServedOrg(configuration) { try await run(at: $0.url, $1, options: options, body) }
    }

    private static func run(
        at orgURL: String,
        _ org: Org,
        options: EngineOptions,
        _ body: (ConnectingScene) async throws -> Void
    ) async throws {
        let scratch = try ScratchDirectory()
        defer { scratch.remove() }
        let store = try await TestStore.open(scratch.path)
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: HTTPClientExecutor.configuration)
        let engine = Engine(
            store: store,
            connector: SalesforceConnector(http: HTTPClientExecutor(client), now: Timestamp.now),
            options: options,
            logger: ListenerTests.logger
        )
        let responder = ManagementResponder(
            ManagementAPI(engine: engine, credentials: Fixture.credentials, logger: ListenerTests.logger)
        )
        let management = try await LocalServer.start(responder)
        engine.acceptRedirects(at: "http://localhost:\(management.port)\(OAuthRoutes.callbackPath)")
        let working = Task { try await engine.run() }
        let outcome: Result<Void, any Error>
        do {
            try await body(
                ConnectingScene(org: org, orgURL: orgURL, store: store, management: management)
            )
            outcome = .success(())
        } catch { outcome = .failure(error) }
        working.cancel()
        _ = await working.result
        await management.stop()
        try await client.shutdown()
        try await store.close()
        try outcome.get()
    }

    struct Answer: Sendable {
        let status: Int
        let location: String?
        let text: String
        var json: JSON { (try? JSON(parsing: text)) ?? .null }
    }

    /// Calls the management API, or any address that begins with http.
    func call(_ method: String, _ path: String, _ body: JSON? = nil) async throws -> Answer {
        let isOwn = path.hasPrefix("/")
        var request = HTTPClientRequest(url: isOwn ? management.url + path : path)
        request.method = .init(rawValue: method)
        if isOwn { request.headers.add(name: "Authorization", value: Fixture.authorization) }
        if let body {
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(ByteBuffer(bytes: body.bytes))
        }
        let response = try await Self.browser.execute(request, timeout: .seconds(540))
        let bytes = try await response.body.collect(upTo: 1 << 24)
        let text = String(buffer: bytes)
        if isOwn, let method = HTTPRequest.Method(method) {
            let headers = HTTPFields(
                response.headers.compactMap { name, value in
                    HTTPField.Name(name).map { HTTPField(name: $0, value: value) }
                }
            )
            let answer = Fixture.Answer(status: Int(response.status.code), headers: headers, text: text)
            DescribedAPI.current.expect(answer, to: method, path, body?.text)
        }
        return Answer(
            status: Int(response.status.code),
            location: response.headers.first(name: "location"),
            text: text
        )
    }

    /// Follows no redirects by itself, so that a test sees each.
    private static let browser = HTTPClient(
        eventLoopGroupProvider: .singleton,
        configuration: {
            var configuration = HTTPClient.Configuration()
            configuration.redirectConfiguration = .disallow
            return configuration
        }()
    )
}
