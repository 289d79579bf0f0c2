import Domain
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Primitives
import ServiceLifecycle

/// An HTTP server that takes any request as a notification and answers as it is told.
struct CallbackListener: Sendable {
    private static let maximumBody = 16 << 20

    var address: HostPort
    var delay = Duration.zero
    var logger: Logger
    var now: @Sendable () -> Timestamp
    /// Called once, with the address that was bound.
    var onRunning: @Sendable (HostPort) async -> Void
    /// Called for each request, before the answer; gives the answer.
    var receive: @Sendable (ReceivedNotification) async throws -> ListenerAnswer

    /// The server as a service that stops with its group.
    func service() -> some Service {
        let listener = self
        let responder = CallbackResponder<BasicRequestContext> { request, _ in
            try await listener.respond(to: request)
        }
        return Application(
            responder: responder,
            configuration: ApplicationConfiguration(
                address: .hostname(address.host, port: address.port),
                serverName: "signalbox-listen"
            ),
            onServerRunning: { channel in
                await listener.onRunning(HostPort(host: listener.address.host, port: channel.localAddress?.port ?? 0))
            },
            logger: logger
        )
    }

    private func respond(to request: Request) async throws -> Response {
        let body = try await request.body.collect(upTo: Self.maximumBody)
        let notification = ReceivedNotification(
            receivedAt: now(),
            method: request.method.rawValue,
            path: request.uri.description,
            headers: request.headers.map { (name: $0.name.canonicalName, value: $0.value) },
            body: Array(body.readableBytesView)
        )
        let answer = try await receive(notification)
        if delay > .zero { try await Task.sleep(for: delay) }
        return Response(
            status: HTTPResponse.Status(code: answer.status),
            headers: [.contentType: "application/json"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: answer.body.bytes))
        )
    }
}

/// What a callback says to a notification.
struct ListenerAnswer: Sendable, Hashable {
    var status: Int
    /// One sentence, if it is refused.
    var refusal: String?

    var body: JSON { refusal.map { ["message": .string($0)] } ?? .object([]) }
}
