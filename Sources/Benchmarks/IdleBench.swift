import ArgumentParser
import Engine
import EngineAPI
import Logging
import ServiceLifecycle
import SimulatedOrg

/// Polls that find nothing: what they cost in API calls and processor time.
enum IdleBench {
    static let objects = [
        "Account", "Contact", "Lead", "Opportunity", "Case", "Invoice__c", "User", "Project__c", "Shipment__c",
        "Subscription__c",
    ]
    static let polls = 30

    static func rows() async throws -> [BenchRow] {
        let child = try ChildProcess(["org"])
        defer { child.stop() }
        guard let port = child.line() else { throw BenchFault("idle: the simulated org did not start") }
        guard let number = Int(port) else { throw BenchFault("idle: the simulated org says \(port)") }
        let node = try PollingNode(org: number, objects: objects)
        let engine = node.engine
        let figures = try await node.serve {
            let id = try await engine.createInstance(node.draft).id
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
            return (calls: Double(calls) / Double(polls), processor: processor / Double(polls), time: Samples(times))
        }
        let name = "idle poll of \(objects.count) objects"
        return [
            BenchRow(
                name: "\(name): API calls",
                value: figures.calls,
                unit: "calls",
                goal: "≤ 3",
                isMet: figures.calls <= 3
            ),
            BenchRow(name: "\(name): processor time", value: figures.processor, unit: "ms", goal: ""),
            BenchRow(name: "\(name): duration p50", value: figures.time.percentile(0.5), unit: "ms", goal: ""),
        ]
    }
}

/// A simulated org in its own process, so that its work isn't counted as the poller's.
struct OrgCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "org", shouldDisplay: false)

    @Flag(help: "It begins without records, and keeps no history of what it is told to make.") var empty = false

    func run() async throws {
        var logger = Logger(label: "org")
        logger.logLevel = .error
        var configuration = SimulatedOrgConfiguration()
        if empty {
            configuration.recordsPerObject = 0
            configuration.keepsHistory = false
        }
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
