import Domain
import EngineAPI
import HTTPTypes
import Hummingbird
import Logging

extension ReceiverResponder {
    private static let outboundSuffix = InstanceOverview.outboundMessageSuffix

    /// The token of `…/{receiverToken}/outbound`; nil for any other path.
    static func outboundToken(_ path: String) -> String? {
        let path = path.prefix { $0 != "?" }
        guard path.hasSuffix(outboundSuffix) else { return nil }
        return token(String(path.dropLast(outboundSuffix.count)))
    }

    /// Salesforce can't sign Outbound Messages: the unguessable token is their secret, and counts as one here alone.
    ///
    /// The acknowledgement goes out after the commit; after any other answer Salesforce sends the message again.
    func outboundMessage(_ request: Request, token: String, context: ListenerContext) async -> Response {
        do {
            guard request.method == .post else {
                throw APIError(.methodNotAllowed, "Outbound Messages are sent with POST.", headers: [.allow: "POST"])
            }
            guard let instance = try await engine.receiver(token: token) else {
                throw APIError.notFound("The receiver token belongs to no instance.")
            }
            try enter(instance)
            defer { places.leave(instance.id) }
            let body = try await BoundedBody.read(request, limit: bodyLimit, context: context)
            try await engine.receiveOutboundMessage(body, for: instance)
            metrics.webhook(status: 200)
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
