import NIOCore
import NIOPosix
import Primitives

/// A way to a server by a socket, which a test cuts, or on which everything stands still for as long as it likes: the
/// connections stay, and not a byte comes through.
package final class TCPProxy: Sendable {
    package let port: Int
    private let listener: any Channel
    private let ways: Ways

    /// - Parameter target: the path of the server's socket.
    /// - Throws: what keeps it from listening.
    package init(to target: String) async throws {
        let ways = Ways(to: target)
        listener = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.autoRead, value: false)
            .childChannelInitializer { channel in
                ways.accept(channel)
                return channel.eventLoop.makeSucceededVoidFuture()
            }
            .bind(host: "127.0.0.1", port: 0).get()
        port = listener.localAddress?.port ?? 0
        self.ways = ways
    }

    deinit { listener.close(promise: nil) }

    /// Ends all connections that there are.
    package func cut() { ways.cut() }

    /// Nothing comes through any more; who connects is taken, and hears nothing.
    package func standStill() { ways.standStill() }

    /// What stood still comes through.
    package func goOn() { ways.goOn() }
}

/// The connections of a proxy.
private final class Ways: Sendable {
    private struct State {
        var number = 0
        var pairs: [Int: [any Channel]] = [:]
        /// Connections that nobody answers yet, with what lets them go on.
        var waiting: [Int: EventLoopPromise<Void>] = [:]
        var isStill = false
    }

    private let target: String
    private let state = Locked(State())

    init(to target: String) { self.target = target }

    func cut() {
        let (channels, waiting) = state.withLock { state in
            defer { (state.pairs, state.waiting) = ([:], [:]) }
            return (state.pairs.values.flatMap { $0 }, Array(state.waiting.values))
        }
        channels.forEach { $0.close(promise: nil) }
        waiting.forEach { $0.fail(ChannelError.eof) }
    }

    func standStill() {
        let channels = state.withLock { state in
            state.isStill = true
            return state.pairs.values.flatMap { $0 }
        }
        for channel in channels { channel.setOption(.autoRead, value: false).whenFailure { _ in } }
    }

    func goOn() {
        let (channels, waiting) = state.withLock { state in
            state.isStill = false
            defer { state.waiting = [:] }
            return (state.pairs.values.flatMap { $0 }, Array(state.waiting.values))
        }
        for channel in channels { channel.setOption(.autoRead, value: true).whenFailure { _ in } }
        waiting.forEach { $0.succeed() }
    }

    func accept(_ client: any Channel) {
        let gate = client.eventLoop.makePromise(of: Void.self)
        let (number, isStill) = state.withLock { state in
            state.number += 1
            if state.isStill { state.waiting[state.number] = gate }
            return (state.number, state.isStill)
        }
        client.closeFuture.whenComplete { [weak self] _ in
            let waiting = self?.state.withLock { state in
                state.pairs[number] = nil
                return state.waiting.removeValue(forKey: number)
            }
            waiting?.fail(ChannelError.eof)
        }
        let target = target
        gate.futureResult.flatMap {
            ClientBootstrap(group: client.eventLoop).channelOption(.autoRead, value: false)
                .connect(unixDomainSocketPath: target)
        }.flatMap { [weak self] server in
            client.eventLoop.makeCompletedFuture {
                try client.pipeline.syncOperations.addHandler(Passing(to: server))
                try server.pipeline.syncOperations.addHandler(Passing(to: client))
                let isStill = self?.state.withLock { state in
                    state.pairs[number] = [client, server]
                    return state.isStill
                }
                guard isStill == false else { return }
                for channel in [client, server] { channel.setOption(.autoRead, value: true).whenFailure { _ in } }
            }
        }.whenFailure { _ in client.close(promise: nil) }
        if !isStill { gate.succeed() }
    }
}

/// Gives on what comes, and ends the other side when this one ends.
private final class Passing: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let other: any Channel

    init(to other: any Channel) { self.other = other }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) { other.write(unwrapInboundIn(data), promise: nil) }
    func channelReadComplete(context: ChannelHandlerContext) { other.flush() }
    func channelInactive(context: ChannelHandlerContext) { other.close(promise: nil) }
    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
