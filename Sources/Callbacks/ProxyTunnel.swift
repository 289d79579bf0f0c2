import NIOCore

/// Asks a proxy for a tunnel to a host (RFC 9110, 9.3.6), and is gone once it is there.
final class ProxyTunnel: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// Why there is none, as a clause that goes on behind the proxy's name.
    struct Refused: Error {
        let clause: String
    }

    private static let longestAnswer = 16 << 10

    private let request: String
    private let opened: EventLoopPromise<Void>
    private var answer: [UInt8] = []
    private var isOver = false

    private init(_ request: String, _ opened: EventLoopPromise<Void>) {
        self.request = request
        self.opened = opened
    }

    /// On the channel's loop; succeeds when what is written from then on goes to the host.
    static func open(_ channel: any Channel, to origin: CallbackTarget.Origin, _ proxy: CallbackProxy)
        -> EventLoopFuture<Void>
    {
        let host = origin.host.contains(":") ? "[\(origin.host)]" : origin.host
        var request = "CONNECT \(host):\(origin.port) HTTP/1.1\r\nHost: \(host):\(origin.port)\r\n"
        if let authorization = proxy.authorization { request += "Proxy-Authorization: \(authorization)\r\n" }
        let opened = channel.eventLoop.makePromise(of: Void.self)
        do { try channel.pipeline.syncOperations.addHandler(ProxyTunnel(request + "\r\n", opened)) } catch {
            opened.fail(error)
        }
        return opened.futureResult
    }

    func handlerAdded(context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: request)), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isOver else { return }
        answer += unwrapInboundIn(data).readableBytesView
        guard let end = answer.firstRange(of: Array("\r\n\r\n".utf8)) else {
            if answer.count > Self.longestAnswer { fail("answered at endless length") }
            return
        }
        let words = String(decoding: answer.prefix { $0 != 0x0D }, as: UTF8.self)
            .split(separator: " ", maxSplits: 2)
        guard words.count >= 2, words[0].hasPrefix("HTTP/1."), let status = Int(words[1]) else {
            return fail("did not answer as a proxy does")
        }
        guard (200..<300).contains(status) else {
            return fail(status == 407 ? "wants a user name and password, or others (407)" : "answered \(status)")
        }
        // Nobody has spoken to the host yet, so it has nothing to say.
        guard end.upperBound == answer.count else { return fail("sent more than its answer") }
        isOver = true
        let opened = opened
        context.pipeline.syncOperations.removeHandler(self).cascade(to: opened)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { fail("broke the connection off") }

    func channelInactive(context: ChannelHandlerContext) {
        fail("closed the connection without an answer")
        context.fireChannelInactive()
    }

    private func fail(_ clause: String) {
        guard !isOver else { return }
        isOver = true
        opened.fail(Refused(clause: clause))
    }
}
