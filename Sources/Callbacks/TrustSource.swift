import NIOCore
import NIOPosix
import NIOSSL
import Primitives

/// The TLS context of all connections, made when the first one needs it: reading the authorities that this machine trusts
/// takes long, so that no event loop does it.
final class TrustSource: Sendable {
    private let configuration: @Sendable () throws -> TLSConfiguration
    private let made = Locked<EventLoopFuture<NIOSSLContext>?>(nil)

    init(_ configuration: @escaping @Sendable () throws -> TLSConfiguration) { self.configuration = configuration }

    func context(on loop: any EventLoop) -> EventLoopFuture<NIOSSLContext> {
        let (context, isNew) = made.withLock { made in
            if let made { return (made, false) }
            let context = NIOThreadPool.singleton.runIfActive(eventLoop: loop) { [configuration] in
                var configuration = try configuration()
                configuration.applicationProtocols = ["http/1.1"]
                return try NIOSSLContext(configuration: configuration)
            }
            made = context
            return (context, true)
        }
        // What can't be read now may be readable the next time.
        if isNew { context.whenFailure { [self] _ in made.withLock { $0 = nil } } }
        return context.hop(to: loop)
    }
}
