import ArgumentParser
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import Primitives
import Synchronization

/// A callback that accepts everything, as cheaply as it can, so that it is never what is measured: one event loop on bare NIO.
///
/// A line on standard input asks it for something, and it answers by a line (`Sink`).
struct SinkCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "sink", shouldDisplay: false)

    func run() async throws {
        let tally = SinkTally()
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup(numberOfThreads: 1))
            .serverChannelOption(.backlog, value: 1024)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandlers([
                        ByteToMessageHandler(HTTPRequestDecoder()), SinkHandler(tally),
                    ])
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        StandardOutput.line("\(channel.localAddress?.port ?? 0)")
        let requests = Thread {
            while let line = readLine() { tally.obey(line) }
            // Nobody listens any more.
            channel.close(promise: nil)
        }
        requests.start()
        try await channel.closeFuture.get()
    }
}

/// Counts posts, the time from the first to the last, and what they cost this process; if asked to, also when each came.
private final class SinkTally: Sendable {
    private struct Count {
        var posts = 0
        var first = NIODeadline.now()
        var last = NIODeadline.now()
        var processor = Measured.processorMilliseconds
        /// So many posts are waited for.
        var target: Int?
        var arrivals: [(index: Int, at: NIODeadline)] = []
    }

    private let state = Locked(Count())
    private let keepsArrivals = Atomic(false)

    var isKeeping: Bool { keepsArrivals.load(ordering: .relaxed) }

    func count(_ index: Int?) {
        let now = NIODeadline.now()
        let isReached = state.withLock { state in
            if state.posts == 0 { state.first = now }
            state.posts += 1
            state.last = now
            if let index { state.arrivals.append((index, now)) }
            guard state.posts == state.target else { return false }
            state.target = nil
            return true
        }
        if isReached { StandardOutput.line("reached") }
    }

    func obey(_ line: String) {
        let words = line.split(separator: " ")
        switch words.first {
        case "wait":
            let isReached = state.withLock { state in
                let target = words.last.flatMap { Int($0) } ?? 0
                state.target = state.posts >= target ? nil : target
                return state.target == nil
            }
            if isReached { StandardOutput.line("reached") }
        case "keep": keepsArrivals.store(true, ordering: .relaxed)
        case "arrivals":
            keepsArrivals.store(false, ordering: .relaxed)
            let arrivals = state.withLock { $0.arrivals }
            StandardOutput.line(arrivals.map { "\($0.index):\($0.at.uptimeNanoseconds)" }.joined(separator: " "))
        default: StandardOutput.line(drain())
        }
    }

    /// `posts seconds milliseconds-of-processor-time`.
    private func drain() -> String {
        state.withLock { state in
            defer { state = Count() }
            let seconds = Double((state.last - state.first).nanoseconds) / 1e9
            return "\(state.posts) \(seconds) \(Measured.processorMilliseconds - state.processor)"
        }
    }
}

/// Answers each post of its connection, but for those to `/hanging`.
private final class SinkHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = ByteBuffer

    private let answer = ByteBuffer(string: "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
    private let tally: SinkTally
    private var hangs = false
    private var body: [UInt8] = []

    init(_ tally: SinkTally) { self.tally = tally }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            hangs = head.uri.hasSuffix("/hanging")
            body.removeAll(keepingCapacity: true)
        case .body(let part): if tally.isKeeping { body.append(contentsOf: part.readableBytesView) }
        case .end:
            if hangs { return }
            tally.count(WebhookFixture.index(in: body))
            context.writeAndFlush(wrapOutboundOut(answer), promise: nil)
        }
    }
}

/// The running sink, as the measuring process sees it.
struct Sink {
    let child: ChildProcess
    let port: Int

    init() throws {
        child = try ChildProcess(["sink"])
        port = Int(child.line() ?? "") ?? 0
    }

    var url: String { "http://127.0.0.1:\(port)/callback" }
    /// Never answered.
    var hangingURL: String { "http://127.0.0.1:\(port)/hanging" }

    /// What came since the last time it was asked.
    struct Tally {
        var posts: Int
        /// From the first to the last.
        var seconds: Double
        /// Microseconds of the sink's own processor time for each.
        var cost: Double

        var perSecond: Double { seconds > 0 ? Double(posts) / seconds : 0 }
    }

    func tally() throws -> Tally {
        try child.send("tally")
        let parts = (child.line() ?? "").split(separator: " ").map { Double($0) ?? 0 }
        guard parts.count == 3 else { throw BenchFault("delivery: the sink gave no figures") }
        return Tally(posts: Int(parts[0]), seconds: parts[1], cost: parts[2] * 1000 / max(1, parts[0]))
    }

    /// Returns when so many posts came since the last tally, and costs this process nothing meanwhile.
    func wait(for posts: Int) async throws {
        try child.send("wait \(posts)")
        guard await child.nextLine() == "reached" else { throw BenchFault("delivery: the sink ended") }
    }

    /// From now on the sink keeps when each record's post came.
    func keepArrivals() throws { try child.send("keep") }

    /// When they came, by the number of the record.
    func arrivals() throws -> [Int: NIODeadline] {
        try child.send("arrivals")
        let pairs = (child.line() ?? "").split(separator: " ").compactMap { text -> (Int, NIODeadline)? in
            let parts = text.split(separator: ":")
            guard parts.count == 2, let index = Int(parts[0]), let at = UInt64(parts[1]) else { return nil }
            return (index, .uptimeNanoseconds(at))
        }
        return Dictionary(pairs, uniquingKeysWith: { first, _ in first })
    }
}
