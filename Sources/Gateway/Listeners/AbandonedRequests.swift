import HTTPTypes
import NIOCore
import NIOHTTPTypes
import Primitives

/// What is being read for clients, so that it ends when its client goes away: a search that nobody waits for must not hold
/// a reader of the database.
final class AbandonedRequests: Sendable {
    /// By connection, as a connection has one request under way.
    private let cancellations = Locked<[ObjectIdentifier: @Sendable () -> Void]>([:])

    /// Runs `body`, and cancels it where the connection closes meanwhile.
    func run<Value: Sendable>(
        on channel: any Channel,
        _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        let id = ObjectIdentifier(channel)
        let work = Task { try await body() }
        cancellations.withLock { $0[id] = { work.cancel() } }
        defer { cancellations.withLock { $0[id] = nil } }
        // It may have closed before it could be noted.
        if !channel.isActive { work.cancel() }
        return try await withTaskCancellationHandler {
            try await work.value
        } onCancel: {
            work.cancel()
        }
    }

    func closed(_ channel: any Channel) {
        cancellations.withLock { $0.removeValue(forKey: ObjectIdentifier(channel)) }?()
    }
}

/// Notices that the client of a request has gone.
///
/// One that says that it will send no more may still want its answer, and most answers are quick: it is counted as gone
/// where a read takes longer than `patience` from there on. Other requests change something, and are carried out whether or
/// not anyone waits for their answer.
final class ClientPresenceHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let requests: AbandonedRequests
    private let patience: TimeAmount
    private var isReading = false

    init(requests: AbandonedRequests, patience: TimeAmount) {
        self.requests = requests
        self.patience = patience
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .head(let head) = Self.unwrapInboundIn(data) { isReading = head.method == .get }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .end = Self.unwrapOutboundIn(data) { isReading = false }
        context.write(data, promise: promise)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed = event {
            context.eventLoop.assumeIsolated().scheduleTask(in: patience) {
                if self.isReading, context.channel.isActive { context.close(promise: nil) }
            }
        }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        requests.closed(context.channel)
        context.fireChannelInactive()
    }
}
