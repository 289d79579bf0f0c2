import AsyncHTTPClient
import Domain
import Engine
import EngineAPI
import Foundation
import Logging
import Primitives
import Salesforce
import ServiceLifecycle
import Store

/// An engine with its store in a directory of its own, and what an instance needs that polls the simulated org at a port.
struct PollingNode {
    let store: SQLiteStore
    let engine: Engine
    let draft: InstanceDraft
    /// Sends what the engine asks of the org.
    let tape: CallTape
    let org: OrgControl
    private let client: HTTPClient
    private let directory: String
    private let logger: Logger

    init(
        org port: Int,
        objects: [String],
        callbackURL: String = "",
        firstRun: FirstRun = .now,
        clock: any EngineClock = SystemClock()
    ) throws {
        var logger = Logger(label: "bench")
        logger.logLevel = .error
        self.logger = logger
        directory = NSTemporaryDirectory() + "/signalbox-bench-\(UInt64.random(in: 0..<(1 << 48)))"
        store = try SQLiteStore(directory: directory, logger: logger)
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: .bench)
        tape = CallTape(HTTPClientExecutor(client))
        org = OrgControl(port: port, http: HTTPClientExecutor(client))
        let connector = SalesforceConnector(http: tape, now: { clock.now }, age: { clock.due })
        engine = Engine(store: store, connector: connector, clock: clock, logger: logger)
        var configuration = InstanceConfiguration(org: port, objects: objects, callbackURL: callbackURL)
        configuration.firstRun = firstRun
        draft = InstanceDraft(name: "bench", configuration: configuration)
    }

    /// Runs the engine while `body` works; afterwards nothing is left of it.
    func serve<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) async throws -> Value {
        let group = ServiceGroup(services: [engine], logger: logger)
        let value = try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            let value = try await body()
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
            return value
        }
        try await client.shutdown()
        try await store.close()
        try FileManager.default.removeItem(atPath: directory)
        return value
    }
}

/// What a simulated org is told to do with its records.
struct OrgControl: Sendable {
    let port: Int
    let http: HTTPClientExecutor

    /// Makes so many records, and gives their ids.
    func create(_ count: Int, of object: String = "Account") async throws -> [String] {
        try await post("seed", ["object": .string(object), "count": .integer(count)])
    }

    func advance(seconds: Int) async throws { _ = try await post("clock", ["advance": .integer(seconds)]) }

    /// Changes a field of these accounts.
    func change(_ ids: [String], phone: String) async throws {
        let ids: JSON = .array(ids.map { .string($0) })
        _ = try await post("change", ["object": "Account", "ids": ids, "fields": ["Phone": .string(phone)]])
    }

    /// The org's id.
    func organization() async throws -> String {
        guard let id = try await ask("org", [:])["organizationId"]?.string else {
            throw BenchFault("the simulated org does not say who it is")
        }
        return id
    }

    private func post(_ name: String, _ body: JSON) async throws -> [String] {
        try await ask(name, body)["ids"]?.array?.compactMap(\.string) ?? []
    }

    private func ask(_ name: String, _ body: JSON) async throws -> JSON {
        var call = HTTPCall(
            method: "POST",
            url: "http://127.0.0.1:\(port)/control/\(name)",
            headers: [.init("Content-Type", "application/json")],
            maximumBytes: 256 << 20,
            limit: .queryHead
        )
        call.body = body.bytes
        let answer = try await http.execute(call)
        guard answer.isSuccess else { throw BenchFault("the simulated org answers \(name) with \(answer.status)") }
        return try JSON(parsing: answer.body)
    }
}

extension InstanceConfiguration {
    /// Of an instance at the simulated org of a port, that polls when it is asked to.
    init(org port: Int, objects: [String], callbackURL: String) {
        self.init()
        baseURL = "http://127.0.0.1:\(port)"
        apiKey = "signalbox-demo"
        apiSecret = "signalbox-demo-secret"
        grantType = .clientCredentials
        self.callbackURL = callbackURL
        self.objects = objects
        eventsEnabled = true
        refreshInterval = 1440
    }
}
