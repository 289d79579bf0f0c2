import AsyncHTTPClient
import Callbacks
import Domain
import Engine
import EngineAPI
import FoundationEssentials
import Gateway
import Logging
import NIOSSL
import Primitives
import Salesforce
import ServiceLifecycle
import Store
import Telemetry
import Terminal
import UnixSignals

/// An engine with everything around it: the composition root, where the parts of the program meet.
struct EngineNode: Sendable {
    let settings: Settings
    let store: any EventStore
    let engine: Engine
    let logger: Logger
    let ending: Ending
    /// Whether another node has the store by now.
    let loss: StoreLoss
    /// The engine as the listeners use it: one that shares its store asks other nodes for what they work for.
    private let served: any ListenerEngine
    private let peers: NodePeers?
    private let metrics: MetricsRegistry
    /// Nil where no traces are made.
    private let traces: TraceExport?
    /// Nil where its listeners speak plain HTTP.
    let tls: TLSDoors?
    private let orgs: OrgClients
    private let credentials: Credentials
    private let keeper: CredentialKeeper?

    /// Opens the data directory; nothing is asked of the network yet.
    ///
    /// With `listens` it is to have listeners as the settings say, and needs their certificate. One that `shares` works
    /// beside others where its store is a database, and waits for the end of a command that has the data directory.
    ///
    /// - Throws: `StoreError` with `.locked` where another process has it, `UsageError` for files of TLS that can't be used,
    ///   `CommandFailure`.
    static func open(
        _ settings: Settings,
        listens: Bool = true,
        shares: Bool = false,
        logger: Logger
    ) throws -> EngineNode {
        CoreFiles.forbid()
        func opening() throws -> NodeStore { try NodeStore.open(settings, shares: shares, logger: logger) }
        let wait = CommandWait(dataDirectory: settings.dataDirectory, logger: logger)
        let opened = try shares ? wait.open(opening) : opening()
        let store = opened.store
        let ending = Ending(logger: logger, onBegin: { store.hurry() })
        let loss = StoreLoss(ending: ending)
        opened.onLoss { loss.end($0) }
        let clients = try Clients(settings, environment: ProcessInfo.processInfo.environment)
        let tls = listens ? try settings.tls.map(TLSDoors.init) : nil
        if let tls, tls.ends <= .now() {
            logger.warning("The certificate in \(tls.files.certificate) ran out on \(tls.ends.iso); clients refuse it")
        }
        let credentials = try SharedCredentials(settings).load(begins: true)
        let keeper = opened.sharedFiles.map {
            CredentialKeeper(shared: $0, dataDirectory: settings.dataDirectory, logger: logger)
        }
        if let keeper { opened.onFileChange { [weak keeper] in keeper?.ring() } }
        let orgs = clients.orgClients
        let connector = SalesforceConnector(
            http: HTTPClientExecutor(choosing: orgs.choose, logger: logger),
            now: Timestamp.now,
            age: { SystemClock().due }
        )
        let metrics = MetricsRegistry()
        let traces = settings.traces.map { TraceExport(to: $0, node: settings.node, logger: logger) }
        var options = EngineOptions()
        options.metrics = metrics
        options.tracer = traces?.recorder
        // The host's name is told to nobody who did not ask for it, but where there may be several.
        options.node = settings.database == nil ? settings.node : settings.nodeName
        options.retryPolicy = settings.retryPolicy
        options.userAgent = "Signalbox/\(Version.text)"
        options.callbackRule = settings.callbackRule
        options.callbackTimeout = settings.callbackTimeout.wholeMilliseconds
        options.pollOverlap = settings.pollOverlap.wholeMilliseconds / 1000
        options.reconcileEvery = Int(settings.reconcileEvery.wholeMilliseconds / 60_000)
        options.allowsPasswordGrant = settings.allowsPasswordGrant
        options.retention = settings.retention
        options.freeSpace = settings.freeSpace
        options.receiverBaseURL = settings.receiverURL ?? settings.receiver.url(isSecure: settings.tls != nil)
        let engine = Engine(
            store: store,
            connector: connector,
            callbacks: clients.callbackClient(settings.callbackRule),
            options: options,
            logger: logger
        )
        let peers = store.sharing == nil ? nil : try NodePeers(settings) { await keeper?.renew() }
        let served = peers.flatMap { peers in SharedEngine(engine) { peers.engine($0) } }
        return EngineNode(
            settings: settings,
            store: store,
            engine: engine,
            logger: logger,
            ending: ending,
            loss: loss,
            served: served ?? engine,
            peers: peers,
            metrics: metrics,
            traces: traces,
            tls: tls,
            orgs: orgs,
            credentials: credentials,
            keeper: keeper
        )
    }

    /// The engine and both listeners with others beside them; when the group ends, `close` the node.
    /// A service manager that `environment` names is told of its life; `onListening` hears where the listeners are, which only
    /// they know where a free port was asked for, and `onDashboards` how many dashboards are attached.
    func group(
        with others: [any Service] = [],
        signals: [UnixSignal] = [],
        environment: [String: String] = [:],
        onListening: @escaping @Sendable (_ receiver: HostPort, _ management: HostPort) -> Void = { _, _ in },
        onDashboards: @escaping @Sendable (Int) -> Void = { _ in }
    ) -> ServiceGroup {
        StoreMark.save(settings, logger: logger)
        let (bound, isBound) = AsyncStream<Void>.makeStream()
        let socket = tls.map { _ in LocalSocket.path(dataDirectory: settings.dataDirectory) }
        let isSecure = settings.tls != nil
        let record = RunningRecordWriter(
            dataDirectory: settings.dataDirectory,
            socket: socket,
            callbackRule: settings.callbackRule,
            logger: logger
        ) { [store, logger] receiver, management in
            isBound.finish()
            onListening(receiver, management)
            guard let sharing = store.sharing else { return }
            Task {
                do {
                    try await sharing.announce(
                        management: management.reachable.url(isSecure: isSecure),
                        receiver: receiver.reachable.url(isSecure: isSecure)
                    )
                } catch {
                    logger.warning("Other nodes don't know this one's address", metadata: ["error": "\(error)"])
                }
            }
        }
        let manager = ServiceManager(
            environment: environment,
            logger: logger,
            untilReady: { [engine] in
                for await _ in bound {}
                await engine.untilReady()
            },
            isHealthy: { [engine] in !engine.activities.contains(where: \.isOverdue) }
        )
        let gateway = gateway(
            management: settings.management,
            onReceiver: { await record.set(receiver: HostPort(host: $0.host, port: $0.port)) },
            onManagement: { await record.set(management: HostPort(host: $0.host, port: $0.port)) },
            live: CredentialWatch(credentials, dataDirectory: settings.dataDirectory, logger: logger),
            socket: socket.map(LocalSocket.usable),
            onSocket: {
                if let socket { LocalSocket.protect(socket) }
                await record.setSocketBound()
            },
            onDashboards: onDashboards
        )
        // Stopped in reverse order: the doors close, then the engine finishes while those it talks to still answer.
        let others = others.map { Stage(name: "\(type(of: $0))", service: $0, ending: ending) }
        let services =
            others + stages([engine], gateway.services) + [keeper as (any Service)?, record, manager].compactMap { $0 }
        return .made(of: services, signals: signals, ending: ending, logger: logger)
    }

    /// Serves the management API for as long as `work` takes, on a port of its own unless told where.
    ///
    /// With `isRunning` the engine is at work meanwhile, as in a short `serve`: it polls, delivers and replays.
    func serveOnce(
        isRunning: Bool,
        at address: HostPort = HostPort(host: "127.0.0.1", port: 0),
        _ work: @escaping @Sendable @concurrent (ManagementClient) async throws -> Void
    ) async throws {
        StoreMark.note(settings, logger: logger)
        let (bound, continuation) = AsyncStream.makeStream(of: HostPort.self)
        let gateway = gateway(
            management: address,
            onManagement: { continuation.yield(HostPort(host: $0.host, port: $0.port)) }
        )
        let services = stages(isRunning ? [engine] : [], [gateway.management])
        let group = ServiceGroup.made(of: services, ending: ending, logger: logger)
        let running = Task {
            defer { continuation.finish() }
            try await group.run()
        }
        var failure: (any Error)?
        if let address = await bound.first(where: { _ in true }) {
            do {
                // Listener and engine start side by side.
                while isRunning, !engine.isReady { try await Task.sleep(for: .milliseconds(5)) }
                try await work(client(at: address))
            } catch {
                failure = error
            }
            ending.begin(status: failure == nil ? 0 : 1)
            await group.triggerGracefulShutdown()
        }
        let ended = await running.result
        await close()
        if let failure { throw failure }
        try ended.get()
    }

    /// Lets the data directory go.
    func close() async {
        RunningRecord.remove(dataDirectory: settings.dataDirectory)
        if tls != nil { LocalSocket.remove(dataDirectory: settings.dataDirectory) }
        store.hurry()
        ending.enter("connections")
        await peers?.shutdown()
        do { try await orgs.shutdown() } catch {
            logger.error("Connections could not be closed", metadata: ["error": "\(error)"])
        }
        ending.leave("connections")
        ending.enter("store")
        do { try await store.close() } catch {
            logger.error("The store could not be closed", metadata: ["error": "\(error)"])
        }
        ending.finish()
    }

    /// Stopped in reverse order: what makes spans ends before what sends them.
    private func stages(_ engine: [any Service], _ listeners: [any Service]) -> [any Service] {
        [traces].compactMap { $0.map { Stage(name: "traces", service: $0, ending: ending) } }
            + engine.map { Stage(name: "engine", service: $0, ending: ending) }
            + listeners.map { Stage(name: "listeners", service: $0, ending: ending) }
    }

    private func client(at address: HostPort) -> ManagementClient {
        ManagementClient(baseURL: address.url, credentials: credentials)
    }

    private func gateway(
        management: HostPort,
        onReceiver: @escaping @Sendable (ListenerAddress) async -> Void = { _ in },
        onManagement: @escaping @Sendable (ListenerAddress) async -> Void,
        live: CredentialWatch? = nil,
        socket: String? = nil,
        onSocket: @escaping @Sendable () async -> Void = {},
        onDashboards: @escaping @Sendable (Int) -> Void = { _ in }
    ) -> GatewayServices {
        var configuration = GatewayConfiguration()
        configuration.onDashboards = onDashboards
        let budget = DescriptorBudget(limit: DescriptorBudget.raised())
        configuration.receiverConnections = budget.receiver
        configuration.managementConnections = budget.management
        var current: (@Sendable () -> Credentials)?
        if let live { current = { live.current } }
        configuration.receiverTLS = tls?.receiver
        configuration.managementTLS = tls?.management
        configuration.managementSocket = socket
        configuration.tracer = traces?.recorder
        // Other nodes may ask by the machine's name.
        if store.sharing != nil { configuration.managementHosts.append(HostName.current) }
        configuration.receiver = ListenerAddress(host: settings.receiver.host, port: settings.receiver.port)
        configuration.management = ListenerAddress(host: management.host, port: management.port)
        return GatewayServices(
            engine: served,
            credentials: credentials,
            live: current,
            renew: { [keeper] in await keeper?.renew() },
            configuration: configuration,
            metrics: metrics,
            logger: logger,
            onReceiverBound: onReceiver,
            onManagementBound: onManagement,
            onSocketBound: onSocket
        )
    }
}
