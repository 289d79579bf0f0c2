import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// One post from its beginning to its end, on one event loop. Whatever happens, it ends by its deadline and once.
final class CallbackFlight {
    /// Bytes that the system may hold of a request; it takes twice that.
    private static let sendBuffer: SocketOptionValue = 262_144

    private enum Stage { case resolving, connecting, agreeing, asking }

    private let client: CallbackClient
    private let post: CallbackPost
    private let target: CallbackTarget
    private let deadline: NIODeadline
    private let promise: EventLoopPromise<CallbackAnswer>
    /// On the way there; nil: none.
    private let proxy: CallbackProxy?
    private let beginning = NIODeadline.now()
    private var stage = Stage.resolving
    private var stageSince = NIODeadline.now()
    private var phases = CallbackPhases()
    private var alarm: Scheduled<Void>?
    private var connectAlarm: Scheduled<Void>?
    private var connection: CallbackConnection?
    /// What leads to the proxy, until it leads on.
    private var tunnel: (any Channel)?
    private var head: HTTPResponseHead?
    private var body: [UInt8] = []
    private var read = 0
    /// Bytes that came before the head was there, interim answers among them.
    private var early = 0
    private var address: SocketAddress?
    private var hasRepeated = false
    private var isOver = false

    init(
        _ client: CallbackClient,
        _ post: CallbackPost,
        _ target: CallbackTarget,
        _ deadline: NIODeadline,
        _ promise: EventLoopPromise<CallbackAnswer>
    ) {
        self.client = client
        self.post = post
        self.target = target
        self.deadline = deadline
        self.promise = promise
        proxy = client.proxies.proxy(for: target.origin)
    }

    private var loop: any EventLoop { promise.futureResult.eventLoop }

    func begin(on idle: CallbackClient.Idle?) {
        alarm = loop.assumeIsolated().scheduleTask(deadline: deadline) { self.fail(.timedOut) }
        if let connection = idle?.connection.value, connection.carry(self) {
            self.connection = connection
            phases.isReused = true
            return ask()
        }
        connect()
    }

    // MARK: The way there

    private func connect() {
        guard !client.isClosed else { return fail(.stopping) }
        enter(.resolving)
        connectAlarm = loop.assumeIsolated().scheduleTask(in: post.connectTimeout) { self.connectTimeIsUp() }
        guard target.origin.isSecure else { return resolve(nil) }
        client.trust.context(on: loop).assumeIsolated().whenComplete { result in
            switch result {
            case .success(let context): self.resolve(context)
            case .failure(let error): self.fail(.failed(error))
            }
        }
    }

    private func resolve(_ context: NIOSSLContext?) {
        guard !isOver else { return }
        let origin = target.origin
        let known = try? SocketAddress(ipAddress: origin.host, port: origin.port)
        // Names are the proxy's to resolve; an address is one by whatever way and in whatever spelling.
        if proxy != nil, let address = origin.address, let refusal = client.refusal(address) {
            return fail(.denied(refusal))
        }
        let (host, port) = proxy.map { ($0.host, $0.port) } ?? (origin.host, origin.port)
        if let address = proxy == nil ? known : try? SocketAddress(ipAddress: host, port: port) {
            return reach([address], context)
        }
        enter(.resolving)
        client.names.addresses(host, port, on: loop).assumeIsolated().whenComplete { result in
            guard !self.isOver else { return }
            self.phases.resolve = self.stageMilliseconds
            switch result {
            case .success(let addresses): self.reach(addresses, context)
            case .failure(let error as IOError): self.fail(.failed(error))
            case .failure(is NameLookups.Silence): self.fail(.resolverSilent)
            case .failure(let error): self.fail(.unresolved(String(reflecting: error)))
            }
        }
    }

    private func reach(_ addresses: [SocketAddress], _ context: NIOSSLContext?) {
        let (host, port) = proxy.map { ($0.host, $0.port) } ?? (target.origin.host, target.origin.port)
        // Of the proxy, who has set it up has decided.
        let allowed = proxy == nil ? addresses.filter { client.refusal($0) == nil } : addresses
        guard !allowed.isEmpty else {
            guard let refusal = addresses.lazy.compactMap(client.refusal).first else {
                return fail(.unresolved("no addresses"))
            }
            return fail(.denied(refusal))
        }
        enter(.connecting)
        ClientBootstrap(group: loop)
            .resolver(KnownAddresses(addresses: allowed, loop: loop))
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            // Else the system may hold all of a request whose answer came before it was read, and the connection would pass
            // for one that is free.
            .channelOption(.socketOption(.so_sndbuf), value: Self.sendBuffer)
            .connectTimeout(post.connectTimeout)
            .connect(host: host, port: port)
            .assumeIsolated().whenComplete { result in
                switch result {
                case .success(let channel): self.lead(channel, context)
                case .failure(let error): self.fail(.failed(error))
                }
            }
    }

    /// Goes on to the host where a proxy is in between: TLS begins behind it.
    private func lead(_ channel: any Channel, _ context: NIOSSLContext?) {
        guard let proxy, target.origin.isSecure, !isOver else { return connected(channel, context) }
        tunnel = channel
        ProxyTunnel.open(channel, to: target.origin, proxy).assumeIsolated().whenComplete { result in
            self.tunnel = nil
            switch result {
            case .success: self.connected(channel, context)
            case .failure(let error):
                channel.close(promise: nil)
                self.fail(.failed(error))
            }
        }
    }

    private func connected(_ channel: any Channel, _ context: NIOSSLContext?) {
        guard !isOver else { return channel.close(promise: nil) }
        guard let number = client.opened(channel) else {
            channel.close(promise: nil)
            return fail(.stopping)
        }
        address = channel.remoteAddress
        phases.connect = stageMilliseconds
        enter(.agreeing)
        let connection = CallbackConnection(client, target.origin, number, channel)
        self.connection = connection
        guard connection.carry(self) else {
            client.closed(number, target.origin)
            return closed()
        }
        do { try connection.install(context) } catch { return fail(.failed(error)) }
        if context == nil { ask() }
    }

    /// TLS is ready.
    func agreed() {
        guard !isOver, stage == .agreeing else { return }
        phases.tls = stageMilliseconds
        ask()
    }

    private func ask() {
        connectAlarm?.cancel()
        connectAlarm = nil
        enter(.asking)
        guard !post.connectsOnly else {
            end(usableAgain: true)
            return promise.succeed(CallbackAnswer(status: 0, headers: [:], body: [], phases: phases))
        }
        var headers = HTTPHeaders()
        headers.reserveCapacity(post.headers.count + 2)
        headers.add(name: "Host", value: target.hostHeader)
        for header in post.headers { headers.add(name: header.name, value: header.value) }
        headers.add(name: "Content-Length", value: String(post.body.count))
        var uri = target.path
        if let proxy, !target.origin.isSecure {
            // To a proxy the whole address is said (RFC 9112, 3.2.2).
            uri = "http://" + target.hostHeader + target.path
            if let authorization = proxy.authorization {
                headers.add(name: "Proxy-Authorization", value: authorization)
            }
        }
        let head = HTTPRequestHead(version: .http1_1, method: .POST, uri: uri, headers: headers)
        connection?.send(head, ByteBuffer(bytes: post.body))
    }

    private func connectTimeIsUp() {
        switch stage {
        case .resolving: fail(.resolveTimeout)
        case .connecting: fail(.connectTimeout)
        case .agreeing: fail(.tlsTimeout)
        case .asking: return
        }
    }

    // MARK: The answer

    func saw(_ bytes: Int) {
        if stage == .asking, phases.firstByte == nil { phases.firstByte = milliseconds(since: beginning) }
        guard head == nil else { return }
        // An endless run of interim answers is none.
        early += bytes
        if early > client.limits.beforeHead { fail(.failed(HTTPParserError.headerOverflow)) }
    }

    func received(_ head: HTTPResponseHead) { self.head = head }

    func received(_ part: ByteBuffer) {
        read += part.readableBytes
        let room = client.limits.body - body.count
        if room > 0 { body.append(contentsOf: part.readableBytesView.prefix(room)) }
        if read >= client.limits.drainedBody { finish(usableAgain: false) }
    }

    func receivedEnd() {
        // After 101 it is no HTTP that follows.
        let isKept = head.map { $0.isKeepAlive && $0.status != .switchingProtocols } ?? false
        finish(usableAgain: isKept)
    }

    /// An error on the way, or in what came.
    func broke(_ error: any Error) {
        switch error {
        case NIOSSLError.uncleanShutdown, ChannelError.eof, ChannelError.ioOnClosedChannel, ChannelError.alreadyClosed,
            ChannelError.inputClosed, ChannelError.outputClosed:
            closed()
        case HTTPParserError.invalidEOFState, HTTPParserError.closedConnection: closed()
        case is HTTPParserError where stage == .asking && phases.firstByte == nil: closed()
        case is IOError:
            if !again() { fail(.failed(error)) }
        default: fail(.failed(error))
        }
    }

    /// The other side closed the connection.
    func closed() {
        guard !isOver, !again() else { return }
        fail(phases.firstByte == nil ? .closed : .closedMidway)
    }

    /// Whether the post goes on, on a new connection.
    private func again() -> Bool {
        guard !isOver, phases.isReused, !hasRepeated, phases.firstByte == nil else { return false }
        hasRepeated = true
        connection?.release(usableAgain: false)
        connection = nil
        phases = CallbackPhases()
        connect()
        return true
    }

    // MARK: The end

    /// Ends it without an answer, unless the head of one has come.
    func fail(_ cause: CallbackFault.Cause) {
        guard !isOver else { return }
        if head != nil { return finish(usableAgain: false) }
        let seen = blamingProxy(cause)
        end(usableAgain: false)
        promise.fail(CallbackFault(seen, phases, address))
    }

    /// Until the host is reached, what goes wrong is the proxy's.
    private func blamingProxy(_ cause: CallbackFault.Cause) -> CallbackFault.Cause {
        guard let proxy, stage == .resolving || stage == .connecting else { return cause }
        switch cause {
        case .unresolved, .resolveTimeout, .resolverSilent:
            return .proxy("the host name of the proxy \(proxy) does not resolve")
        case .connectTimeout: return .proxy("the proxy \(proxy) gave no connection in time")
        case .failed(let error as ProxyTunnel.Refused): return .proxy("the proxy \(proxy) \(error.clause)")
        case .failed: return .proxy("the proxy \(proxy) can't be reached")
        default: return cause
        }
    }

    private func finish(usableAgain: Bool) {
        guard !isOver, let head else { return fail(.closedMidway) }
        let isFromHere = connection?.isLocal ?? false
        end(usableAgain: usableAgain)
        promise.succeed(
            CallbackAnswer(
                status: Int(head.status.code),
                headers: head.headers,
                body: body,
                phases: phases,
                isFromHere: isFromHere
            )
        )
    }

    private func end(usableAgain: Bool) {
        isOver = true
        alarm?.cancel()
        connectAlarm?.cancel()
        tunnel?.close(promise: nil)
        phases.total = milliseconds(since: beginning)
        // Before the answer is told, so that the next post finds it.
        connection?.release(usableAgain: usableAgain)
        connection = nil
    }

    private func enter(_ stage: Stage) {
        self.stage = stage
        stageSince = .now()
    }

    private var stageMilliseconds: Int { milliseconds(since: stageSince) }

    private func milliseconds(since moment: NIODeadline) -> Int {
        Int((NIODeadline.now() - moment).nanoseconds / 1_000_000)
    }
}
