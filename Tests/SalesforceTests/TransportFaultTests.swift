import AsyncHTTPClient
import Domain
import EngineTestSupport
import Glibc
import NIOCore
import NIOPosix
import NIOSSL
import Testing

@testable import Salesforce

/// Every way in which a connection fails, made to happen for real.
@Suite(.timeLimit(.minutes(20)))
struct TransportFaultTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var kind: TransportFault.Kind
        var scheme = "http"
        var host = "127.0.0.1"
        var sending = ""
        var ending = RawServer.Ending.close
        var certificate: ByteServer.Certificate?
        var trusts: ByteServer.Certificate?
        /// Whether the fault comes while the body is read.
        var standing: TransportFault.Standing
        var says: String

        var testDescription: String { name }
    }

    private static let head = "HTTP/1.1 200 OK\r\n"

    static let cases: [Case] = [
        Case(
            name: "no TLS behind https",
            kind: .noTLS,
            scheme: "https",
            sending: "HTTP/1.1 400 Bad Request\r\n\r\n",
            standing: .broken,
            says: "does not speak TLS"
        ),
        Case(
            name: "plain http asked of TLS",
            kind: .notHTTP,
            sending: "\u{15}\u{3}\u{1}\0\u{2}\u{2}\u{16}",
            standing: .broken,
            says: "use https://"
        ),
        Case(
            name: "a self-signed certificate",
            kind: .selfSigned,
            scheme: "https",
            host: "localhost",
            certificate: .valid,
            standing: .broken,
            says: "is self-signed"
        ),
        Case(
            name: "a certificate of an authority of one's own",
            kind: .unknownAuthority,
            scheme: "https",
            certificate: .authority,
            standing: .broken,
            says: "an authority that this machine does not know"
        ),
        Case(
            name: "a certificate of the future",
            kind: .notYetValid,
            scheme: "https",
            host: "localhost",
            certificate: .future,
            trusts: .future,
            standing: .broken,
            says: "not valid yet"
        ),
        Case(
            name: "an expired certificate",
            kind: .expired,
            scheme: "https",
            host: "localhost",
            certificate: .expired,
            trusts: .expired,
            standing: .broken,
            says: "has expired"
        ),
        Case(
            name: "another host's certificate",
            kind: .wrongHost,
            scheme: "https",
            host: "localhost",
            certificate: .elsewhere,
            trusts: .elsewhere,
            standing: .broken,
            says: "for another host"
        ),
        Case(
            name: "no HTTP at all",
            kind: .notHTTP,
            sending: "220 mail.example ESMTP\r\n",
            standing: .broken,
            says: "not proper HTTP"
        ),
        Case(
            name: "a chunk without its size",
            kind: .notHTTP,
            sending: head + "Transfer-Encoding: chunked\r\n\r\nzz\r\nabc",
            standing: .broken,
            says: "not proper HTTP"
        ),
        Case(
            name: "a flood of headers",
            kind: .headTooLarge,
            sending: head + String(repeating: "X-Flood: \(String(repeating: "a", count: 900))\r\n", count: 400),
            ending: .silence,
            standing: .broken,
            says: "more headers"
        ),
        Case(name: "closed before the head", kind: .closed, standing: .interrupted, says: "without an answer"),
        Case(
            name: "closed within the head",
            kind: .closedMidway,
            sending: head + "Content-Le",
            standing: .interrupted,
            says: "middle of its answer"
        ),
        Case(
            name: "closed within the body",
            kind: .closedMidway,
            sending: head + "Content-Length: 100\r\n\r\nabc",
            standing: .interrupted,
            says: "middle of its answer"
        ),
        Case(name: "reset", kind: .reset, ending: .reset, standing: .interrupted, says: "reset the connection"),
        Case(name: "silence", kind: .answerTimeout, ending: .silence, standing: .interrupted, says: "within 1 s"),
    ]

    /// What asking an address throws.
    private static func fault(
        _ url: String,
        trusts: ByteServer.Certificate? = nil,
        seconds: Int64 = 300
    ) async throws -> TransportFault? {
        var configuration = HTTPClientExecutor.configuration
        configuration.timeout.connect = .seconds(20)
        if let trusts {
            var tls = TLSConfiguration.makeClientConfiguration()
            tls.trustRoots = .certificates(try ByteServer.certificates(trusts))
            configuration.tlsConfiguration = tls
        }
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        var fault: TransportFault?
        do {
            let response = try await client.execute(HTTPClientRequest(url: url), timeout: .seconds(seconds))
            for try await _ in response.body {}
        } catch {
            fault = await TransportFault.examined(error, url: url)
        }
        try await client.shutdown()
        return fault
    }

    private func expect(
        _ fault: TransportFault?,
        _ kind: TransportFault.Kind,
        _ standing: TransportFault.Standing,
        _ words: String
    ) {
        #expect(fault?.kind == kind, "\(fault?.details ?? "no fault")")
        #expect(fault?.standing == standing)
        let clause = fault?.clause(connect: "500 ms", answer: "1 s") ?? ""
        #expect(clause.contains(words), "\(clause)")
    }

    @Test("A server that breaks the rules is said to", arguments: cases)
    func servers(_ example: Case) async throws {
        let fault = try await RawServer.run(
            sending: example.sending,
            then: example.ending,
            certificate: example.certificate
        ) { port in
            try await Self.fault(
                "\(example.scheme)://\(example.host):\(port)/x",
                trusts: example.trusts,
                // Nobody needs to wait for long to see that nothing comes.
                seconds: example.kind == .answerTimeout ? 2 : 300
            )
        }
        expect(fault, example.kind, example.standing, example.says)
    }

    @Test("Each fault of a certificate has a sentence of its own")
    func certificateSentences() {
        let kinds = Set(Self.cases.filter { $0.certificate != nil }.map(\.kind))
        #expect(kinds == [.selfSigned, .expired, .notYetValid, .unknownAuthority, .wrongHost])
        let untrusted = TransportFault(CancellationError(), url: "")
        let said = Set((kinds + [.untrusted]).map { untrusted.seen($0).clause(connect: "", answer: "") })
        #expect(said.count == kinds.count + 1)
        // What can be trusted by a file of its own is told which option names that.
        for kind in [TransportFault.Kind.untrusted, .selfSigned, .unknownAuthority] {
            let clause = untrusted.seen(kind).clause(connect: "", answer: "", trustedBy: "--org-ca")
            #expect(clause.contains("or name its file with --org-ca"), "\(clause)")
        }
    }

    @Test("The org's client says the same, and never that somebody who answered can't be reached", arguments: cases)
    func orgs(_ example: Case) async throws {
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: HTTPClientExecutor.configuration)
        var hurried = Limits()
        hurried[.head] = 5000
        let limits = hurried
        let thrown = try await RawServer.run(
            sending: example.sending,
            then: example.ending,
            certificate: example.certificate
        ) { port -> (any Error)? in
            let url = "\(example.scheme)://\(example.host):\(port)/x"
            do {
                _ = try await HTTPClientExecutor(client, limits: limits).execute(
                    HTTPCall(method: "GET", url: url)
                )
                return nil
            } catch {
                return error
            }
        }
        try await client.shutdown()
        let error = RestFailure.error(try #require(thrown as? HTTPFault), host: "acme.example")
        #expect(error.kind != .unreachable)
        #expect(!error.message.contains("can't be reached"))
        #expect(error.message.hasPrefix("acme.example "))
        for word in ["NIO", "SSL", "Error", "error:", "_", "(", "parser"] {
            #expect(!error.message.contains(word), "\(error)")
        }
    }

    @Test("A name that does not resolve, a closed port and an address that can't be one")
    func unreachable() async throws {
        expect(
            try await Self.fault("http://\(String(repeating: "a", count: 64)).invalid/"),
            .unresolved,
            .unreachable,
            "does not resolve"
        )
        // A port that was free a moment ago may be another test's by now; nobody listens on the first one.
        expect(try await Self.fault("http://127.0.0.1:1/"), .refused, .unreachable, "refused the connection")
        expect(try await Self.fault("gopher://127.0.0.1/"), .badAddress, .unasked, "can't be used")
    }

    @Test("A host that accepts nothing, by the time that it was given")
    func connectTimeout() async throws {
        // A queue of connections that is full: the kernel answers no further one.
        let channel = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .serverChannelOption(.backlog, value: 0)
            .serverChannelOption(.autoRead, value: false)
            .bind(host: "127.0.0.1", port: 0).get()
        let port = channel.localAddress?.port ?? 0
        var waiting: [any Channel] = []
        var fault: TransportFault?
        for _ in 0..<20 where fault?.kind != .connectTimeout {
            // Long enough that a slow machine is not taken for a full queue.
            let connect = ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup).connectTimeout(.seconds(3))
            do {
                waiting.append(try await connect.connect(host: "127.0.0.1", port: port).get())
            } catch {
                fault = try await Self.fault("http://127.0.0.1:\(port)/", seconds: 60)
            }
        }
        for channel in waiting { try? await channel.close() }
        try await channel.close()
        expect(fault, .connectTimeout, .unreachable, "within 500 ms")
    }

    @Test("An error that nobody knows is said to be unknown, and kept for the log")
    func unknown() {
        struct Odd: Error { let secretWords = "invalid constant string" }
        let fault = TransportFault(Odd(), url: "http://a.example")
        #expect(fault.kind == .unknown)
        #expect(fault.clause(connect: "", answer: "") == "an unknown error; the log has it in full")
        #expect(fault.details.contains("invalid constant string"))
    }

    @Test("Every kind has a clause of its own")
    func clauses() {
        let errors: [any Error] = [
            IOError(errnoCode: ENETUNREACH, reason: "connect"), IOError(errnoCode: EMFILE, reason: "socket"),
        ]
        #expect(errors.map { TransportFault($0, url: "").kind } == [.noRoute, .exhausted])
    }

    @Test(
        "An answer that is compressed unasked is said to be",
        arguments: [("200 OK", "gzip", true), ("404 Not Found", "br", true), ("200 OK", "identity", false)]
    )
    func encoding(status: String, encoding: String, isStrange: Bool) async throws {
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: HTTPClientExecutor.configuration)
        let sending = "HTTP/1.1 \(status)\r\nContent-Encoding: \(encoding)\r\nContent-Length: 2\r\n\r\n{}"
        let thrown = try await RawServer.run(sending: sending, then: .close) { port -> (any Error)? in
            do {
                _ = try await HTTPClientExecutor(client).execute(
                    HTTPCall(method: "GET", url: "http://127.0.0.1:\(port)/x")
                )
                return nil
            } catch { return error }
        }
        try await client.shutdown()
        let fault = thrown as? HTTPFault
        let expected = HTTPFault.interrupted("it sends its answer as \(encoding), which was not asked for")
        #expect(fault == (isStrange ? expected : nil))
    }

    @Test("HTTP/1.1 is all that is spoken")
    func version() { #expect(HTTPClientExecutor.configuration.httpVersion == .http1Only) }
}
