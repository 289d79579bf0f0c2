import Glibc
import NIOCore
import Primitives

/// A server on 127.0.0.1 that answers each post with the bytes that a test wants, over TLS or without.
package final class ScriptedServer: Sendable {
    package enum Step: Sendable {
        case answer(String)
        /// The same after so many milliseconds.
        case late(String, Int64)
        /// Sends, then closes; with RST where `resets`.
        case end(String, resets: Bool = false)
        case silence(String = "")
        /// Sends this, then a byte at a time for ever.
        case drip(String)
    }

    package typealias Script = @Sendable (_ connection: Int, _ request: Int) -> Step

    private struct State {
        var connections = 0
        var requests: [String] = []
        var open: [Int: any Channel] = [:]
    }

    private let state = Locked(State())
    private let script: Script
    /// What it sends before it is asked.
    private let greeting: String

    private init(_ greeting: String, _ script: @escaping Script) {
        self.greeting = greeting
        self.script = script
    }

    package var connections: Int { state.withLock { $0.connections } }
    package var requests: [String] { state.withLock { $0.requests } }
    package var open: Int { state.withLock { $0.open.count } }

    /// Sends on every open connection, and ends them where told.
    package func send(_ text: String, ending: Bool) {
        for channel in state.withLock({ Array($0.open.values) }) {
            let written = channel.writeAndFlush(ByteBuffer(string: text))
            if ending { written.whenComplete { _ in channel.close(promise: nil) } }
        }
    }

    /// Gives the server and its port to `work`, and ends with it.
    package static func run<Result>(
        certificate: ByteServer.Certificate? = nil,
        greeting: String = "",
        reads: Bool = true,
        _ script: @escaping Script,
        _ work: (ScriptedServer, Int) async throws -> Result
    ) async throws -> Result {
        let server = ScriptedServer(greeting, script)
        return try await ByteServer.run(certificate: certificate, reads: reads, handler: { Answering(server) }) {
            port in
            try await work(server, port)
        }
    }

    private final class Answering: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private let server: ScriptedServer
        private var connection = 0
        private var requests = 0
        private var received = ""

        init(_ server: ScriptedServer) { self.server = server }

        func channelActive(context: ChannelHandlerContext) {
            let channel = context.channel
            connection = server.state.withLock { state in
                state.connections += 1
                state.open[state.connections] = channel
                return state.connections
            }
            if !server.greeting.isEmpty {
                context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: server.greeting)), promise: nil)
            }
            context.fireChannelActive()
        }

        func channelInactive(context: ChannelHandlerContext) {
            server.state.withLock { $0.open[connection] = nil }
            context.fireChannelInactive()
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            received += String(buffer: unwrapInboundIn(data))
            while let end = received.firstRange(of: "\r\n\r\n") {
                let length =
                    received[..<end.lowerBound].split(separator: "\r\n")
                    .first { $0.lowercased().hasPrefix("content-length:") }
                    .flatMap { Int($0.dropFirst(15).filter { $0 != " " }) } ?? 0
                guard received[end.upperBound...].utf8.count >= length else { return }
                let whole = received.utf8.index(end.upperBound, offsetBy: length)
                let request = String(received[..<whole])
                received = String(received[whole...])
                requests += 1
                server.state.withLock { $0.requests.append(request) }
                act(server.script(connection, requests), context)
            }
        }

        private func act(_ step: Step, _ context: ChannelHandlerContext) {
            let channel = context.channel
            switch step {
            case .answer(let text), .silence(let text):
                context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
            case .late(let text, let milliseconds):
                context.eventLoop.scheduleTask(in: .milliseconds(milliseconds)) {
                    channel.writeAndFlush(ByteBuffer(string: text), promise: nil)
                }
            case .end(let text, let resets):
                if resets, let options = channel as? any SocketOptionProvider {
                    options.setSoLinger(linger(l_onoff: 1, l_linger: 0)).whenComplete { _ in }
                }
                context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)))
                    .whenComplete { _ in channel.close(promise: nil) }
            case .drip(let text):
                context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
                context.eventLoop.scheduleRepeatedTask(initialDelay: .milliseconds(1), delay: .milliseconds(1)) {
                    task in
                    guard channel.isActive else { return task.cancel() }
                    channel.writeAndFlush(ByteBuffer(string: "x"), promise: nil)
                }
            }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
    }
}
