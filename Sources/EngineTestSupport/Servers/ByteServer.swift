package import NIOCore
import NIOPosix
package import NIOSSL
import TestSupport

/// A server on 127.0.0.1 whose connections a test handles byte by byte, over TLS or without.
package enum ByteServer {
    package enum Certificate: String, Sendable { case valid, expired, elsewhere, future, authority }

    package static func certificates(_ certificate: Certificate) throws -> [NIOSSLCertificate] {
        try NIOSSLCertificate.fromPEMBytes(Array(TLSKeys.pem(certificate.rawValue).utf8))
    }

    /// Gives its port to `work` and ends with it; `handler` makes one for each connection, of which nothing is read by itself
    /// where it doesn't read.
    package static func run<Result>(
        certificate: Certificate? = nil,
        reads: Bool = true,
        handler: @escaping @Sendable () -> any ChannelHandler,
        _ work: (_ port: Int) async throws -> Result
    ) async throws -> Result {
        let tls = try certificate.map { certificate in
            try NIOSSLContext(
                configuration: .makeServerConfiguration(
                    certificateChain: try certificates(certificate).map { .certificate($0) },
                    privateKey: .privateKey(try NIOSSLPrivateKey(bytes: Array(TLSKeys.pem("key").utf8), format: .pem))
                )
            )
        }
        let channel = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelOption(.backlog, value: 1024)
            .childChannelOption(.autoRead, value: reads)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let tls { try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls)) }
                    try channel.pipeline.syncOperations.addHandler(handler())
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        do {
            let result = try await work(channel.localAddress?.port ?? 0)
            try await channel.close()
            return result
        } catch {
            try await channel.close()
            throw error
        }
    }
}
