import NIOCore

/// Closes connections whose other side takes next to nothing of what is written for it: whoever writes waits until then.
///
/// A stream's reader that pauses is waited for and never skipped; one that never comes back must not be waited for without
/// an end. What it has not taken it gets when it resumes. A timer runs only while a reader is behind.
final class StalledReaderHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = Any

    private let patience: TimeAmount
    private var timer: Scheduled<Void>?

    /// `patience` is from when the buffers are full to when they have room again.
    init(patience: TimeAmount) { self.patience = patience }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        timer?.cancel()
        timer = nil
        if !context.channel.isWritable {
            timer = context.eventLoop.assumeIsolated().scheduleTask(in: patience) { context.close(promise: nil) }
        }
        context.fireChannelWritabilityChanged()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        timer?.cancel()
        timer = nil
    }
}
