import Glibc
import NIOCore
import NIOPosix
import Synchronization

/// Resolves names on threads of their own: `getaddrinfo` blocks, and may hang for as long as a resolver likes.
///
/// One name is looked up once at a time, however many posts wait for it: a name that hangs takes one thread.
final class NameLookups: Sendable {
    /// All addresses of a host, in the order in which they should be tried; blocks.
    typealias Resolve = @Sendable (_ host: String, _ port: Int) throws -> [SocketAddress]

    private struct Place: Hashable {
        var host: String
        var port: Int
    }

    struct UnknownName: Error {}

    /// Of the process: a thread that hangs in the system's resolver can't be ended.
    static let threads: NIOThreadPool = {
        let threads = NIOThreadPool(numberOfThreads: 8)
        threads.start()
        return threads
    }()

    private let resolve: Resolve
    private let underWay = Mutex<[Place: EventLoopFuture<[SocketAddress]>]>([:])

    init(_ resolve: @escaping Resolve) { self.resolve = resolve }

    func addresses(_ host: String, _ port: Int, on loop: any EventLoop) -> EventLoopFuture<[SocketAddress]> {
        let place = Place(host: host, port: port)
        let (lookup, isNew) = underWay.withLock { underWay in
            if let lookup = underWay[place] { return (lookup, false) }
            let lookup = Self.threads.runIfActive(eventLoop: loop) { [resolve] in try resolve(host, port) }
            underWay[place] = lookup
            return (lookup, true)
        }
        if isNew { lookup.whenComplete { [self] _ in underWay.withLock { $0[place] = nil } } }
        return lookup.hop(to: loop)
    }

    /// As the system resolves names: its files, then DNS.
    static func system(_ host: String, _ port: Int) throws -> [SocketAddress] {
        var hints = unsafe addrinfo()
        unsafe hints.ai_family = AF_UNSPEC
        unsafe hints.ai_socktype = CInt(SOCK_STREAM.rawValue)
        unsafe hints.ai_protocol = CInt(IPPROTO_TCP)
        var first: UnsafeMutablePointer<addrinfo>?
        guard unsafe getaddrinfo(host, String(port), &hints, &first) == 0 else {
            throw UnknownName()
        }
        defer { unsafe freeaddrinfo(first) }
        var found: [SocketAddress] = []
        var next = unsafe first
        while let entry = unsafe next {
            let info = unsafe entry.pointee
            if let address = unsafe info.ai_addr {
                switch unsafe info.ai_family {
                case AF_INET:
                    unsafe address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
                        found.append(SocketAddress(unsafe $0.pointee, host: host))
                    }
                case AF_INET6:
                    unsafe address.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) {
                        found.append(SocketAddress(unsafe $0.pointee, host: host))
                    }
                default: break
                }
            }
            unsafe next = info.ai_next
        }
        return found
    }
}

/// Addresses that are known, as NIO's bootstrap asks for them: it tries both families side by side (RFC 8305).
struct KnownAddresses: Resolver, Sendable {
    let addresses: [SocketAddress]
    let loop: any EventLoop

    func initiateAQuery(host: String, port: Int) -> EventLoopFuture<[SocketAddress]> {
        loop.makeSucceededFuture(addresses.filter { $0.protocol == .inet })
    }

    func initiateAAAAQuery(host: String, port: Int) -> EventLoopFuture<[SocketAddress]> {
        loop.makeSucceededFuture(addresses.filter { $0.protocol == .inet6 })
    }

    func cancelQueries() {}
}
