import NIOCore
import NIOHTTPTypes

/// Closes connections whose request never ends, or never begins: the slots are few, and silence must not hold one.
///
/// Later headers that trickle are ended by the idle timeout, which only whole parts of a request reset. One timer a
/// connection looks at the deadline now and then, so that a request costs no timer.
final class RequestDeadlineHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart

    private let firstHead: TimeAmount
    private let wholeBody: TimeAmount
    private var deadline: NIODeadline?
    private var hasTimer = false

    /// - Parameters:
    ///   - firstHead: From the connection to the end of its first request's headers.
    ///   - wholeBody: From a request's headers to the end of its body, however it trickles.
    init(firstHead: TimeAmount, wholeBody: TimeAmount) {
        self.firstHead = firstHead
        self.wholeBody = wholeBody
    }

    func handlerAdded(context: ChannelHandlerContext) {
        let end = context.eventLoop.now + firstHead
        deadline = end
        startTimer(context, at: end)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch Self.unwrapInboundIn(data) {
        case .head:
            let end = context.eventLoop.now + wholeBody
            deadline = end
            if !hasTimer { startTimer(context, at: end) }
        case .body: break
        case .end: deadline = nil
        }
        context.fireChannelRead(data)
    }

    private func startTimer(_ context: ChannelHandlerContext, at moment: NIODeadline) {
        hasTimer = true
        context.eventLoop.assumeIsolated().scheduleTask(deadline: moment) {
            self.hasTimer = false
            guard context.channel.isActive, let deadline = self.deadline else { return }
            if deadline <= context.eventLoop.now {
                context.close(promise: nil)
            } else {
                self.startTimer(context, at: deadline)
            }
        }
    }
}
