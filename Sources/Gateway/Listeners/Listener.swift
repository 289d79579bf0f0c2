import Domain
import Glibc
package import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import ServiceLifecycle

/// One of the two servers, as a service.
package struct Listener<Responder: HTTPResponder>: Service where Responder.Context == ListenerContext {
    struct Limits {
        var connections: Int
        var idleTimeout: TimeAmount
        var headTimeout: TimeAmount
        var bodyTimeout: TimeAmount
    }

    /// The option that sets its address, for messages.
    let option: String
    let address: ListenerAddress
    let responder: Responder
    let limits: Limits
    let onBound: @Sendable (ListenerAddress) async -> Void
    let logger: Logger

    /// The server; tests run it with another address.
    package var application: Application<Responder> {
        let (headTimeout, bodyTimeout) = (limits.headTimeout, limits.bodyTimeout)
        let address = address
        let onBound = onBound
        let places = ConnectionPlaces(limit: limits.connections)
        return Application(
            responder: responder,
            server: .http1(
                configuration: .init(
                    additionalChannelHandlers: [
                        RequestFramingHandler(), ConnectionPlaceHandler(places: places),
                        RequestDeadlineHandler(firstHead: headTimeout, wholeBody: bodyTimeout),
                    ],
                    idleTimeout: limits.idleTimeout,
                    httpDecoderConfiguration: .init(
                        maxHeaderFieldSize: 16 << 10,
                        maxHeaderListSize: 32 << 10,
                        maxHeaderFieldCount: 100
                    )
                )
            ),
            configuration: .init(
                address: .hostname(address.host, port: address.port),
                availableConnectionsDelegate: PlacesDelegate(places: places)
            ),
            onServerRunning: { channel in
                await onBound(ListenerAddress(host: address.host, port: channel.localAddress?.port ?? address.port))
            },
            logger: serverLogger
        )
    }

    /// What the server says of itself while it ends hides the one sentence that says why; we say all else ourselves.
    private var serverLogger: Logger {
        var quiet = logger
        if logger.logLevel > .debug { quiet.logLevel = .critical }
        return quiet
    }

    package func run() async throws {
        do {
            try await application.run()
        } catch let error as IOError {
            throw ListenerFault(option: option, address: address, reason: Self.reason(error.errnoCode))
        } catch is SocketAddressError.UnknownHost {
            throw ListenerFault(option: option, address: address, reason: "there is no host of that name or address")
        } catch is SocketAddressError {
            throw ListenerFault(option: option, address: address, reason: "the host name leads nowhere")
        }
    }

    private static func reason(_ code: CInt) -> String {
        switch code {
        case EADDRINUSE: "another program uses the port"
        case EACCES: "this port needs more rights"
        case EADDRNOTAVAIL: "the address is not one of this machine"
        default: unsafe String(cString: strerror(code))
        }
    }
}

/// Why a listener can't listen, in one sentence that names the option to change.
package struct ListenerFault: SentenceError, Sendable, Hashable {
    package let option: String
    package let address: ListenerAddress
    package let reason: String

    package var description: String {
        "Can't listen on \(address): \(reason); choose another address with \(option) HOST:PORT."
    }
}
