import HummingbirdCore
import Logging
import NIOCore
package import NIOSSL
import Primitives

/// The TLS context of a listener. A new one holds for the connections that come from then on; those that are open go on
/// with theirs.
package final class TLSDoor: Sendable {
    private let context: Locked<NIOSSLContext>

    package init(_ context: NIOSSLContext) { self.context = Locked(context) }

    package func replace(_ context: NIOSSLContext) { self.context.withLock { $0 = context } }

    var current: NIOSSLContext { context.withLock { $0 } }
}

/// Connections with TLS before what they carry.
struct TLSChildChannel<Base: ServerChildChannel>: ServerChildChannel {
    let base: Base
    let door: TLSDoor

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Base.Value> {
        channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: door.current))
        }.flatMap {
            base.setup(channel: channel, logger: logger)
        }
    }

    func handle(value: Base.Value, logger: Logger) async { await base.handle(value: value, logger: logger) }
}
