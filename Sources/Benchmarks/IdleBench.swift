import ArgumentParser
import AsyncHTTPClient
import Domain
import Engine
import EngineAPI
import Foundation
import Logging
import Salesforce
import ServiceLifecycle
import SimulatedOrg
import Store

/// Polls that find nothing: what they cost in API calls and processor time.
enum IdleBench {
    static let objects = [
        "Account", "Contact", "Lead", "Opportunity", "Case", "Invoice__c", "User", "Project__c", "Shipment__c",
        "Subscription__c",
    ]
    static let polls = 30

    static func rows() async throws -> [Row] {
        let child = try ChildProcess(["org"])
        defer { child.stop() }
        guard let port = child.line() else { throw BenchFault("idle: the simulated org did not start") }
        var logger = Logger(label: "bench")
        logger.logLevel = .error
        let directory = NSTemporaryDirectory() + "/signalbox-bench-\(UInt64.random(in: 0..<(1 << 48)))"
        let store = try SQLiteStore(directory: directory, logger: logger)
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: .bench)
        let engine = Engine.measured(store: store, client: client, logger: logger)
        var configuration = InstanceConfiguration()
        configuration.baseURL = "http://127.0.0.1:\(port)"
        configuration.apiKey = "signalbox-demo"
        configuration.apiSecret = "signalbox-demo-secret"
        configuration.grantType = .clientCredentials
        configuration.objects = objects
        configuration.eventsEnabled = true
        configuration.refreshInterval = 1440
        let made = configuration
        let figures = try await withThrowingTaskGroup(of: Void.self) { tasks in
            let group = ServiceGroup(services: [engine], logger: logger)
            tasks.addTask { try await group.run() }
            let id = try await engine.createInstance(InstanceDraft(name: "bench", configuration: made)).id
            _ = try await engine.poll(id)
            let before = Measured.processorMilliseconds
            var calls = 0
            var times: [Double] = []
            for _ in 0..<polls {
                let (milliseconds, summary) = try await Measured.milliseconds { try await engine.poll(id) }
                calls += summary.apiCalls
                times.append(milliseconds)
            }
            let processor = Measured.processorMilliseconds - before
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
            return (calls: Double(calls) / Double(polls), processor: processor / Double(polls), time: Samples(times))
        }
        try await client.shutdown()
        try await store.close()
        try FileManager.default.removeItem(atPath: directory)
        let name = "idle poll of \(objects.count) objects"
        return [
            Row(
                name: "\(name): API calls",
                value: figures.calls,
                unit: "calls",
                goal: "≤ 3",
                isMet: figures.calls <= 3
            ),
            Row(name: "\(name): processor time", value: figures.processor, unit: "ms", goal: ""),
            Row(name: "\(name): duration p50", value: figures.time.percentile(0.5), unit: "ms", goal: ""),
        ]
    }
}

/// A simulated org in its own process, so that its work isn't counted as the poller's.
struct OrgCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "org", shouldDisplay: false)

    func run() async throws {
        var logger = Logger(label: "org")
        logger.logLevel = .error
        let configuration = SimulatedOrgConfiguration()
        let server = SimulatedOrgServer(
            configuration: configuration,
            org: Org(configuration: configuration),
            logger: logger
        ) { port in
            StandardOutput.line("\(port)")
        }
        try await ServiceGroup(services: [server], logger: logger).run()
    }
}
