import EngineTestSupport
import Foundation
import NIOCore
import NIOPosix

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

    /// Gives its port to `work` and ends with it.
    static func run<Result>(
        sending text: String,
        then ending: Ending,
        certificate: ByteServer.Certificate? = nil,
        _ work: (Int) async throws -> Result
    ) async throws -> Result {
        try await ByteServer.run(certificate: certificate, handler: { Answering(text: text, ending: ending) }, work)
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
