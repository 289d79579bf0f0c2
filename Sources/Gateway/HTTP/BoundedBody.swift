import HTTPTypes
import Hummingbird
import NIOCore
import NIOHTTP1
import NIOHTTPTypes

/// Reads request bodies that may be of any length into memory that may not.
enum BoundedBody {
    /// The body is longer than it may be.
    struct TooLarge: Error {
        let limit: Int
        /// Bytes of the body may still be on their way: the connection can't serve another request.
        let isUnread: Bool
    }

    /// The body did not come whole: its framing is broken, or the connection was cut off.
    struct Broken: Error {
        let sentence: String
    }

    /// What is read and thrown away beyond the limit, so that the sender sees the answer and not a reset connection: many
    /// read nothing before they have sent all.
    static let patience = 16 << 20

    /// - Throws: `TooLarge`, `Broken`, `CancellationError`.
    static func read(_ request: Request, limit: Int, context: ListenerContext) async throws -> [UInt8] {
        if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > limit {
            throw TooLarge(limit: limit, isUnread: true)
        }
        if request.headers[.expect]?.lowercased() == "100-continue" {
            // Only now is it sure that the body is wanted. A connection that ends meanwhile is told by the read below.
            try? await context.channel.writeAndFlush(HTTPResponsePart.head(HTTPResponse(status: .continue)))
        }
        do {
            return try await collect(request.body, limit: limit)
        } catch let fault as HTTPParserError {
            throw Broken(sentence: BrokenRequest.sentence(fault))
        } catch let error where error is IOError || error is ChannelError {
            throw Broken(sentence: "The connection was cut off before the body was whole.")
        }
    }

    private static func collect(_ body: RequestBody, limit: Int) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        var excess = 0
        for try await buffer in body {
            if excess == 0, bytes.count + buffer.readableBytes <= limit {
                if bytes.isEmpty { bytes = [UInt8](buffer: buffer) } else { bytes += buffer.readableBytesView }
            } else {
                excess += buffer.readableBytes
                bytes = []
                if excess > patience { throw TooLarge(limit: limit, isUnread: false) }
            }
        }
        guard excess == 0 else { throw TooLarge(limit: limit, isUnread: false) }
        return bytes
    }

    /// Lets `response` end the connection: what is still to come of the request is read for a while, then cut off.
    static func closing(_ response: Response, request: Request, context: ListenerContext, isUnread: Bool) -> Response {
        var response = response
        response.headers[.connection] = "close"
        let body = response.body
        let channel = context.channel
        response.body = ResponseBody(contentLength: body.contentLength) { writer in
            try await body.write(Borrowed(writer))
            try await writer.finish(nil)
            if isUnread {
                var left = patience
                for try await buffer in request.body {
                    left -= buffer.readableBytes
                    if left < 0 { break }
                }
            }
            channel.close(promise: nil)
        }
        return response
    }

    /// Writes on without finishing, so that more can be done after the last byte.
    private struct Borrowed: ResponseBodyWriter {
        var writer: any ResponseBodyWriter

        init(_ writer: any ResponseBodyWriter) { self.writer = writer }

        @concurrent mutating func write(_ buffer: ByteBuffer) async throws { try await writer.write(buffer) }
        @concurrent consuming func finish(_ trailers: HTTPFields?) async throws {}
    }
}
