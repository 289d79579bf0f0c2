import NIOCore
import NIOPosix

/// A client that sends bytes as they are. Whatever it waits for ends after its deadline.
enum RawConnection {
    /// Connects, hands itself to `body`, and closes.
    static func open<Result: Sendable>(
        port: Int,
        within deadline: TimeAmount = .seconds(120),
        _ body: (inout RawDialogue) async throws -> Result
    ) async throws -> Result {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(ChannelOptions.allowRemoteHalfClosure, value: true)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(
                        wrappingChannelSynchronously: channel,
                        configuration: .init(isOutboundHalfClosureEnabled: true)
                    )
                }
            }
        let end = channel.channel.eventLoop.scheduleTask(in: deadline) { channel.channel.close(promise: nil) }
        defer { end.cancel() }
        return try await channel.executeThenClose { inbound, outbound in
            var dialogue = RawDialogue(inbound: inbound.makeAsyncIterator(), outbound: outbound)
            return try await body(&dialogue)
        }
    }
}

/// What is said on a connection, and what came back so far.
struct RawDialogue {
    private var inbound: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
    private let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    private(set) var received = ""
    private(set) var isOver = false

    init(
        inbound: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator,
        outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    ) {
        self.inbound = inbound
        self.outbound = outbound
    }

    func send(_ text: String) async throws { try await send(Array(text.utf8)) }

    func send(_ bytes: [UInt8]) async throws { try await outbound.write(ByteBuffer(bytes: bytes)) }

    /// Says that nothing more will come, and listens on.
    func endSending() { outbound.finish() }

    /// Reads until the answer contains this, or the connection is over.
    @discardableResult
    mutating func read(until part: String) async -> Bool {
        var isThere = received.contains(part)
        while !isThere, !isOver {
            let before = received.utf8.count
            await readOn()
            // Only what came now, with what may be its beginning: a long answer is not searched again and again.
            let news = received.utf8.count - before + part.utf8.count
            isThere = String(decoding: received.utf8.suffix(news), as: UTF8.self).contains(part)
        }
        return isThere
    }

    /// Reads until the other side closes.
    mutating func readAll() async -> String {
        while !isOver { await readOn() }
        return received
    }

    private mutating func readOn() async {
        do {
            guard let buffer = try await inbound.next(isolation: #isolation) else {
                isOver = true
                return
            }
            received += String(buffer: buffer)
        } catch {
            // A reset is an end like any other here; what came before it is what the test looks at.
            isOver = true
        }
    }
}
