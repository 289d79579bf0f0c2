import NIOCore
import NIOPosix
import Primitives

/// Stands on 127.0.0.1 between a client and a server and breaks an exchange where it is told to.
final class BreakingProxy: Sendable {
    private struct State {
        var armed: Break?
        /// Counts what was armed and disarmed: an exchange that was to break must not do so later.
        var turn = 0
        var hasStruck = false
        var open: [ObjectIdentifier: any Channel] = [:]
        /// The server ended what was broken: whether it had the whole head of the request by then.
        var endedAfterHead: Bool?
    }

    private let state = Locked(State())
    private let server: any Channel
    let port: Int

    private init(_ server: any Channel) {
        self.server = server
        port = server.localAddress?.port ?? 0
    }

    var url: String { "http://127.0.0.1:\(port)" }

    /// `path` is what a flood of its own asks for.
    static func start(before upstream: Int, path: String = "/") async throws -> BreakingProxy {
        let made = Locked<BreakingProxy?>(nil)
        let server = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelOption(.backlog, value: 256)
            .childChannelInitializer { client in
                guard let proxy = made.withLock({ $0 }) else { return client.close() }
                return ClientBootstrap(group: client.eventLoop).connect(host: "127.0.0.1", port: upstream)
                    .flatMapThrowing { upstream in
                        proxy.keep(client)
                        proxy.keep(upstream)
                        let wire = BrokenWire(client: client, upstream: upstream, path: path, proxy: proxy)
                        try upstream.pipeline.syncOperations.addHandler(BrokenWire.End(wire, reads: .answer))
                        try client.pipeline.syncOperations.addHandler(BrokenWire.End(wire, reads: .request))
                    }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let proxy = BreakingProxy(server)
        made.withLock { $0 = proxy }
        return proxy
    }

    /// The next exchange, or one soon after it, breaks so.
    func arm(_ damage: Break) {
        state.withLock { state in
            state.armed = damage
            state.turn += 1
            state.hasStruck = false
            state.endedAfterHead = nil
        }
    }

    /// Whether it broke. What did not, will not.
    func disarm() -> Bool {
        state.withLock { state in
            state.armed = nil
            state.turn += 1
            return state.hasStruck
        }
    }

    /// After a break of a request: whether the server had its whole head when it ended it; nil where it did not end it.
    var endedAfterHead: Bool? { state.withLock { $0.endedAfterHead } }

    func close() async throws {
        let open = state.withLock { Array($0.open.values) }
        open.forEach { $0.close(promise: nil) }
        try await server.close()
    }

    // MARK: What connections tell

    /// What the exchange that begins now has to suffer.
    func begin() -> (damage: Break, turn: Int)? {
        state.withLock { state in
            guard let armed = state.armed else { return nil }
            guard armed.skip == 0 else {
                state.armed = Break(
                    direction: armed.direction,
                    kind: armed.kind,
                    offset: armed.offset,
                    skip: armed.skip - 1
                )
                return nil
            }
            state.armed = nil
            return (armed, state.turn)
        }
    }

    /// Whether it may still break.
    func strike(_ turn: Int) -> Bool {
        state.withLock { state in
            guard state.turn == turn else { return false }
            state.hasStruck = true
            return true
        }
    }

    func ended(afterHead: Bool) { state.withLock { $0.endedAfterHead = afterHead } }

    private func keep(_ channel: any Channel) {
        let key = ObjectIdentifier(channel)
        state.withLock { $0.open[key] = channel }
        channel.closeFuture.whenComplete { [weak self] _ in
            guard let self else { return }
            state.withLock { $0.open[key] = nil }
        }
    }
}
