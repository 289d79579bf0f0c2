package import NIOCore
import NIOPosix
package import NIOSSL
import Primitives

/// Posts to callbacks by HTTP/1.1 and tells how long each part of a post took.
///
/// It follows no redirects and keeps connections for the next post to the same scheme, host and port. A post on a connection
/// that was used before and is closed before one byte of the answer came is sent once more, on a new one and within the same
/// deadline: the peer may close a connection that waits at any moment (RFC 9112, 9.3.1 and 9.6), such a failure says nothing
/// of the callback, and receivers know a repeat by the ids that each post carries. Never after a byte of the answer.
///
/// ```swift
/// let client = CallbackClient()
/// defer { client.close() }
/// let post = CallbackPost(url: "https://app.example/hook", body: body, connectTimeout: .seconds(5))
/// let answer = try await client.post(post, deadline: .now() + .seconds(15))
/// ```
package final class CallbackClient: Sendable {
    struct Idle: Sendable {
        let channel: any Channel
        let connection: NIOLoopBound<CallbackConnection>
    }

    private struct State {
        var idle: IdleConnections<CallbackTarget.Origin, Idle>
        /// Addresses taken apart: the same few are posted to again and again.
        var targets: [String: CallbackTarget] = [:]
        var open: [Int: any Channel] = [:]
        var last = 0

        mutating func target(of url: String) -> CallbackTarget? {
            if let known = targets[url] { return known }
            guard let target = CallbackTarget(url) else { return nil }
            if targets.count >= CallbackClient.mostTargets { targets = [:] }
            targets[url] = target
            return target
        }
    }

    private static let mostTargets = 256

    let limits: CallbackLimits
    let names: NameLookups
    let trust: TrustSource
    /// Why an address may not be asked, as a clause.
    let refusal: @Sendable (SocketAddress) -> String?
    let proxies: ProxyRule
    private let group: any EventLoopGroup
    private let state: Locked<State>

    /// `refusal` is asked with each address before it is connected to; what lies behind a proxy of
    /// `proxies` is resolved by that. `resolve` blocks, on a thread for such; `tls` is asked
    /// once, as reading the machine's authorities takes long.
    package init(
        group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton,
        limits: CallbackLimits = .init(),
        refusal: @escaping @Sendable (SocketAddress) -> String? = { AddressRule().refusal(of: $0) },
        proxies: ProxyRule = ProxyRule(),
        resolve: (@Sendable (_ host: String, _ port: Int) throws -> [SocketAddress])? = nil,
        tls: @escaping @Sendable () throws -> TLSConfiguration = { .makeClientConfiguration() }
    ) {
        self.group = group
        self.limits = limits
        self.refusal = refusal
        self.proxies = proxies
        names = NameLookups(resolve ?? { try NameLookups.system($0, $1, flags: 0) })
        trust = TrustSource(tls)
        state = Locked(State(idle: IdleConnections(forOne: limits.idleForOne, forAll: limits.idleForAll)))
    }

    /// Posts and returns when the answer is there, or what of it is wanted. Once the head has come it is an answer, whatever
    /// becomes of the rest of it; before that the deadline, a broken connection or the end of the task are faults.
    package func post(
        _ post: CallbackPost,
        deadline: NIODeadline
    ) async throws(CallbackFault) -> CallbackAnswer {
        let isSound = post.hasSoundHeaders
        let place = state.withLock { state -> (target: CallbackTarget, idle: Idle?)? in
            guard let target = state.target(of: post.url) else { return nil }
            return (target, isSound ? state.idle.take(target.origin) : nil)
        }
        guard let (target, idle) = place else { throw CallbackFault(.badAddress) }
        guard isSound else { throw CallbackFault(.unsendable) }
        let loop = idle?.channel.eventLoop ?? group.next()
        let promise = loop.makePromise(of: CallbackAnswer.self)
        let flight = NIOLoopBoundBox.makeEmptyBox(valueType: CallbackFlight.self, eventLoop: loop)
        loop.execute {
            let made = CallbackFlight(self, post, target, deadline, promise)
            flight.value = made
            made.begin(on: idle)
        }
        do {
            return try await withTaskCancellationHandler {
                try await promise.futureResult.get()
            } onCancel: {
                // Behind the beginning, whichever comes first.
                loop.execute { flight.value?.fail(.cancelled) }
            }
        } catch {
            throw error as? CallbackFault ?? CallbackFault(.failed(error))
        }
    }

    /// Closes every connection; what is under way fails, and so does what begins after this.
    package func close() {
        let open = state.withLock { state in
            state.idle.close()
            defer { state.open = [:] }
            return Array(state.open.values)
        }
        for channel in open { channel.close(promise: nil) }
    }

    /// Connections that are open, and those of them that wait.
    package var connections: (open: Int, idle: Int) { state.withLock { ($0.open.count, $0.idle.count) } }

    // MARK: Of connections

    var isClosed: Bool { state.withLock { $0.idle.isClosed } }

    /// The connection's number; nil once the client is closed.
    func opened(_ channel: any Channel) -> Int? {
        state.withLock { state in
            guard !state.idle.isClosed else { return nil }
            state.last += 1
            state.open[state.last] = channel
            return state.last
        }
    }

    func closed(_ number: Int, _ origin: CallbackTarget.Origin) {
        state.withLock { state in
            state.open[number] = nil
            _ = state.idle.remove(origin, number)
        }
    }

    /// False where it has to be closed.
    func keep(_ idle: Idle, _ number: Int, _ origin: CallbackTarget.Origin) -> Bool {
        let (isKept, evicted) = state.withLock { $0.idle.put(origin, number, idle) }
        evicted?.channel.close(promise: nil)
        return isKept
    }

    /// False where somebody has taken it.
    func forget(_ number: Int, _ origin: CallbackTarget.Origin) -> Bool {
        state.withLock { $0.idle.remove(origin, number) }
    }
}
