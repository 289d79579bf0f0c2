import NIOCore
import NIOHTTPTypes

/// Closes connections whose request never ends: a body may trickle for so long and no longer.
///
/// Headers that trickle are ended by the idle timeout, which only whole parts of a request reset. One timer a connection
/// looks at the deadline now and then, so that a request costs no timer.
final class BodyDeadlineHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart

    private let allowance: TimeAmount
    private var deadline: NIODeadline?
    private var hasTimer = false

    init(allowance: TimeAmount) { self.allowance = allowance }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch Self.unwrapInboundIn(data) {
        case .head:
            let end = context.eventLoop.now + allowance
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
