import Domain
import EngineAPI
import HTTPTypes
import Hummingbird
import NIOCore
import Primitives

/// What a handler answers.
struct Reply: Sendable {
    enum Content: Sendable {
        case empty
        case json(JSON)
        case bytes([UInt8], type: String)
        case stream(type: String, ResponseBody)
    }

    static let jsonType = "application/json; charset=utf-8"

    var status: HTTPResponse.Status = .ok
    var headers: HTTPFields = [:]
    var content: Content

    static func json(_ value: JSON, status: HTTPResponse.Status = .ok) -> Reply {
        Reply(status: status, content: .json(value))
    }

    static func text(_ text: String, type: String = "text/plain; charset=utf-8") -> Reply {
        Reply(content: .bytes(Array(text.utf8), type: type))
    }

    /// With `isFull` it says all that the engine's interface does: the kind, and whether the very same may work later.
    static func error(_ error: APIError, requestID: String, isFull: Bool = false) -> Reply {
        var members = [JSON.Member("requestId", .string(requestID)), JSON.Member("message", .string(error.message))]
        if let provider = error.providerMessage { members.append(JSON.Member("providerMessage", .string(provider))) }
        if isFull {
            members += (error.wire.wire.members ?? []).filter { !Self.shortMembers.contains($0.name) }
        }
        return Reply(status: error.status, headers: error.headers, content: .json(.object(members)))
    }

    private static let shortMembers: Set<String> = ["message", "providerMessage"]

    /// As Hummingbird sends it; answers are never cached and never sniffed.
    func response(requestID: String) -> Response {
        var headers = headers
        headers[.elementsRequestID] = requestID
        if headers[.cacheControl] == nil { headers[.cacheControl] = "no-store" }
        headers[.contentTypeOptions] = "nosniff"
        switch content {
        case .empty: return Response(status: status, headers: headers)
        case .json(let value):
            headers[.contentType] = Self.jsonType
            return Response(status: status, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: value.bytes)))
        case .bytes(let bytes, let type):
            headers[.contentType] = type
            return Response(status: status, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
        case .stream(let type, let body):
            headers[.contentType] = type
            return Response(status: status, headers: headers, body: body)
        }
    }
}
