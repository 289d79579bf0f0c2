import NIOCore
import NIOHTTPTypes

/// Closes a connection whose other side lets its answer pile up: a stream that nobody reads holds one of few places, and
/// keeps what was written for it in memory. Reading a little within each time is enough.
final class ReaderDeadlineHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart

    private let patience: TimeAmount
    private var timer: Scheduled<Void>?

    init(patience: TimeAmount) { self.patience = patience }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable {
            timer?.cancel()
            timer = nil
        } else if timer == nil {
            look(context, after: Self.waiting(context))
        }
        context.fireChannelWritabilityChanged()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        timer?.cancel()
        timer = nil
    }

    /// While the channel is full nothing more is written to it: fewer bytes than before are what was read.
    private func look(_ context: ChannelHandlerContext, after before: Int) {
        timer = context.eventLoop.assumeIsolated().scheduleTask(in: patience) {
            self.timer = nil
            guard context.channel.isActive, !context.channel.isWritable else { return }
            let waiting = Self.waiting(context)
            if waiting < before { self.look(context, after: waiting) } else { context.close(promise: nil) }
        }
    }

    /// Bytes that were written and that the socket has not taken.
    private static func waiting(_ context: ChannelHandlerContext) -> Int {
        (try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
    }
}
