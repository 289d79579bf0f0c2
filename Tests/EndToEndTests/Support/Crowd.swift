import Glibc
import NIOCore
import NIOPosix
import Primitives

/// Connections to a receiver that say nothing, or a byte now and then. A thousand a second come. Who is sent away comes back:
/// those that drip at once, the silent ones after ten seconds.
final class Crowd: Sendable {
    enum Member: CaseIterable {
        case silent
        /// A byte of a header now and then.
        case drippingHead
        /// The same of the body, which is known only as a whole to be badly signed.
        case drippingBody
    }

    private struct State {
        var channels: [ObjectIdentifier: any Channel] = [:]
        var joined = 0
        var returns = 0
        var isOver = false
    }

    private let port: Int
    private let path: String
    private let state = Locked(State())
    /// Its own thread: what it does must not hold up the senders whose time is taken.
    private let loop = MultiThreadedEventLoopGroup(numberOfThreads: 1).next()

    /// `path` is where the receiver takes webhooks.
    init(port: Int, path: String) {
        self.port = port
        self.path = path
        Self.raiseDescriptors()
    }

    /// How many have had a connection.
    var joined: Int { state.withLock { $0.joined } }
    /// How many have one.
    var present: Int { state.withLock { $0.channels.count } }
    /// How often one came back.
    var returns: Int { state.withLock { $0.returns } }

    func join(_ members: [Member: Int]) {
        let all = members.sorted { $0.value < $1.value }.flatMap { Array(repeating: $0.key, count: $0.value) }
        for (number, member) in all.enumerated() {
            loop.scheduleTask(in: .milliseconds(Int64(number))) { self.join(member, from: number % Self.sources.count) }
        }
    }

    func leave() {
        let channels = state.withLock { state in
            state.isOver = true
            return Array(state.channels.values)
        }
        for channel in channels { channel.close(promise: nil) }
    }

    private func join(_ member: Member, from source: Int, isBack: Bool = false) {
        guard !state.withLock({ $0.isOver }) else { return }
        // Some sources, as an address has only so many ports.
        ClientBootstrap(group: loop).bind(to: Self.sources[source]).connect(
            host: "127.0.0.1",
            port: port
        ).whenComplete { [self] result in
            guard case .success(let channel) = result else {
                // The kernel's queue of those who wait is full.
                loop.scheduleTask(in: .milliseconds(20)) { self.join(member, from: source, isBack: isBack) }
                return
            }
            let isOver = state.withLock { state in
                state.channels[ObjectIdentifier(channel)] = channel
                if isBack { state.returns += 1 } else { state.joined += 1 }
                return state.isOver
            }
            if isOver { return channel.close(promise: nil) }
            drip(member, channel)
            channel.closeFuture.whenComplete { _ in
                self.state.withLock { $0.channels[ObjectIdentifier(channel)] = nil }
                let pause = member == .silent ? TimeAmount.seconds(10) : .milliseconds(100)
                self.loop.scheduleTask(in: pause) { self.join(member, from: source, isBack: true) }
            }
        }
    }

    private func drip(_ member: Member, _ channel: any Channel) {
        let head = "POST \(path) HTTP/1.1\r\nHost: localhost\r\n"
        switch member {
        case .silent: return
        case .drippingHead: channel.writeAndFlush(ByteBuffer(string: head + "A: "), promise: nil)
        case .drippingBody:
            let rest = "Content-Type: application/json\r\nContent-Length: 65536\r\n\r\n"
            channel.writeAndFlush(ByteBuffer(string: head + rest), promise: nil)
        }
        channel.eventLoop.scheduleRepeatedTask(initialDelay: Self.pace, delay: Self.pace) { task in
            guard channel.isActive else { return task.cancel() }
            channel.writeAndFlush(ByteBuffer(string: "a"), promise: nil)
        }
    }

    /// Between two bytes of one that drips.
    private static let pace = TimeAmount.milliseconds(500)
    private static let sources = (2...9).compactMap { try? SocketAddress(ipAddress: "127.0.0.\($0)", port: 0) }

    /// Each member has one.
    private static func raiseDescriptors() {
        var limit = rlimit()
        guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        _ = unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
}
