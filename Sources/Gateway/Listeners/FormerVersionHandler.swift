import NIOCore
import NIOHTTP1

/// Answers HTTP/1.0 as such a client understands it: without chunks, which it would take for the body (RFC 9112, 6.1), and
/// with the end of the connection behind the answer (9.3), which is how it learns where a body of no stated length ends.
///
/// Stands right behind the parser: what comes after knows of no version.
final class FormerVersionHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    /// Heads that were read, and answers that were begun; requests may be sent ahead of the answers before them.
    private var heads = 0
    private var answers = 0
    /// The first request of the former version, which is the last one of its connection.
    private var last: Int?

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .head(var head) = Self.unwrapInboundIn(data) else { return context.fireChannelRead(data) }
        heads += 1
        if head.version.major < 1 || head.version.major == 1 && head.version.minor == 0 {
            last = last ?? heads
            // The server ends the connection by this, whatever the client hoped for.
            head.headers.replaceOrAdd(name: "connection", value: "close")
            // It knows of no `100 Continue` either.
            head.headers.remove(name: "expect")
        }
        context.fireChannelRead(Self.wrapInboundOut(.head(head)))
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard case .head(var head) = Self.unwrapOutboundIn(data), !(100..<200).contains(head.status.code) else {
            return context.write(data, promise: promise)
        }
        answers += 1
        if answers == last {
            head.version = .http1_0
            head.headers.remove(name: "transfer-encoding")
            head.headers.replaceOrAdd(name: "connection", value: "close")
        }
        context.write(Self.wrapOutboundOut(.head(head)), promise: promise)
    }
}
