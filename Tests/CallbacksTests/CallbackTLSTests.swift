import EngineTestSupport
import NIOCore
import NIOSSL
import Testing

@testable import Callbacks

/// TLS with a callback.
@Suite(.timeLimit(.minutes(20)))
struct CallbackTLSTests {
    private static func client(trusting certificate: ByteServer.Certificate, resolve isLoopback: Bool = true)
        -> CallbackClient
    {
        let loopback: @Sendable (String, Int) throws -> [SocketAddress] = { _, port in
            [try SocketAddress(ipAddress: "127.0.0.1", port: port)]
        }
        return CallbackClient(
            limits: Posts.limits,
            resolve: isLoopback ? loopback : nil,
            tls: {
                var tls = TLSConfiguration.makeClientConfiguration()
                tls.trustRoots = .certificates(try ByteServer.certificates(certificate))
                return tls
            }
        )
    }

    @Test func `TLS is agreed for the host's name, and tells its time`() async throws {
        try await ScriptedServer.run(certificate: .valid, { _, _ in .answer(Posts.ok) }) { server, port in
            let client = Self.client(trusting: .valid)
            defer { client.close() }
            let first = try await Posts.post(client, "https://localhost:\(port)/")
            #expect(first.status == 200 && first.phases.tls != nil && first.phases.resolve != nil)
            let second = try await Posts.post(client, "https://localhost:\(port)/")
            #expect(second.phases.isReused && second.phases.tls == nil && server.connections == 1)
            // Never by a connection of the same host without TLS, or the other way round.
            let plain = await Posts.fault(client, "http://localhost:\(port)/")
            #expect(plain != nil)
        }
    }

    @Test func `a certificate is checked for the name that was asked for`() async throws {
        try await ScriptedServer.run(certificate: .elsewhere, { _, _ in .answer(Posts.ok) }) { server, port in
            let client = Self.client(trusting: .elsewhere)
            defer { client.close() }
            let other = Posts.name(await Posts.fault(client, "https://localhost:\(port)/"))
            #expect(other.contains("HostnameValidation") || other.contains("failedToValidateHostname"), "\(other)")
            #expect(server.requests.isEmpty)
            let answer = try await Posts.post(client, "https://elsewhere.example:\(port)/")
            #expect(answer.status == 200)
        }
    }

    @Test func `a certificate that is not trusted, no TLS at all and a server that never agrees`() async throws {
        try await ScriptedServer.run(certificate: .valid, { _, _ in .answer(Posts.ok) }) { server, port in
            let client = CallbackClient(limits: Posts.limits)
            defer { client.close() }
            let name = Posts.name(await Posts.fault(client, "https://127.0.0.1:\(port)/"))
            #expect(name.contains("CERTIFICATE_VERIFY_FAILED"), "\(name)")
            #expect(server.requests.isEmpty)
        }
        try await ScriptedServer.run(greeting: "220 mail.example ESMTP\r\n", { _, _ in .silence() }) { _, port in
            let client = Self.client(trusting: .valid)
            defer { client.close() }
            let name = Posts.name(await Posts.fault(client, "https://127.0.0.1:\(port)/"))
            #expect(name.contains("WRONG_VERSION_NUMBER"), "\(name)")
        }
        try await ScriptedServer.run({ _, _ in .silence() }) { _, port in
            let client = Self.client(trusting: .valid)
            defer { client.close() }
            // The context is there from here on, so that the time goes to TLS alone.
            _ = await Posts.fault(client, "https://127.0.0.1:1/")
            let name = Posts.name(await Posts.fault(client, "https://127.0.0.1:\(port)/", connect: 2000))
            #expect(name == "tlsTimeout")
        }
    }
}
