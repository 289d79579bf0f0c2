import NIOCore
import NIOPosix

/// One connection through a `BreakingProxy`, on one event loop.
final class BrokenWire {
    private enum Phase { case whole, stalled, dripping, flooding, over }

    private static let dripEvery = TimeAmount.milliseconds(40)
    private static let floodEvery = TimeAmount.milliseconds(10)

    private let client: any Channel
    private let upstream: any Channel
    private let path: String
    private let proxy: BreakingProxy
    private var damage: Break?
    private var turn = 0
    private var phase = Phase.whole
    /// Bytes of the broken direction since its exchange began.
    private var passed = 0
    private var last: Break.Direction?
    private var held = ByteBuffer()
    private var requestHead: [UInt8] = []
    private var hasHead = false

    init(client: any Channel, upstream: any Channel, path: String, proxy: BreakingProxy) {
        self.client = client
        self.upstream = upstream
        self.path = path
        self.proxy = proxy
    }

    /// What reads on one side and hands it to the wire.
    final class End: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer

        private let wire: BrokenWire
        private let direction: Break.Direction

        init(_ wire: BrokenWire, reads direction: Break.Direction) {
            self.wire = wire
            self.direction = direction
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            wire.take(Self.unwrapInboundIn(data), direction)
        }

        func channelInactive(context: ChannelHandlerContext) { wire.ended(direction) }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
    }

    // MARK: What comes

    private func take(_ buffer: ByteBuffer, _ direction: Break.Direction) {
        if direction == .request, last != .request, phase == .whole {
            if damage == nil, let next = proxy.begin() {
                (damage, turn) = next
                passed = 0
            }
            requestHead = []
            hasHead = false
        }
        last = direction
        guard let damage, damage.direction == direction else { return forward(buffer, direction) }
        switch phase {
        case .stalled, .flooding, .over: return
        case .dripping: held.writeImmutableBuffer(buffer)
        case .whole:
            let room = damage.offset - passed
            guard buffer.readableBytes > room else {
                passed += buffer.readableBytes
                return forward(buffer, direction)
            }
            var rest = buffer
            if let start = rest.readSlice(length: room), room > 0 { forward(start, direction) }
            strike(damage, rest)
        }
    }

    private func forward(_ buffer: ByteBuffer, _ direction: Break.Direction) {
        if direction == .request { look(buffer) }
        channel(direction).writeAndFlush(buffer, promise: nil)
    }

    private func look(_ buffer: ByteBuffer) {
        guard !hasHead else { return }
        requestHead += buffer.readableBytesView
        hasHead = String(decoding: requestHead, as: UTF8.self).contains("\r\n\r\n")
    }

    /// Where what comes of a direction goes.
    private func channel(_ direction: Break.Direction) -> any Channel { direction == .request ? upstream : client }

    private func ended(_ direction: Break.Direction) {
        if direction == .request {
            phase = .over
            upstream.close(promise: nil)
            return
        }
        let isBrokenRequest = damage?.direction == .request && phase != .whole && phase != .over
        if isBrokenRequest { proxy.ended(afterHead: hasHead) }
        // A peer that hangs goes on hanging whatever stands behind it.
        guard phase == .whole || isBrokenRequest else { return }
        phase = .over
        client.close(promise: nil)
    }

    // MARK: What breaks

    private func strike(_ damage: Break, _ rest: ByteBuffer) {
        guard proxy.strike(turn) else {
            self.damage = nil
            return forward(rest, damage.direction)
        }
        switch damage.kind {
        case .cut(let byReset):
            phase = .over
            for channel in [client, upstream] {
                if byReset, let options = channel as? any SocketOptionProvider {
                    options.setSoLinger(linger(l_onoff: 1, l_linger: 0)).whenComplete { _ in
                        channel.close(promise: nil)
                    }
                } else {
                    channel.close(promise: nil)
                }
            }
        case .stall: phase = .stalled
        case .drip:
            phase = .dripping
            held = rest
            drip(damage.direction)
        case .flood(let flood):
            phase = .flooding
            let start = Self.start(of: flood, damage.direction, path)
            if !start.isEmpty { forward(ByteBuffer(string: start), damage.direction) }
            pour(ByteBuffer(string: Self.endless(flood, damage.direction)), damage.direction)
        case .garbage:
            var bytes = Array(rest.readableBytesView)
            // Control characters stand in no JSON, and in no head but as rubbish.
            for index in bytes.indices.prefix(24) { bytes[index] = UInt8(1 + (index * 7 + damage.offset) % 8) }
            self.damage = nil
            forward(ByteBuffer(bytes: bytes), damage.direction)
        }
    }

    private func drip(_ direction: Break.Direction) {
        guard phase == .dripping else { return }
        if let byte = held.readSlice(length: 1) { forward(byte, direction) }
        client.eventLoop.assumeIsolated().scheduleTask(in: Self.dripEvery) { self.drip(direction) }
    }

    private func pour(_ bytes: ByteBuffer, _ direction: Break.Direction) {
        let channel = channel(direction)
        guard phase == .flooding, channel.isActive else { return }
        // Not looked at for the end of a head: its start says whether it has one.
        if channel.isWritable { channel.writeAndFlush(bytes, promise: nil) }
        client.eventLoop.assumeIsolated().scheduleTask(in: Self.floodEvery) { self.pour(bytes, direction) }
    }

    private static func start(of flood: Break.Flood, _ direction: Break.Direction, _ path: String) -> String {
        let line = direction == .request ? "POST \(path) HTTP/1.1\r\nHost: 127.0.0.1\r\n" : "HTTP/1.1 200 OK\r\n"
        return switch flood {
        case .interim, .bytes: ""
        case .headers: line
        case .chunks: line + "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
        }
    }

    private static func endless(_ flood: Break.Flood, _ direction: Break.Direction) -> String {
        switch flood {
        // A request has none: an endless pipeline is what comes nearest.
        case .interim:
            String(
                repeating: direction == .request
                    ? "GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" : "HTTP/1.1 100 Continue\r\n\r\n",
                count: 8
            )
        case .headers: String(repeating: "X-Endless: \(String(repeating: "a", count: 80))\r\n", count: 20)
        case .chunks: "1000\r\n" + String(repeating: " ", count: 4096) + "\r\n"
        case .bytes: String(repeating: "x", count: 4096)
        }
    }
}
