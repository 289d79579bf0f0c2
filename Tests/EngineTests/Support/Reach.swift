import AsyncHTTPClient
import Domain
import Engine
import EngineAPI
import Gateway
import Logging
import NIOCore
import RemoteEngine
import Salesforce
import ServiceLifecycle
import TestSupport
import Testing

/// How a test reaches its engine.
enum Reach: String, CaseIterable {
    /// In the same process, as the dashboard with the engine inside does.
    case embedded
    /// Over the management API, as an attached dashboard does.
    case remote

    @TaskLocal static var current = Reach.embedded

    /// Hands the engine to `body` as a client.
    func run<T: Sendable>(_ engine: Engine, _ body: (any EngineClient) async throws -> T) async throws -> T {
        switch self {
        case .embedded: try await body(engine)
        case .remote:
            try await ServedEngine.run(engine) { address in
                try await body(ServedEngine.client { address })
            }
        }
    }
}

/// The management listener of an engine, on a free port.
enum ServedEngine {
    private static let credentials = Credentials(
        user: "user-secret-of-the-test",
        organization: "organization-secret"
    )

    /// Serves for as long as `body` takes; port 0 is any free one.
    static func run<T: Sendable>(
        _ engine: Engine,
        port: Int = 0,
        _ body: (NodeAddress) async throws -> T
    ) async throws -> T {
        let (addresses, bound) = AsyncStream.makeStream(of: ListenerAddress.self)
        var configuration = GatewayConfiguration()
        configuration.management = ListenerAddress(host: "127.0.0.1", port: port)
        let services = GatewayServices(
            engine: engine,
            credentials: credentials,
            configuration: configuration,
            logger: quiet,
            onManagementBound: { bound.yield($0) }
        )
        let group = ServiceGroup(configuration: .init(services: [services.management], logger: quiet))
        let serving = Task {
            defer { bound.finish() }
            try await group.run()
        }
        let result: Result<T, any Error>
        do {
            var found = addresses.makeAsyncIterator()
            guard let address = await found.next() else { throw TimedOut(description: "the listener never listened") }
            result = .success(try await body(NodeAddress(url: "http://\(address)", token: credentials.user)))
        } catch { result = .failure(error) }
        await group.triggerGracefulShutdown()
        try await serving.value
        return try result.get()
    }

    /// As the program asks: who refuses a connection is not asked again by the client itself.
    private static let http = HTTPClient(
        eventLoopGroupProvider: .singleton,
        configuration: .cautious(connect: .milliseconds(Limit.connect.milliseconds))
    )

    static func client(_ node: @escaping @Sendable () throws -> NodeAddress) -> RemoteEngine {
        RemoteEngine(http: http, node: node, pauses: [.milliseconds(20)]) { _, _ in "it is not there" }
    }
}

/// Runs each test twice: on the engine itself, and on it from elsewhere.
struct EmbeddedAndRemote: SuiteTrait, TestTrait, TestScoping {
    var isRecursive: Bool { true }

    func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing function: @Sendable @concurrent () async throws -> Void
    ) async throws {
        guard testCase != nil else { return try await function() }
        for reach in Reach.allCases {
            try await Reach.$current.withValue(reach) { try await function() }
        }
    }
}

extension SuiteTrait where Self == EmbeddedAndRemote {
    static var embeddedAndRemote: Self { EmbeddedAndRemote() }
}
