import Domain
import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import Primitives

/// Answers requests whose framing is broken, and `Expect: 100-continue`; stands right behind the parser.
///
/// A sender that breaks HTTP gets one 4xx, and the connection ends: what follows on it can't be told from the body.
/// Where the request itself was answered before its body broke, nothing more is said. Whoever reads a body is thrown the
/// same error (`BoundedBody.Broken`), so that no half request is ever taken for a whole one.
///
/// A sender that waits for `100 Continue` (RFC 9110, 10.1.1) gets it when its body is asked for, by `BoundedBody`. A final
/// answer before that is the refusal: the body will not be read, so the connection ends with it.
final class RequestFramingHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    /// The parser is within a body.
    private var isInBody = false
    /// The sender of this body waits for `100 Continue`.
    private var isExpecting = false
    /// Heads that were read, and answers that were begun; requests may be sent ahead of the answers before them.
    private var heads = 0
    private var answers = 0
    private var closesAtEnd = false
    private var fault: HTTPParserError?
    /// Our own words are on their way in the place of the server's empty 400.
    private var replaced: ByteBuffer?

    /// The version of a request is known only before this place.
    func handlerAdded(context: ChannelHandlerContext) {
        let pipeline = context.pipeline.syncOperations
        guard let parser = try? pipeline.handler(type: ByteToMessageHandler<HTTPRequestDecoder>.self) else { return }
        let place = ChannelPipeline.SynchronousOperations.Position.after(parser)
        try? pipeline.addHandler(FormerVersionHandler(), position: place)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard fault == nil else { return }
        switch Self.unwrapInboundIn(data) {
        case .head(let head):
            guard Self.hasKnownCoding(head) else {
                errorCaught(context: context, error: HTTPParserError.unknown)
                return
            }
            isInBody = true
            heads += 1
            isExpecting = head.headerFields[.expect]?.lowercased() == "100-continue"
        case .body:
            // It did not wait any longer.
            isExpecting = false
        case .end:
            isInBody = false
            isExpecting = false
        }
        context.fireChannelRead(data)
    }

    /// The parser takes any codings that end with `chunked`, and nothing here undoes them: a body that is still packed must
    /// not be taken for the one that was meant (RFC 9112, 6.1).
    private static func hasKnownCoding(_ head: HTTPRequest) -> Bool {
        let codings = head.headerFields[values: .transferEncoding]
        return codings.isEmpty || codings.count == 1 && codings[0].trimmed.lowercased() == "chunked"
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch error {
        case is IOError, is ChannelError:
            context.fireErrorCaught(error)
            return
        default: break
        }
        guard fault == nil else { return }
        fault = error as? HTTPParserError ?? .unknown
        if isInBody, answers == heads {
            context.close(promise: nil)
        } else {
            // Behind the requests before it, so that their answers come first.
            context.fireErrorCaught(fault ?? .unknown)
        }
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch Self.unwrapOutboundIn(data) {
        case .head(var head):
            if head.status.kind == .informational {
                isExpecting = false
                context.write(data, promise: promise)
                return
            }
            answers += 1
            // A broken head was never read as one; the answer to it is one more than there were heads.
            let isLast = fault != nil && answers == heads + (isInBody ? 0 : 1)
            if isLast, let fault, head.status == .badRequest, head.headerFields[.contentLength] == "0" {
                let requestID = RandomToken.make(bytes: 12)
                let body = ByteBuffer(string: BrokenRequest.json(fault, requestID: requestID))
                head.status = BrokenRequest.status(fault)
                head.headerFields[.elementsRequestID] = requestID
                head.headerFields[.contentType] = "application/json; charset=utf-8"
                head.headerFields[.contentLength] = String(body.readableBytes)
                replaced = body
            }
            if isLast || isInBody && isExpecting && answers == heads {
                closesAtEnd = true
                head.headerFields[.connection] = "close"
            }
            context.write(Self.wrapOutboundOut(.head(head)), promise: promise)
        case .body: context.write(data, promise: promise)
        case .end:
            if let body = replaced {
                replaced = nil
                context.write(Self.wrapOutboundOut(.body(body)), promise: nil)
            }
            guard closesAtEnd else {
                context.write(data, promise: promise)
                return
            }
            context.writeAndFlush(data, promise: promise)
            context.close(promise: nil)
        }
    }
}

/// What is said of a request that is no HTTP; the sender's fault, and never an error of ours.
enum BrokenRequest {
    static func status(_ fault: HTTPParserError) -> HTTPResponse.Status {
        fault == .headerOverflow ? .requestHeaderFieldsTooLarge : .badRequest
    }

    static func sentence(_ fault: HTTPParserError) -> String {
        switch fault {
        case .headerOverflow: "The request's headers are larger than 32 KiB, or a single one than 16 KiB."
        case .invalidChunkSize:
            "A chunk of the body has no valid size; the framing of Transfer-Encoding: chunked is broken."
        case .invalidEOFState: "The request ended before it was whole."
        case .invalidContentLength, .unexpectedContentLength:
            "Content-Length is no number, comes twice, or stands beside Transfer-Encoding."
        case .invalidVersion: "The request's HTTP version is not supported; use HTTP/1.1."
        case .invalidMethod: "The request's method is not an HTTP method."
        case .invalidURL, .invalidPath, .invalidHost, .invalidPort, .invalidQueryString, .invalidFragment:
            "The request's address can't be read."
        case .invalidHeaderToken: "A header of the request has characters that HTTP forbids."
        default: "The request is no valid HTTP/1.1: its head, transfer coding or chunks are broken."
        }
    }

    static func json(_ fault: HTTPParserError, requestID: String) -> String {
        #"{"requestId":"\#(requestID)","message":"\#(sentence(fault))"}"#
    }
}
