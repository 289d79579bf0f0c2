import NIOCore
import NIOHTTP1
import NIOSSL
import NIOTLS

/// One connection, on its event loop: carries one post at a time and waits for the next between them.
final class CallbackConnection: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    private let client: CallbackClient
    private let origin: CallbackTarget.Origin
    private let number: Int
    private let channel: any Channel
    /// Whether the other end is on this machine, too.
    let isLocal: Bool
    private var flight: CallbackFlight?
    /// All of the request is out: behind one that isn't, the next would wait until the other side reads on, which it need not
    /// do once it has answered.
    private var isSent = true
    private var idleSince = NIODeadline.now()
    /// Not cancelled for each post: it looks at `idleSince` when it fires.
    private var isIdleWatched = false

    init(_ client: CallbackClient, _ origin: CallbackTarget.Origin, _ number: Int, _ channel: any Channel) {
        self.client = client
        self.origin = origin
        self.number = number
        self.channel = channel
        let remote = channel.remoteAddress?.ipAddress
        isLocal = remote.map { $0 == channel.localAddress?.ipAddress || $0.hasPrefix("127.") } ?? false
    }

    /// Puts what speaks HTTP behind the channel, and TLS where there is a context for it.
    func install(_ context: NIOSSLContext?) throws {
        let pipeline = channel.pipeline.syncOperations
        var limits = NIOHTTPDecoderLimitConfiguration()
        limits.maxHeaderFieldCount = client.limits.headers
        limits.maxHeaderFieldSize = client.limits.header
        let decoder = HTTPResponseDecoder(
            leftOverBytesStrategy: .dropBytes,
            informationalResponseStrategy: .drop,
            limitConfiguration: limits
        )
        // From the back on: TLS begins as soon as it is added.
        try pipeline.addHandlers(
            FirstBytes(connection: self),
            HTTPRequestEncoder(),
            ByteToMessageHandler(decoder),
            self
        )
        if let context {
            let tls = try NIOSSLClientHandler(context: context, serverHostname: origin.tlsName)
            try pipeline.addHandler(tls, position: .first)
        }
    }

    /// False where it can't be used any more.
    func carry(_ flight: CallbackFlight) -> Bool {
        guard channel.isActive, self.flight == nil else { return false }
        self.flight = flight
        return true
    }

    func send(_ head: HTTPRequestHead, _ body: ByteBuffer) {
        isSent = false
        let sent = channel.eventLoop.makePromise(of: Void.self)
        sent.futureResult.assumeIsolated().whenSuccess { self.isSent = true }
        // One flush: head and body go out together.
        channel.pipeline.syncOperations.write(NIOAny(HTTPClientRequestPart.head(head)), promise: nil)
        channel.pipeline.syncOperations.write(NIOAny(HTTPClientRequestPart.body(.byteBuffer(body))), promise: nil)
        channel.pipeline.syncOperations.writeAndFlush(NIOAny(HTTPClientRequestPart.end(nil)), promise: sent)
    }

    /// The post that it carried has ended.
    func release(usableAgain: Bool) {
        flight = nil
        guard usableAgain, isSent, channel.isActive else { return close() }
        idleSince = .now()
        let idle = CallbackClient.Idle(
            channel: channel,
            connection: NIOLoopBound(self, eventLoop: channel.eventLoop)
        )
        guard client.keep(idle, number, origin) else { return close() }
        if !isIdleWatched { watch(for: client.limits.idle) }
    }

    func close() { channel.close(promise: nil) }

    private func watch(for time: TimeAmount) {
        isIdleWatched = true
        channel.eventLoop.assumeIsolated().scheduleTask(in: time) { [weak self] in self?.look() }
    }

    private func look() {
        isIdleWatched = false
        guard flight == nil, channel.isActive else { return }
        let left = idleSince + client.limits.idle - .now()
        if left > .nanoseconds(0) { return watch(for: left) }
        // One that was taken a moment ago is watched again when it waits again.
        if client.forget(number, origin) { close() }
    }

    // MARK: What comes

    fileprivate func saw(_ bytes: Int) {
        guard let flight else {
            // Nobody asked: what is said here would be taken for the answer to the next post.
            return close()
        }
        flight.saw(bytes)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): flight?.received(head)
        case .body(let part): flight?.received(part)
        case .end: flight?.receivedEnd()
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .handshakeCompleted = event as? TLSUserEvent { flight?.agreed() }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        flight?.broke(error)
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        client.closed(number, origin)
        flight?.closed()
        context.fireChannelInactive()
    }
}

/// Sees the bytes of the answer before they are parsed: the first of them ends the wait, and no post is repeated after it.
private final class FirstBytes: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let connection: CallbackConnection

    init(connection: CallbackConnection) { self.connection = connection }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        connection.saw(unwrapInboundIn(data).readableBytes)
        context.fireChannelRead(data)
    }
}
