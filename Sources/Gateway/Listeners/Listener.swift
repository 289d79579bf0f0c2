import Domain
import Glibc
package import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOPosix
import Primitives
import ServiceLifecycle

/// One of the two servers, as a service.
package struct Listener<Responder: HTTPResponder>: Service where Responder.Context == ListenerContext {
    struct Limits {
        var connections: Int
        /// Of one address of another machine.
        var connectionsOfOne: Int
        var idleTimeout: TimeAmount
        var headTimeout: TimeAmount
        var bodyTimeout: TimeAmount
        var readerTimeout: TimeAmount
        var abandonTimeout: TimeAmount
    }

    /// The option that sets its address, for messages.
    let option: String
    let address: ListenerAddress
    let responder: Responder
    let limits: Limits
    /// Nil: in clear.
    var tls: TLSDoor?
    /// A socket in the file system in place of the address.
    var socket: String?
    /// Requests are worked on by the event loop of their connection: for many that are short.
    var worksOnLoops = false
    let onBound: @Sendable (ListenerAddress) async -> Void
    let logger: Logger

    /// For tests, which call it without a network.
    package var application: Application<Responder> {
        Application(
            responder: responder,
            server: builder(makeSlots(), AbandonedRequests()),
            logger: serverLogger
        )
    }

    private func makeSlots() -> ConnectionSlots {
        ConnectionSlots(limit: limits.connections, share: limits.connectionsOfOne)
    }

    private func builder(_ slots: ConnectionSlots, _ requests: AbandonedRequests) -> HTTPServerBuilder {
        let (headTimeout, bodyTimeout, readerTimeout) = (limits.headTimeout, limits.bodyTimeout, limits.readerTimeout)
        let abandonTimeout = limits.abandonTimeout
        let configuration = HTTP1Channel.Configuration(
            additionalChannelHandlers: [
                RequestFramingHandler(), ConnectionSlotHandler(slots: slots),
                RequestDeadlineHandler(firstHead: headTimeout, wholeBody: bodyTimeout),
                StalledReaderHandler(patience: readerTimeout),
                ClientPresenceHandler(requests: requests, patience: abandonTimeout),
            ],
            idleTimeout: limits.idleTimeout,
            httpDecoderConfiguration: .init(
                maxHeaderFieldSize: 16 << 10,
                maxHeaderListSize: 32 << 10,
                maxHeaderFieldCount: 100
            )
        )
        let executors = worksOnLoops ? EventLoopExecutors() : nil
        return HTTPServerBuilder { [tls] responder in
            let plain = HTTP1Channel(responder: responder, configuration: configuration)
            let channel: any ServerChildChannel = if let tls { TLSChildChannel(base: plain, door: tls) } else { plain }
            return if let executors { onLoops(channel, executors) } else { channel }
        }
    }

    private func onLoops(_ base: some ServerChildChannel, _ executors: EventLoopExecutors) -> any ServerChildChannel {
        LoopChildChannel(base: base, executors: executors)
    }

    /// The server alone: the framework's application around it would wake up every second for the date in its answers,
    /// and make a logger and an id for each request.
    private func server(_ slots: ConnectionSlots) throws -> any Service {
        let requests = AbandonedRequests()
        let (responder, address, onBound) = (responder, address, onBound)
        let (date, logger) = (DateHeader(), serverLogger)
        return try builder(slots, requests).buildServer(
            configuration: ServerConfiguration(
                address: socket.map { .unixDomainSocket(path: $0) } ?? .hostname(address.host, port: address.port),
                // A crowd must not keep others from the door for the seconds that a lost connect takes to be tried again.
                backlog: max(256, limits.connections),
                availableConnectionsDelegate: SlotsDelegate(slots: slots)
            ),
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
            logger: logger
        ) { request, writer, channel in
            let context = ListenerContext(source: ApplicationRequestContextSource(channel: channel, logger: logger))
            // What changes something is carried out whether or not its client stays.
            var response =
                request.method == .get
                ? try await requests.run(on: channel) { try await responder.respond(to: request, context: context) }
                : try await responder.respond(to: request, context: context)
            response.headers[.date] = date.text(at: Timestamp.now())
            try await writer.write(response: response.head, body: response.body)
        } onServerRunning: { channel in
            await onBound(ListenerAddress(host: address.host, port: channel.localAddress?.port ?? address.port))
        }
    }

    /// What the server says of itself while it ends hides the one sentence that says why; we say all else ourselves.
    private var serverLogger: Logger {
        var quiet = logger
        if logger.logLevel > .debug { quiet.logLevel = .critical }
        return quiet
    }

    package func run() async throws {
        do {
            try await serve()
        } catch let error as IOError {
            throw ListenerFault(option: option, address: address, reason: Self.reason(error.errnoCode))
        } catch is SocketAddressError.UnknownHost {
            throw ListenerFault(option: option, address: address, reason: "there is no host of that name or address")
        } catch is SocketAddressError {
            throw ListenerFault(option: option, address: address, reason: "the host name leads nowhere")
        }
    }

    /// Serves until it is asked to stop, and a little longer for the requests that are under way. What hangs then is cancelled
    /// and its connection closed; what doesn't even hear of that is left alone.
    private func serve() async throws {
        let slots = makeSlots()
        let server = try server(slots)
        let serving = Task { try await server.run() }
        let (running, shutdown) = AsyncStream<Void>.makeStream()
        let logger = logger
        let left = await withTaskCancellationHandler {
            await withGracefulShutdownHandler {
                await LastWait.untilEnd(of: [LastWait.Work("requests") { _ = await serving.result }]) {
                    for await _ in running {}
                    do {
                        try await Task.sleep(for: .milliseconds(Limit.requestsAtEnd.milliseconds))
                        logger.notice("Requests are still under way at \(address); their connections are closed")
                        serving.cancel()
                        slots.closeAll()
                        try await Task.sleep(for: Self.afterClosing)
                    } catch {
                        // All have ended, and nobody waits for this any more.
                    }
                }
            } onGracefulShutdown: {
                shutdown.finish()
            }
        } onCancel: {
            shutdown.finish()
            Task { await Self.end(server, serving, slots) }
        }
        if left.isEmpty { try await serving.value }
    }

    /// Ends it at once, and yet in this order: a connection that was accepted and is not served when the serving task is
    /// cancelled ends the whole process (the library's writer may not go away unfinished).
    private static func end(_ server: any Service, _ serving: Task<Void, any Error>, _ slots: ConnectionSlots) async {
        let closing = Task { try await (server as? any ClosingServer)?.shutdownGracefully() }
        slots.closeAll()
        try? await Task.sleep(for: afterClosing)
        slots.closeAll()
        serving.cancel()
        // That it had ended before is as good.
        _ = await closing.result
    }

    /// For a request to hear that it was cancelled.
    private static var afterClosing: Duration { .milliseconds(250) }

    private static func reason(_ code: CInt) -> String {
        switch code {
        case EADDRINUSE: "another program uses the port"
        case EACCES: "this port needs more rights"
        case EADDRNOTAVAIL: "the address is not one of this machine"
        default: unsafe String(cString: strerror(code))
        }
    }
}

/// What the library's servers have in common, whatever they speak.
private protocol ClosingServer: Sendable {
    /// Accepts nothing more, and returns once all connections have ended.
    func shutdownGracefully() async throws
}

extension Server: ClosingServer {}

/// Why a listener can't listen, in one sentence that names the option to change.
package struct ListenerFault: SentenceError, Sendable, Hashable {
    package let option: String
    package let address: ListenerAddress
    package let reason: String

    package var description: String {
        "Can't listen on \(address): \(reason); choose another address with \(option) HOST:PORT."
    }
}
