import Domain
import Tracing

/// The span of one post to a callback, whose `traceparent` the callback gets. No address but its host: a path may be a secret.
struct AttemptSpan: Sendable {
    private struct Fields: Injector {
        func inject(_ value: String, forKey key: String, into carrier: inout [(name: String, value: String)]) {
            // One of the instance's own goes before it.
            guard !carrier.contains(where: { $0.name.lowercased() == key.lowercased() }) else { return }
            carrier.append((name: key, value: value))
        }
    }

    private let tracer: any Tracer
    private let span: any Tracing.Span

    init(_ request: CallbackRequest, _ traces: EventTraces) {
        tracer = traces.tracer
        // A notification has the number of its first event, and its events came in one batch.
        let context = traces.context(of: request.notificationID)
        span = tracer.startSpan("post callback", context: context, ofKind: .client)
        span.updateAttributes { attributes in
            attributes["http.request.method"] = "POST"
            attributes["server.address"] = HTTPAddress.authority(of: request.url)
            attributes["signalbox.notification"] = request.notificationID
            attributes["signalbox.event"] = request.eventID
            attributes["signalbox.attempt"] = request.attempt
            attributes["signalbox.replay"] = request.isReplay
        }
    }

    func inject(into headers: inout [(name: String, value: String)]) {
        tracer.inject(span.context, into: &headers, using: Fields())
    }

    func end(_ reply: CallbackReply) {
        switch reply.outcome {
        case .response(let status):
            span.attributes["http.response.status_code"] = status
            if !reply.outcome.isSuccess { span.setStatus(SpanStatus(code: .error)) }
        case .failure(let reason): span.setStatus(SpanStatus(code: .error, message: "\(reason)"))
        }
        span.end()
    }
}
