import EngineTestSupport
import NIOCore
import NIOPosix
import Primitives

/// A proxy on 127.0.0.1 that leads every tunnel to one port of this machine, or answers as a test says.
final class TunnelProxy: Sendable {
    private let heads = Locked<[String]>([])
    /// What it was asked, head by head.
    var asked: [String] { heads.withLock { $0 } }

    private let answer: String
    private let target: Int?

    private init(_ target: Int?, _ answer: String) {
        self.target = target
        self.answer = answer
    }

    static func run<Result>(
        to target: Int?,
        answer: String = "HTTP/1.1 200 Connection established\r\n\r\n",
        _ work: (TunnelProxy, Int) async throws -> Result
    ) async throws -> Result {
        let proxy = TunnelProxy(target, answer)
        return try await ByteServer.run(handler: { Leading(proxy) }) { port in try await work(proxy, port) }
    }

    /// The side of whoever asks.
    private final class Leading: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer

        private let proxy: TunnelProxy
        private var head = ""
        private var peer: (any Channel)?

        init(_ proxy: TunnelProxy) { self.proxy = proxy }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let bytes = unwrapInboundIn(data)
            if let peer { return peer.writeAndFlush(bytes, promise: nil) }
            head += String(buffer: bytes)
            guard head.hasSuffix("\r\n\r\n") else { return }
            proxy.heads.withLock { $0.append(head) }
            head = ""
            let (channel, answer) = (context.channel, proxy.answer)
            guard let target = proxy.target else {
                return channel.writeAndFlush(ByteBuffer(string: answer), promise: nil)
            }
            ClientBootstrap(group: context.eventLoop)
                .channelInitializer { far in
                    far.eventLoop.makeCompletedFuture {
                        try far.pipeline.syncOperations.addHandler(Returning(to: channel))
                    }
                }
                .connect(host: "127.0.0.1", port: target)
                .assumeIsolated().whenComplete { result in
                    switch result {
                    case .success(let far):
                        self.peer = far
                        channel.writeAndFlush(ByteBuffer(string: answer), promise: nil)
                    case .failure: channel.close(promise: nil)
                    }
                }
        }

        func channelInactive(context: ChannelHandlerContext) { peer?.close(promise: nil) }
    }

    /// The side of whoever was asked for.
    private final class Returning: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer

        private let channel: any Channel

        init(to channel: any Channel) { self.channel = channel }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            channel.writeAndFlush(unwrapInboundIn(data), promise: nil)
        }

        func channelInactive(context: ChannelHandlerContext) { channel.close(promise: nil) }
    }
}
