import AsyncHTTPClient
import Domain
import Engine
import Foundation
import Gateway
import Logging
import Primitives
import Salesforce
import ServiceLifecycle
import Store

/// An engine with its store in a directory of its own and one webhook instance.
struct BenchNode {
    let directory: String
    let store: SQLiteStore
    let engine: Engine
    let instance: Instance
    let callbacks: HTTPClient
    let logger: Logger

    // The callback is empty where nothing is to be delivered.
    init(callbackURL: String) async throws {
        var logger = Logger(label: "bench")
        logger.logLevel = .error
        self.logger = logger
        directory = NSTemporaryDirectory() + "/signalbox-bench-\(UInt64.random(in: 0..<(1 << 48)))"
        store = try SQLiteStore(directory: directory, logger: logger)
        instance = try await Self.instance(callbackURL, in: store)
        callbacks = HTTPClient(eventLoopGroupProvider: .singleton, configuration: .bench)
        engine = .measured(store: store, client: callbacks, logger: logger)
    }

    /// One more, before `serve`.
    func addInstance(callbackURL: String) async throws -> Instance {
        try await Self.instance(callbackURL, in: store)
    }

    private static func instance(_ callbackURL: String, in store: SQLiteStore) async throws -> Instance {
        var configuration = InstanceConfiguration()
        configuration.eventsEnabled = true
        configuration.eventType = .webhooks
        configuration.callbackURL = callbackURL
        configuration.objects = ["Account"]
        let made = configuration
        return try await store.createInstance { id in
            Instance(
                id: id,
                name: "bench",
                tags: [],
                token: Secret("token\(id)"),
                configuration: made,
                receiverToken: Secret("bench0123456789abcdef0123456789abcde\(id)"),
                receiverSecret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
                createdDate: WebhookFixture.stamp,
                updatedDate: WebhookFixture.stamp
            )
        }
    }

    /// Runs engine and listeners while `body` works; `body` gets the receiver's port.
    func serve<Value: Sendable>(_ body: @escaping @Sendable (Int) async throws -> Value) async throws -> Value {
        let (ports, port) = AsyncStream.makeStream(of: Int.self)
        var configuration = GatewayConfiguration()
        configuration.receiver = ListenerAddress(host: "127.0.0.1", port: 0)
        configuration.management = ListenerAddress(host: "127.0.0.1", port: 0)
        let gateway = GatewayServices(
            engine: engine,
            credentials: try Credentials.load(dataDirectory: directory),
            configuration: configuration,
            logger: logger,
            onReceiverBound: { address in port.yield(address.port) }
        )
        let group = ServiceGroup(services: [engine] + gateway.services, logger: logger)
        return try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            var bound = 0
            for await number in ports {
                bound = number
                break
            }
            // What hands webhooks to the engine itself needs the instance to be there.
            _ = try await engine.instances()
            let value = try await body(bound)
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
            return value
        }
    }

    func remove() async throws {
        try await callbacks.shutdown()
        try await store.close()
        try FileManager.default.removeItem(atPath: directory)
    }
}

extension Engine {
    /// An engine on the real connector.
    static func measured(store: any EventStore, client: HTTPClient, logger: Logger) -> Engine {
        let connector = SalesforceConnector(
            http: HTTPClientExecutor(client),
            now: { Timestamp.now() }
        )
        return Engine(store: store, connector: connector, logger: logger)
    }
}

extension HTTPClient.Configuration {
    /// Of the client that posts are compared with: as many connections as there are posts at once.
    static var bench: Self {
        var configuration = HTTPClientExecutor.configuration
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 65_536
        return configuration
    }
}
