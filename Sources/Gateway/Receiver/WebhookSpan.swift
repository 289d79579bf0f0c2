import HTTPTypes
import Hummingbird
import Tracing

/// The span of one request to the receiver, from its head to its answer. No path: it holds the receiver's token.
enum WebhookSpan {
    private struct Fields: Extractor {
        func extract(key: String, from carrier: HTTPFields) -> String? {
            HTTPField.Name(key).flatMap { carrier[$0] }
        }
    }

    /// Longer ids of webhooks are cut.
    private static let longestID = 256

    /// What `answer` stores is below it, and it is below what the sender says.
    static func around(
        _ request: Request,
        _ tracer: any Tracer,
        _ answer: () async throws -> Response
    ) async throws -> Response {
        var context = InstrumentationContext.topLevel
        tracer.extract(request.headers, into: &context, using: Fields())
        let span = tracer.startSpan("receive webhook", context: context, ofKind: .server)
        defer { span.end() }
        do {
            let response = try await InstrumentationContext.$current.withValue(span.context) { try await answer() }
            span.updateAttributes { attributes in
                attributes["http.request.method"] = request.method.rawValue
                attributes["http.response.status_code"] = response.status.code
                attributes["signalbox.webhook"] = request.headers[.webhookID].map { String($0.prefix(longestID)) }
                // Only refusals have one.
                attributes["signalbox.request"] = response.headers[.elementsRequestID]
            }
            if response.status.kind == .serverError { span.setStatus(SpanStatus(code: .error)) }
            return response
        } catch {
            span.recordError(error)
            throw error
        }
    }
}
