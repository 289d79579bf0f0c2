import HTTPTypes
import Hummingbird
import NIOCore

/// What a request brings along from its connection.
struct OrgRequestContext: InitializableFromSource {
    let channel: any Channel

    init(source: ApplicationRequestContextSource) {
        channel = source.channel
    }
}

/// Carries requests from sockets to the org and its answers back, with what happens to them on the way.
struct OrgResponder: HTTPResponder {
    /// The largest body that a deployment may have, with room for its envelope.
    static let maximumBody = 64 * 1_024 * 1_024

    let org: Org

    func respond(to request: Request, context: OrgRequestContext) async throws -> Response {
        let body: ByteBuffer
        do {
            body = try await request.body.collect(upTo: Self.maximumBody)
        } catch {
            return Response(status: .contentTooLarge)
        }
        var headers: [String: String] = [:]
        for field in request.headers { headers[field.name.canonicalName] = field.value }
        let answer = await org.respond(
            to: SimulatedRequest(
                request.method.rawValue,
                request.head.path ?? "/",
                headers: headers,
                body: Array(body.readableBytesView)
            )
        )
        return try await deliver(answer, channel: context.channel)
    }

    private func deliver(_ answer: SimulatedResponse, channel: any Channel) async throws -> Response {
        switch answer.transport {
        case .intact: return response(answer, body: .init(byteBuffer: ByteBuffer(bytes: answer.body)))
        case .slow(let seconds):
            try await Task.sleep(for: .seconds(seconds))
            return response(answer, body: .init(byteBuffer: ByteBuffer(bytes: answer.body)))
        case .reset:
            try await channel.close()
            throw ConnectionCut()
        case .truncated(let count):
            let start = ByteBuffer(bytes: answer.body.prefix(count))
            let body = ResponseBody(contentLength: answer.body.count) { writer in
                try await writer.write(start)
                // Promises more than it keeps.
                throw ConnectionCut()
            }
            return response(answer, body: body)
        }
    }

    private func response(_ answer: SimulatedResponse, body: ResponseBody) -> Response {
        var fields = HTTPFields()
        for (name, value) in answer.headers {
            if let name = HTTPField.Name(name) { fields[name] = value }
        }
        return Response(status: .init(code: answer.status), headers: fields, body: body)
    }
}

/// Ends a connection as a fault rule wants it.
private struct ConnectionCut: Error {}
