import Foundation
import NIOCore
import NIOPosix
import NIOSSL
import TestSupport

/// A server on 127.0.0.1 that sends bytes as they are, with TLS or without, and then does as a test wants.
enum RawServer {
    enum Ending: Sendable {
        case close
        /// RST instead of FIN.
        case reset
        case silence
        /// A byte at a time, for ever.
        case drip(every: TimeAmount)
    }

    enum Certificate: String, Sendable { case valid, expired, elsewhere, future, authority }

    static func certificates(_ certificate: Certificate) throws -> [NIOSSLCertificate] {
        try NIOSSLCertificate.fromPEMBytes(Array(TLSKeys.pem(certificate.rawValue).utf8))
    }

    /// Gives its port to `work` and ends with it.
    static func run<Result>(
        sending text: String,
        then ending: Ending,
        certificate: Certificate? = nil,
        _ work: (Int) async throws -> Result
    ) async throws -> Result {
        var tls: NIOSSLContext?
        if let certificate {
            let configuration = TLSConfiguration.makeServerConfiguration(
                certificateChain: try certificates(certificate).map { .certificate($0) },
                privateKey: .privateKey(try NIOSSLPrivateKey(bytes: Array(TLSKeys.pem("key").utf8), format: .pem))
            )
            tls = try NIOSSLContext(configuration: configuration)
        }
        let context = tls
        let channel = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let context {
                        try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: context))
                    }
                    try channel.pipeline.syncOperations.addHandler(Answering(text: text, ending: ending))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        do {
            let result = try await work(channel.localAddress?.port ?? 0)
            try await channel.close()
            return result
        } catch {
            try await channel.close()
            throw error
        }
    }

    private final class Answering: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private let text: String
        private let ending: Ending
        private var hasAnswered = false

        init(text: String, ending: Ending) {
            self.text = text
            self.ending = ending
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            guard !hasAnswered else { return }
            hasAnswered = true
            if case .reset = ending {
                if let options = context.channel as? any SocketOptionProvider {
                    options.setSoLinger(linger(l_onoff: 1, l_linger: 0)).whenComplete { _ in }
                }
            }
            let written = context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)))
            if case .drip(let gap) = ending {
                let channel = context.channel
                context.eventLoop.scheduleRepeatedTask(initialDelay: gap, delay: gap) { task in
                    guard channel.isActive else { return task.cancel() }
                    channel.writeAndFlush(ByteBuffer(string: "x"), promise: nil)
                }
                return
            }
            guard case .silence = ending else {
                let channel = context.channel
                written.whenComplete { _ in channel.close(promise: nil) }
                return
            }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
    }
}
