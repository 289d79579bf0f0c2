import Domain
import EngineAPI
import HTTPTypes
import Hummingbird
import Logging

extension ReceiverResponder {
    private static let outboundSuffix = InstanceOverview.outboundMessageSuffix

    /// The token of `…/{receiverToken}/outbound`; nil for any other path.
    static func outboundToken(_ path: String) -> String? {
        let path = path.utf8.prefix { $0 != 0x3F }
        let suffix = outboundSuffix.utf8
        guard path.suffix(suffix.count).elementsEqual(suffix) else { return nil }
        return token(String(Substring(path.dropLast(suffix.count))))
    }

    /// Salesforce can't sign Outbound Messages: the unguessable token is their secret, and counts as one here alone.
    ///
    /// The acknowledgement goes out after the commit; after any other answer Salesforce sends the message again.
    func outboundMessage(
        _ request: Request,
        token: String,
        context: ListenerContext,
        since begin: ContinuousClock.Instant
    ) async -> Response {
        do {
            guard request.method == .post else {
                throw APIError(.methodNotAllowed, "Outbound Messages are sent with POST.", headers: [.allow: "POST"])
            }
            guard let instance = try await engine.receiver(token: token) else {
                throw APIError.notFound("The receiver token belongs to no instance.")
            }
            try enter(instance)
            defer { slots.leave(instance) }
            let body = try await BoundedBody.read(request, limit: bodyLimit, context: context)
            try ContentCoding.check(request.headers)
            try await Self.beside(body) { try await engine.receiveOutboundMessage(body, for: instance) }
            metrics.webhook(status: 200, since: begin)
            return OutboundAnswer.accepted()
        } catch {
            let failure = APIError(error)
            if failure.status.kind == .serverError {
                logger.error("An Outbound Message was not stored.", metadata: ["error": "\(error)"])
            }
            metrics.webhook(status: failure.status.code)
            let refusal = OutboundAnswer.refusal(failure)
            guard let error = error as? BoundedBody.TooLarge else { return refusal }
            return BoundedBody.closing(refusal, request: request, context: context, isUnread: error.isUnread)
        }
    }
}
