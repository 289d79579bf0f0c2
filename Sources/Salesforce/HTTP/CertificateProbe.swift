import Domain
import Glibc
package import NIOCore
import NIOPosix
import NIOSSL
import Primitives

/// Shakes hands once more with a server whose certificate was not trusted, to see the certificate. Nothing is sent and
/// nothing believed: the handshake is given up as soon as the chain is there.
enum CertificateProbe {
    /// What is wrong with the certificate at this address; nil where that can't be seen.
    static func kind(at url: String, _ address: SocketAddress?) async -> TransportFault.Kind? {
        guard let authority = HTTPAddress.authority(of: url), let place = Endpoint(authority) else { return nil }
        guard let chain = try? await chain(place, address) else { return nil }
        let certificates = chain.compactMap { certificate in
            (try? certificate.toDERBytes()).flatMap { bytes in
                CertificateFault.Certificate(
                    der: bytes,
                    notBefore: Timestamp(seconds: Int64(certificate.notValidBefore)),
                    notAfter: Timestamp(seconds: Int64(certificate.notValidAfter))
                )
            }
        }
        // Of this machine's clock, as the TLS library judged by it.
        return CertificateFault.kind(certificates, now: Timestamp(seconds: Int64(time(nil))))
    }

    private struct Endpoint {
        let host: String
        let port: Int

        /// `host`, `host:443` or `[::1]:443`.
        init?(_ authority: String) {
            var host = authority[...]
            var port = 443
            if let colon = host.lastIndex(of: ":"), !host[colon...].contains("]"),
                host.hasPrefix("[") || host.firstIndex(of: ":") == colon
            {
                guard let number = Int(host[host.index(after: colon)...]), (1...65_535).contains(number) else {
                    return nil
                }
                port = number
                host = host[..<colon]
            }
            self.host = host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : String(host)
            self.port = port
        }

        /// What the server is told to be asked for; addresses are not (RFC 6066, 3).
        var name: String? { (try? SocketAddress(ipAddress: host, port: port)) == nil ? host : nil }
    }

    private static func chain(_ place: Endpoint, _ address: SocketAddress?) async throws -> [NIOSSLCertificate] {
        var configuration = TLSConfiguration.makeClientConfiguration()
        // Nothing is verified by it, so that the machine's hundreds of authorities need not be read.
        configuration.trustRoots = .certificates([])
        let context = try NIOSSLContext(configuration: configuration)
        let loop = MultiThreadedEventLoopGroup.singleton.any()
        let seen = loop.makePromise(of: [NIOSSLCertificate].self)
        let alarm = loop.scheduleTask(in: .milliseconds(Limit.certificate.milliseconds)) { seen.fail(ChannelError.eof) }
        defer { alarm.cancel() }
        let bootstrap = ClientBootstrap(group: loop)
            .connectTimeout(.milliseconds(Limit.certificate.milliseconds))
            .channelInitializer { channel in
                channel.closeFuture.whenComplete { _ in seen.fail(ChannelError.eof) }
                return channel.eventLoop.makeCompletedFuture {
                    let look: NIOSSLCustomVerificationCallback = { chain, verdict in
                        seen.succeed(chain)
                        verdict.succeed(.failed)
                    }
                    let handler = try NIOSSLClientHandler(
                        context: context,
                        serverHostname: place.name,
                        customVerificationCallback: look
                    )
                    try channel.pipeline.syncOperations.addHandler(handler)
                }
            }
        let connection =
            address.map { bootstrap.connect(to: $0) } ?? bootstrap.connect(host: place.host, port: place.port)
        connection.whenFailure { seen.fail($0) }
        let chain = try await seen.futureResult.get()
        connection.whenSuccess { $0.close(promise: nil) }
        return chain
    }
}

extension TransportFault {
    /// The same, with a look at the certificate where that is what is wrong: at the address that was connected to, where it
    /// is known, as a name may lead elsewhere by now.
    package static func examined(_ error: any Error, url: String, address: SocketAddress? = nil) async -> TransportFault
    {
        let fault = TransportFault(error, url: url)
        guard fault.kind == .untrusted, let kind = await CertificateProbe.kind(at: url, address) else { return fault }
        return fault.seen(kind)
    }
}
