import Domain
import HTTPTypes
package import Hummingbird
import Logging
import NIOCore

/// Answers on the receiver's listener: webhooks in, and nothing else.
///
/// This is the busiest path of the program, so it has no router, no middleware and no logging of what went well.
package struct ReceiverResponder: HTTPResponder {
    package typealias Context = ListenerContext

    package static let pathPrefix = "/elements/api-v2/events/sfdc/"

    let engine: any GatewayEngine
    let directory: ReceiverDirectory
    let metrics: GatewayMetrics
    let bodyLimit: Int
    let now: @Sendable () -> Timestamp
    let logger: Logger

    package func respond(to request: Request, context: ListenerContext) async throws -> Response {
        do {
            let reply = try await reply(to: request)
            metrics.webhook(status: reply.status.code)
            return reply
        } catch let error as BoundedBody.TooLarge {
            let refusal = refusal(APIError(error))
            return BoundedBody.closing(refusal, request: request, context: context, isUnread: error.isUnread)
        } catch {
            let failure = APIError(error)
            if failure.status.kind == .serverError {
                logger.error("A webhook was not stored.", metadata: ["error": "\(error)"])
            }
            return refusal(failure)
        }
    }

    private func reply(to request: Request) async throws -> Response {
        guard let address = Self.address(request.head.path ?? "") else {
            throw APIError.notFound("Nothing is here; webhooks go to \(Self.pathPrefix){receiverToken}.")
        }
        guard request.method == .post else {
            throw APIError(.methodNotAllowed, "Webhooks are sent with POST.", headers: [.allow: "POST"])
        }
        guard let entry = try await directory.entry(address.token) else {
            throw APIError.notFound(
                "The receiver token belongs to no instance; GET /instances/{id}/webhook shows the address."
            )
        }
        let body = try await BoundedBody.read(request, limit: bodyLimit)
        let instance = entry.instance
        try Self.verify(request.headers, body: body, entry: entry, now: now())
        // Only who knows the secret learns that an instance is switched off.
        guard instance.isActive else {
            throw APIError(
                .conflict,
                instance.isDisabled
                    ? "The instance is disabled; nothing was stored. Enable it with PUT /instances/{id}/enabled."
                    : "Events are switched off for this instance; nothing was stored."
            )
        }
        let result = try await engine.accept(webhook: body, for: instance)
        return Self.accepted(result)
    }

    private static func verify(
        _ headers: HTTPFields,
        body: [UInt8],
        entry: ReceiverDirectory.Entry,
        now: Timestamp
    ) throws(APIError) {
        guard let id = headers[.webhookID], let timestamp = headers[.webhookTimestamp],
            let signature = headers[.webhookSignature]
        else {
            // A half-signed request is no unsigned one: something on the way dropped a header.
            let isUnsigned =
                headers[.webhookSignature] == nil && headers[.webhookTimestamp] == nil && headers[.webhookID] == nil
            if isUnsigned, entry.instance.configuration.unsignedWebhooks { return }
            throw APIError(
                .unauthorized,
                "The request is not signed: webhook-id, webhook-timestamp and webhook-signature are needed."
            )
        }
        let fault = entry.verifier.fault(id: id, timestamp: timestamp, signature: signature, body: body, now: now)
        if let fault { throw APIError(.unauthorized, fault) }
    }

    /// The token in the path; nil where the path is not the receiver's.
    static func address(_ path: String) -> (token: String, isOutboundMessage: Bool)? {
        let bytes = path.utf8
        guard bytes.starts(with: pathPrefix.utf8) else { return nil }
        let rest = bytes.dropFirst(pathPrefix.utf8.count).prefix { $0 != 0x3F }
        let parts = rest.split(separator: 0x2F)
        guard let token = parts.first.flatMap({ String($0) }), token.utf8.count <= 256 else { return nil }
        switch parts.count {
        case 1: return (token, false)
        case 2 where String(parts[1]) == "outbound": return (token, true)
        default: return nil
        }
    }

    private static func accepted(_ result: IntakeResult) -> Response {
        Response(
            status: .accepted,
            headers: [.contentType: "application/json; charset=utf-8"],
            body: .init(
                byteBuffer: ByteBuffer(string: #"{"events":\#(result.events),"repeats":\#(result.repeats)}"#)
            )
        )
    }

    private func refusal(_ error: APIError) -> Response {
        metrics.webhook(status: error.status.code)
        let requestID = RandomToken.make(bytes: 12)
        return Reply.error(error, requestID: requestID).response(requestID: requestID)
    }
}
