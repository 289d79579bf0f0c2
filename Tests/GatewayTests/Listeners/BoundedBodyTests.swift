import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NIOEmbedded
import NIOHTTP1
import NIOHTTPTypes
import Primitives
import TestSupport
import Testing

@testable import Gateway

/// Bodies of any length, read into memory that has an end.
@Suite(.timeLimit(.minutes(20)))
struct BoundedBodyTests {
    /// The parts of a body as they come, and how it ends; counts what was asked for.
    private struct Body: AsyncSequence, Sendable {
        enum Ending: Sendable {
            case whole
            case fault(any Error)
            /// The last part comes again and again.
            case endless
        }

        final class Asked: Sendable {
            let bytes = Locked(0)
            let parts = Locked(0)
        }

        let parts: [ByteBuffer]
        let ending: Ending
        let asked = Asked()

        init(_ parts: [ByteBuffer], _ ending: Ending = .whole) {
            self.parts = parts
            self.ending = ending
        }

        struct Iterator: AsyncIteratorProtocol {
            let body: Body
            var index = 0

            mutating func next() async throws -> ByteBuffer? {
                defer { index += 1 }
                body.asked.parts.withLock { $0 += 1 }
                var part = index < body.parts.count ? body.parts[index] : nil
                if part == nil {
                    switch body.ending {
                    case .whole: break
                    case .fault(let error): throw error
                    case .endless: part = body.parts.last
                    }
                }
                body.asked.bytes.withLock { $0 += part?.readableBytes ?? 0 }
                return part
            }
        }

        func makeAsyncIterator() -> Iterator { Iterator(body: self) }
    }

    private let channel = NIOAsyncTestingChannel()
    private var context: ListenerContext {
        ListenerContext(source: ApplicationRequestContextSource(channel: channel, logger: .quiet))
    }

    private static func request(_ body: Body, _ headers: HTTPFields = [:]) -> Request {
        let head = HTTPRequest(method: .post, scheme: "http", authority: "localhost", path: "/", headerFields: headers)
        return Request(head: head, body: RequestBody(asyncSequence: body))
    }

    private func read(_ body: Body, _ headers: HTTPFields = [:], limit: Int = 10) async throws -> [UInt8] {
        try await BoundedBody.read(Self.request(body, headers), limit: limit, context: context)
    }

    /// Parts of these lengths, whose bytes count on.
    private static func parts(_ lengths: [Int]) -> [ByteBuffer] {
        var next: UInt8 = 0
        return lengths.map { length in
            ByteBuffer(
                bytes: (0..<length).map { _ in
                    defer { next &+= 1 }
                    return next
                }
            )
        }
    }

    private static func bytes(_ count: Int) -> [UInt8] { (0..<count).map { UInt8(truncatingIfNeeded: $0) } }

    @Test(
        arguments: [
            [], [0], [10], [4, 6], [9, 1], [10, 0], [0, 10, 0, 0], Array(repeating: 1, count: 10),
        ] as [[Int]]
    )
    func `a body up to the limit comes whole, however it is cut, with or without its length`(_ lengths: [Int])
        async throws
    {
        let count = lengths.reduce(0, +)
        #expect(try await read(Body(Self.parts(lengths))) == Self.bytes(count))
        let headers: HTTPFields = [.contentLength: "\(count)"]
        #expect(try await read(Body(Self.parts(lengths)), headers) == Self.bytes(count))
    }

    @Test(
        arguments: [[11], [10, 1], [4, 7], [0, 11], [1, 10, 0], [11, 0], Array(repeating: 1, count: 11)] as [[Int]]
    )
    func `one byte more is too much, and is read to its end, so that the sender sees the answer`(_ lengths: [Int])
        async throws
    {
        let body = Body(Self.parts(lengths))
        let error = await #expect(throws: BoundedBody.TooLarge.self) { try await read(body) }
        #expect(error?.limit == 10 && error?.isUnread == false)
        #expect(body.asked.bytes.withLock { $0 } == lengths.reduce(0, +))
    }

    @Test func `a limit of nothing lets nothing in`() async throws {
        #expect(try await read(Body([]), limit: 0) == [])
        await #expect(throws: BoundedBody.TooLarge.self) { try await read(Body(Self.parts([1])), limit: 0) }
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func `however a body is cut, its length alone decides`(seed: UInt64) async throws {
        var dice = SeededGenerator(seed: seed)
        for _ in 0..<200 {
            let limit = Int.random(in: 0...40, using: &dice)
            let lengths = (0..<Int.random(in: 0...8, using: &dice)).map { _ in Int.random(in: 0...12, using: &dice) }
            let count = lengths.reduce(0, +)
            let body = Body(Self.parts(lengths))
            if count <= limit {
                #expect(try await read(body, limit: limit) == Self.bytes(count), "\(lengths) of \(limit)")
            } else {
                await #expect(throws: BoundedBody.TooLarge.self, "\(lengths) of \(limit)") {
                    try await read(body, limit: limit)
                }
            }
        }
    }

    @Test(arguments: ["11", "9223372036854775807"])
    func `one that says itself that it is too long is not read at all`(_ length: String) async throws {
        let body = Body(Self.parts([11]))
        let headers: HTTPFields = [.contentLength: length, .expect: "100-continue"]
        let error = await #expect(throws: BoundedBody.TooLarge.self) { try await read(body, headers) }
        #expect(error?.limit == 10 && error?.isUnread == true)
        #expect(body.asked.parts.withLock { $0 } == 0)
        #expect(try await channel.readOutbound(as: HTTPResponsePart.self) == nil)
    }

    @Test(arguments: ["", "abc", "99999999999999999999", "-1"])
    func `a length that is no number counts for nothing: what comes is counted`(_ length: String) async throws {
        #expect(try await read(Body(Self.parts([10])), [.contentLength: length]) == Self.bytes(10))
        await #expect(throws: BoundedBody.TooLarge.self) {
            try await read(Body(Self.parts([11])), [.contentLength: length])
        }
    }

    @Test func `a body without an end is given up after 16 MiB more than it may have`() async throws {
        let part = 64 << 10
        let body = Body([ByteBuffer(repeating: 0x20, count: part)], .endless)
        let error = await #expect(throws: BoundedBody.TooLarge.self) { try await read(body, limit: part) }
        #expect(error?.isUnread == false)
        #expect(body.asked.bytes.withLock { $0 } <= part + BoundedBody.patience + part)
    }

    @Test(
        arguments: [
            (HTTPParserError.invalidChunkSize as any Error, "chunk"),
            (ChannelError.inputClosed, "cut off before the body was whole"),
            (ChannelError.ioOnClosedChannel, "cut off before the body was whole"),
            (IOError(errnoCode: 104, reason: "read"), "cut off before the body was whole"),
        ]
    )
    func `one that does not come whole is refused by one sentence, and never taken for a whole one`(
        fault: any Error,
        words: String
    ) async throws {
        for lengths in [[], [10], [4, 4]] as [[Int]] {
            let error = await #expect(throws: BoundedBody.Broken.self) {
                try await read(Body(Self.parts(lengths), .fault(fault)))
            }
            #expect(error?.sentence.contains(words) == true, "\(error?.sentence ?? "")")
        }
        // Nor where it is too long already.
        await #expect(throws: BoundedBody.Broken.self) { try await read(Body(Self.parts([11]), .fault(fault))) }
    }

    @Test func `a request that is given up is no fault of its sender`() async throws {
        await #expect(throws: CancellationError.self) {
            try await read(Body(Self.parts([4]), .fault(CancellationError())))
        }
    }

    @Test(arguments: ["100-continue", "100-Continue"])
    func `whoever waits to be asked for the body is asked once`(_ expectation: String) async throws {
        _ = try await read(Body(Self.parts([10])), [.expect: expectation, .contentLength: "10"])
        #expect(try await channel.readOutbound(as: HTTPResponsePart.self) == .head(HTTPResponse(status: .continue)))
        #expect(try await channel.readOutbound(as: HTTPResponsePart.self) == nil)
    }

    @Test func `nobody else is`() async throws {
        _ = try await read(Body(Self.parts([10])), [.contentLength: "10"])
        #expect(try await channel.readOutbound(as: HTTPResponsePart.self) == nil)
    }

    // MARK: The end of a connection

    /// What is written of an answer.
    private struct Written: ResponseBodyWriter {
        let text: Text

        final class Text: Sendable {
            let buffer = Locked(ByteBuffer())
            let isFinished = Locked(false)
        }

        @concurrent mutating func write(_ buffer: ByteBuffer) async throws {
            text.buffer.withLock { _ = $0.writeImmutableBuffer(buffer) }
        }

        @concurrent consuming func finish(_ trailers: HTTPFields?) async throws {
            text.isFinished.withLock { $0 = true }
        }
    }

    @Test(arguments: [true, false])
    func `a refusal is written whole, what still comes is read for a while, and the connection is closed`(
        isUnread: Bool
    )
        async throws
    {
        try await channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).get()
        let body = Body([ByteBuffer(repeating: 0x20, count: 64 << 10)], .endless)
        let refusal = Response(status: .contentTooLarge, body: .init(byteBuffer: ByteBuffer(string: "too large")))
        let answer = BoundedBody.closing(
            refusal,
            request: Self.request(body),
            context: context,
            isUnread: isUnread
        )
        #expect(answer.headers[.connection] == "close" && answer.body.contentLength == 9)
        let text = Written.Text()
        try await answer.body.write(Written(text: text))
        #expect(text.buffer.withLock { String(buffer: $0) } == "too large")
        #expect(text.isFinished.withLock { $0 })
        let read = body.asked.bytes.withLock { $0 }
        let most = BoundedBody.patience
        #expect(isUnread ? (most...most + (128 << 10)).contains(read) : read == 0)
        try await waitUntil("the connection is closed") { !channel.isActive }
    }
}
