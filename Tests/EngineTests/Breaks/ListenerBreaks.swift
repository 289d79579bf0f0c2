import AsyncHTTPClient
import Domain
import Engine
import EngineAPI
import Gateway
import NIOCore
import NIOHTTP1
import Primitives
import Salesforce
import ServiceLifecycle
import SimulatedOrg

/// Both listeners behind proxies that break what comes to them, with good clients beside.
struct ListenerBreaks: Sendable {
    private static let managementPath = "/elements/api-v2/instances"
    private static let credentials = Credentials(user: "user", organization: "organization")

    let run: BreakRun
    private let client: HTTPClient
    private let clock: FastClock
    /// What the receiver takes belongs to it.
    private let instance: Instance
    private let ports: (receiver: Int, management: Int)

    private var receiverPath: String { EngineOptions.receiverPath + instance.receiverToken.exposed }

    /// Serves them for as long as `body` takes.
    static func serve<Value: Sendable>(
        _ run: BreakRun,
        _ engine: Engine,
        org: BreakLane,
        callback: CallbackServer,
        _ body: (ListenerBreaks) async throws -> Value
    ) async throws -> Value {
        var draft = InstanceDraft.sample(callback: callback.url, type: .webhooks) {
            $0.baseURL = org.server.url
            $0.apiKey = "signalbox-demo"
            $0.apiSecret = "signalbox-demo-secret"
            $0.objects = ["Account"]
            $0.grantType = .clientCredentials
            $0.deployApex = false
            // The records of these webhooks are in no org.
            $0.reconcileMinutes = 0
        }
        draft.name = "webhooks"
        draft.authorizationCode = nil
        let id = try await engine.createInstance(draft).id
        let (bound, tell) = AsyncStream.makeStream(of: (isReceiver: Bool, port: Int).self)
        let services = GatewayServices(
            engine: engine,
            credentials: credentials,
            configuration: configuration,
            now: { [clock = run.clock] in clock.now },
            logger: quiet,
            onReceiverBound: { tell.yield((true, $0.port)) },
            onManagementBound: { tell.yield((false, $0.port)) }
        )
        let group = ServiceGroup(services: services.services, logger: quiet)
        let serving = Task { try await group.run() }
        var ports = (receiver: 0, management: 0)
        for await (isReceiver, port) in bound {
            if isReceiver { ports.receiver = port } else { ports.management = port }
            if ports.receiver > 0, ports.management > 0 { break }
        }
        var settings = HTTPClient.Configuration.cautious(connect: .seconds(10))
        settings.connectionPool.idleTimeout = .milliseconds(1)
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: settings)
        let result: Result<Value, any Error>
        do {
            let instance = try await engine.storedInstance(id)
            let listeners = ListenerBreaks(
                run: run,
                client: client,
                clock: run.clock,
                instance: instance,
                ports: ports
            )
            result = .success(try await body(listeners))
        } catch { result = .failure(error) }
        try await client.shutdown()
        await group.triggerGracefulShutdown()
        try await serving.value
        return try result.get()
    }

    private static var configuration: GatewayConfiguration {
        var configuration = GatewayConfiguration()
        configuration.receiver = ListenerAddress(host: "127.0.0.1", port: 0)
        configuration.management = ListenerAddress(host: "127.0.0.1", port: 0)
        configuration.headTimeout = .milliseconds(BreakRun.limits[.listenerHead])
        configuration.bodyTimeout = .milliseconds(BreakRun.limits[.listenerBody])
        configuration.idleTimeout = .milliseconds(BreakRun.limits[.listenerIdle])
        return configuration
    }

    // MARK: Cases

    /// A call that breaks; the same one from elsewhere is answered as ever.
    func manage(_ example: BreakCase) async throws {
        var dice = example.dice
        let isRead = dice.chance(50)
        // What is written is refused whole, and so is any part of it.
        let body = isRead ? "" : #"{"name": ""# + String(repeating: "n", count: 600) + #""}"#
        func request(_ port: Int) -> HTTPClientRequest {
            var request = message(port, Self.managementPath, body, isRead ? .GET : .POST)
            request.headers.add(
                name: "Authorization",
                value: "User \(Self.credentials.user.exposed), Organization \(Self.credentials.organization.exposed)"
            )
            return request
        }
        try await breakOff(example, port: ports.management, path: Self.managementPath, request)
        let status = try await client.execute(request(ports.management), timeout: .seconds(60)).status.code
        if status != (isRead ? 200 : 400) { run.tally.wrong("management answered \(status) beside \(example.damage)") }
    }

    /// A webhook that breaks; its sender tries once more, and then it is told once.
    func receive(_ example: BreakCase) async throws {
        let digits = String(example.number)
        let id = "001" + String(repeating: "0", count: 12 - digits.count) + digits
        let name = "w\(example.number)"
        let body = """
            {"operation":"insert","object":"Account","records":[{"Id":"\(SalesforceID(id)?.text ?? id)",\
            "Name":"\(name)","SystemModstamp":"2026-11-27T10:00:00.000+0000","Note__c":"\(String(repeating: "n", count: 300))"}]}
            """
        func request(_ port: Int) -> HTTPClientRequest {
            var request = message(port, receiverPath, body, .POST)
            let seconds = clock.now.seconds
            let signature = StandardWebhooks(secret: instance.receiverSecret)?.signature(
                id: name,
                timestamp: seconds,
                body: Array(body.utf8)
            )
            request.headers.add(name: ReceivedWebhook.idHeader, value: name)
            request.headers.add(name: ReceivedWebhook.timestampHeader, value: String(seconds))
            request.headers.add(name: ReceivedWebhook.signatureHeader, value: signature ?? "")
            return request
        }
        run.changed()
        try await breakOff(example, port: ports.receiver, path: receiverPath, request)
        let status = try await client.execute(request(ports.receiver), timeout: .seconds(60)).status.code
        if status != 202 { run.tally.wrong("the receiver answered \(status) beside \(example.damage)") }
        if await !run.told.wait(for: ToldRecords.key(id, name), seconds: BreakRun.patience) {
            run.tally.lost("webhook \(name) after \(example.damage)")
        }
    }

    private func message(_ port: Int, _ path: String, _ body: String, _ method: HTTPMethod) -> HTTPClientRequest {
        var request = HTTPClientRequest(url: "http://127.0.0.1:\(port)\(path)")
        request.method = method
        if !body.isEmpty {
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(ByteBuffer(string: body))
        }
        return request
    }

    /// Sends one through a proxy of its own, and looks at who ended it.
    private func breakOff(
        _ example: BreakCase,
        port: Int,
        path: String,
        _ request: (Int) -> HTTPClientRequest
    ) async throws {
        let proxy = try await BreakingProxy.start(before: port, path: path)
        proxy.arm(example.damage)
        let limits = BreakRun.limits
        let most = max(limits[.listenerHead], limits[.listenerBody]) + limits[.listenerIdle] + BreakRun.slack
        // What hangs on the way back is this client's own to end; nobody waits for it on the other side.
        let patience = example.damage.direction == .request ? most : 200
        do {
            let answer = try await client.execute(request(proxy.port), timeout: .milliseconds(patience))
            run.tally.ended("listener answered \(answer.status.code)")
        } catch let error as HTTPClientError where error == .deadlineExceeded {
            if example.damage.direction == .request {
                run.tally.late("\(example.side.rawValue) did not end \(example.damage)")
            }
        } catch {
            if let afterHead = proxy.endedAfterHead {
                run.tally.ended((afterHead ? Limit.listenerBody : Limit.listenerHead).rawValue)
            } else {
                run.tally.ended("listener cut")
            }
        }
        run.tally.struck(proxy.disarm())
        try await proxy.close()
    }
}
