import Foundation
import Glibc
import NIOCore
import NIOPosix
import Primitives

/// Resolves names on threads of their own: `getaddrinfo` blocks, and may hang for as long as a resolver likes.
///
/// One name is looked up once at a time, however many posts wait for it, and each has a thread of its own: a name that hangs
/// takes one thread and keeps no other waiting.
final class NameLookups: Sendable {
    /// All addresses of a host, in the order in which they should be tried; blocks.
    typealias Resolve = @Sendable (_ host: String, _ port: Int) throws -> [SocketAddress]

    private struct Endpoint: Hashable {
        var host: String
        var port: Int
    }

    struct UnknownName: Error {}
    /// Whoever resolves names gave no answer (`EAI_AGAIN`).
    struct Silence: Error {}

    /// Threads at once: one that hangs in the system's resolver can't be ended.
    private static let most = 512

    private let resolve: Resolve
    private let underWay = Locked<[Endpoint: EventLoopFuture<[SocketAddress]>]>([:])

    init(_ resolve: @escaping Resolve) { self.resolve = resolve }

    func addresses(_ host: String, _ port: Int, on loop: any EventLoop) -> EventLoopFuture<[SocketAddress]> {
        let place = Endpoint(host: host, port: port)
        let (lookup, isNew) = underWay.withLock { underWay in
            if let lookup = underWay[place] { return (lookup, false) }
            guard underWay.count < Self.most else {
                let fault = IOError(errnoCode: EAGAIN, reason: "too many names are being resolved")
                return (loop.makeFailedFuture(fault), false)
            }
            let found = loop.makePromise(of: [SocketAddress].self)
            Thread.detachNewThread { [resolve] in found.completeWith(Result { try resolve(host, port) }) }
            underWay[place] = found.futureResult
            return (found.futureResult, true)
        }
        if isNew { lookup.whenComplete { [self] _ in underWay.withLock { $0[place] = nil } } }
        return lookup.hop(to: loop)
    }

    /// As the system resolves names: its files, then DNS; with `AI_NUMERICHOST` neither is asked, and names are unknown.
    static func system(_ host: String, _ port: Int, flags: CInt) throws -> [SocketAddress] {
        var hints = unsafe addrinfo()
        unsafe hints.ai_flags = flags
        unsafe hints.ai_family = AF_UNSPEC
        unsafe hints.ai_socktype = CInt(SOCK_STREAM.rawValue)
        unsafe hints.ai_protocol = CInt(IPPROTO_TCP)
        var first: UnsafeMutablePointer<addrinfo>?
        switch unsafe getaddrinfo(host, String(port), &hints, &first) {
        case 0: break
        case EAI_AGAIN: throw Silence()
        case EAI_SYSTEM: throw IOError(errnoCode: errno, reason: "getaddrinfo")
        case EAI_MEMORY: throw IOError(errnoCode: ENOMEM, reason: "getaddrinfo")
        default: throw UnknownName()
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
