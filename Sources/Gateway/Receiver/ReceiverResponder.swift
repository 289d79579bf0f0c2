import Domain
import EngineAPI
import HTTPTypes
package import Hummingbird
import Logging
import NIOCore
import Primitives
import Tracing

/// Answers on the receiver's listener: webhooks in, and nothing else.
///
/// This is the busiest path of the program, so it has no router, no middleware and no logging of what went well.
package struct ReceiverResponder: HTTPResponder {
    package typealias Context = ListenerContext

    package static let pathPrefix = "/elements/api-v2/events/sfdc/"

    private static let loggedNotifications = 20

    let engine: any ListenerEngine
    let metrics: GatewayMetrics
    var tracer: (any Tracer)?
    let bodyLimit: Int
    var slots = InstanceSlots(limit: 512)
    let logger: Logger

    package func respond(to request: Request, context: ListenerContext) async throws -> Response {
        guard let tracer else { return await answer(to: request, context: context) }
        return try await WebhookSpan.around(request, tracer) { await answer(to: request, context: context) }
    }

    private func answer(to request: Request, context: ListenerContext) async -> Response {
        let begin = ContinuousClock.now
        if let token = Self.outboundToken(request.head.path ?? "") {
            return await outboundMessage(request, token: token, context: context, since: begin)
        }
        do {
            let reply = try await reply(to: request, context: context)
            metrics.webhook(status: reply.status.code, since: begin)
            return reply
        } catch let error as BoundedBody.TooLarge {
            let refusal = refusal(APIError(error))
            return BoundedBody.closing(refusal, request: request, context: context, isUnread: error.isUnread)
        } catch let error as ClientError where error.kind == .invalid {
            return refusal(APIError(.unprocessableContent, error.message))
        } catch {
            let failure = APIError(error)
            if failure.status.kind == .serverError {
                logger.error("A webhook was not stored.", metadata: ["error": "\(error)"])
            }
            return refusal(failure)
        }
    }

    private func reply(to request: Request, context: ListenerContext) async throws -> Response {
        guard let token = Self.token(request.head.path ?? "") else {
            throw APIError.notFound("Nothing is here; webhooks go to \(Self.pathPrefix){receiverToken}.")
        }
        guard request.method == .post else {
            throw APIError(.methodNotAllowed, "Webhooks are sent with POST.", headers: [.allow: "POST"])
        }
        guard let instance = try await engine.receiver(token: token) else {
            throw APIError.notFound(
                "The receiver token belongs to no instance; GET /instances/{id}/webhook shows the address."
            )
        }
        try enter(instance)
        defer { slots.leave(instance) }
        let body = try await BoundedBody.read(request, limit: bodyLimit, context: context)
        let webhook = ReceivedWebhook(
            id: request.headers[.webhookID],
            timestamp: request.headers[.webhookTimestamp],
            signature: request.headers[.webhookSignature],
            body: body,
            coding: ContentCoding.foreign(request.headers)
        )
        let result = try await Self.beside(body) { try await engine.receive(webhook, for: instance) }
        // The numbers of the notifications join this line to those of their attempts.
        logger.debug(
            "Webhook stored",
            metadata: [
                "instance": "\(instance)", "webhook": "\(webhook.id ?? "")", "events": "\(result.events)",
                "repeats": "\(result.repeats)",
                "notifications":
                    "\(result.ready.prefix(Self.loggedNotifications).map(String.init).joined(separator: " "))",
            ]
        )
        return Self.accepted(result)
    }

    /// Bytes of a body that is verified and parsed in so short a time, some 0.2 ms, that other connections can wait for it.
    static let longestOnLoop = 32 * 1024

    /// Works on a body: on its connection's event loop, or beside it if the body is long.
    static func beside<Value: Sendable>(
        _ body: [UInt8],
        _ work: @concurrent @Sendable () async throws -> Value
    ) async throws -> Value {
        guard body.count > longestOnLoop else { return try await work() }
        return try await withTaskExecutorPreference(globalConcurrentExecutor) { try await work() }
    }

    /// To be followed by `slots.leave`.
    func enter(_ id: InstanceID) throws(APIError) {
        guard !slots.enter(id) else { return }
        throw APIError(
            .serviceUnavailable,
            "\(slots.limit) webhooks of this instance are under way, which is its share; send it again.",
            headers: [.retryAfter: "1"]
        )
    }

    /// The token in the path; nil where the path is not the receiver's.
    static func token(_ path: String) -> String? {
        let bytes = path.utf8
        guard bytes.starts(with: pathPrefix.utf8) else { return nil }
        let token = bytes.dropFirst(pathPrefix.utf8.count).prefix { $0 != 0x3F }
        guard !token.isEmpty, token.count <= 256, !token.contains(0x2F) else { return nil }
        return String(token)
    }

    private static func accepted(_ result: IntakeResult) -> Response {
        Response(
            status: .accepted,
            headers: acceptedHeaders,
            body: .init(
                byteBuffer: result.events == 1 && result.repeats == 0 ? one : counts(result.events, result.repeats)
            )
        )
    }

    private static func counts(_ events: Int, _ repeats: Int) -> ByteBuffer {
        ByteBuffer(string: #"{"events":\#(events),"repeats":\#(repeats)}"#)
    }

    private static let acceptedHeaders: HTTPFields = [.contentType: "application/json; charset=utf-8"]
    /// Most webhooks bring one event.
    private static let one = counts(1, 0)

    private func refusal(_ error: APIError) -> Response {
        metrics.webhook(status: error.status.code)
        let requestID = RandomToken.make(bytes: 12)
        return Reply.error(error, requestID: requestID).response(requestID: requestID)
    }
}

extension HTTPField.Name {
    static let webhookID = known(ReceivedWebhook.idHeader)
    static let webhookTimestamp = known(ReceivedWebhook.timestampHeader)
    static let webhookSignature = known(ReceivedWebhook.signatureHeader)
}
