import NIOCore
import NIOHTTP1
import NIOSSL
import Primitives
import Synchronization
import TestSupport
import Testing

@testable import Callbacks

/// The client against servers that send bytes as they are.
@Suite(.timeLimit(.minutes(10)))
struct CallbackClientTests {
    static let ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
    private static let head = "HTTP/1.1 200 OK\r\n"
    /// A connection waits for as long as a busy machine needs to come to the next post.
    private static let limits = {
        var limits = CallbackLimits()
        limits.idle = .hours(1)
        return limits
    }()

    /// Whoever waits for longer than these has failed; what has to time out says so.
    private static func post(
        _ client: CallbackClient,
        _ url: String,
        body: String = "{}",
        milliseconds: Int64 = 300_000,
        connect: Int64 = 300_000
    ) async throws(CallbackFault) -> CallbackAnswer {
        let post = CallbackPost(
            url: url,
            headers: [("X-A", "b")],
            body: Array(body.utf8),
            connectTimeout: .milliseconds(connect)
        )
        return try await client.post(post, deadline: .now() + .milliseconds(milliseconds))
    }

    private static func fault(
        _ client: CallbackClient,
        _ url: String,
        milliseconds: Int64 = 300_000,
        connect: Int64 = 300_000
    ) async -> CallbackFault? {
        do {
            _ = try await post(client, url, milliseconds: milliseconds, connect: connect)
            return nil
        } catch { return error }
    }

    private static func name(_ fault: CallbackFault?) -> String {
        guard let fault else { return "no fault" }
        if case .failed(let error) = fault.cause { return "failed \(error)" }
        return "\(fault.cause)"
    }

    @Test func `a post goes out whole, and its connection is used again`() async throws {
        try await ScriptedServer.run({ _, _ in .answer(Self.ok) }) { server, port in
            let client = CallbackClient(limits: Self.limits)
            defer { client.close() }
            let first = try await Self.post(client, "http://127.0.0.1:\(port)/x?y", body: "{\"ä\":1}")
            #expect(first.status == 200 && first.body == Array("ok".utf8))
            #expect(first.headers.first(name: "content-length") == "2")
            #expect(
                server.requests == [
                    "POST /x?y HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nX-A: b\r\nContent-Length: 8\r\n\r\n{\"ä\":1}"
                ]
            )
            let phases = first.phases
            #expect(phases.connect != nil && phases.resolve == nil && phases.tls == nil && !phases.isReused)
            #expect((0...phases.total).contains(phases.firstByte ?? -1))
            let second = try await Self.post(client, "http://127.0.0.1:\(port)/z")
            #expect(second.phases.isReused && second.phases.connect == nil && second.phases.firstByte != nil)
            #expect(server.connections == 1 && client.connections == (1, 1))
        }
    }

    struct Answer: Sendable, CustomTestStringConvertible {
        var name: String
        var step: ScriptedServer.Step
        var status = 200
        var body = ""
        /// Whether its connection may be used again.
        var isKept = false
        var milliseconds: Int64 = 300_000

        var testDescription: String { name }
    }

    static let answers = [
        Answer(name: "no body", step: .answer("HTTP/1.1 204 No Content\r\n\r\n"), status: 204, isKept: true),
        Answer(
            name: "chunks",
            step: .answer(head + "Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n"),
            body: "abc",
            isKept: true
        ),
        Answer(
            name: "trailers",
            step: .answer(head + "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nX: y\r\n\r\n"),
            body: "a",
            isKept: true
        ),
        Answer(
            name: "asked to close",
            step: .answer(head + "Connection: close\r\nContent-Length: 1\r\n\r\na"),
            body: "a"
        ),
        Answer(name: "HTTP/1.0", step: .end("HTTP/1.0 200 OK\r\n\r\nabc"), body: "abc"),
        Answer(
            name: "HTTP/1.0 kept",
            step: .answer("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 1\r\n\r\na"),
            body: "a",
            isKept: true
        ),
        Answer(name: "until the end", step: .end(head + "\r\nabc"), body: "abc"),
        Answer(
            name: "1xx before it",
            step: .answer("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nX: y\r\n\r\n" + ok),
            body: "ok",
            isKept: true
        ),
        Answer(
            name: "a redirect",
            step: .answer("HTTP/1.1 302 Found\r\nLocation: /y\r\nContent-Length: 0\r\n\r\n"),
            status: 302,
            isKept: true
        ),
        Answer(
            name: "a failure",
            step: .answer("HTTP/1.1 503 Busy\r\nRetry-After: 7\r\nContent-Length: 0\r\n\r\n"),
            status: 503,
            isKept: true
        ),
        Answer(name: "cut within the body", step: .end(head + "Content-Length: 100\r\n\r\nabc"), body: "abc"),
        Answer(
            name: "cut within a chunk",
            step: .end(head + "Transfer-Encoding: chunked\r\n\r\n9\r\nabc"),
            body: "abc"
        ),
        Answer(
            name: "a body that is no chunk",
            step: .answer(head + "Transfer-Encoding: chunked\r\n\r\nzz\r\n"),
            body: ""
        ),
        Answer(name: "reset within the body", step: .end(head + "Content-Length: 9\r\n\r\n", resets: true), body: ""),
        Answer(
            name: "a body that never comes",
            step: .silence(head + "Content-Length: 9\r\n\r\nab"),
            body: "ab",
            milliseconds: 2000
        ),
        Answer(
            name: "another protocol",
            step: .answer("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"),
            status: 101
        ),
        Answer(name: "two answers", step: .answer(ok + ok), body: "ok"),
    ]

    @Test(arguments: answers) func `an answer counts from its head on`(_ example: Answer) async throws {
        try await ScriptedServer.run({ _, _ in example.step }) { server, port in
            let client = CallbackClient(limits: Self.limits)
            defer { client.close() }
            let answer = try await Self.post(client, "http://127.0.0.1:\(port)/", milliseconds: example.milliseconds)
            #expect(answer.status == example.status && answer.body == Array(example.body.utf8))
            #expect(server.requests.count == 1)
            if example.isKept {
                #expect(client.connections == (1, 1))
            } else {
                try await waitUntil("the connection is closed") { client.connections == (0, 0) }
            }
        }
    }

    struct Failure: Sendable, CustomTestStringConvertible {
        var name: String
        var step: ScriptedServer.Step
        var cause: String
        var milliseconds: Int64 = 300_000

        var testDescription: String { name }
    }

    static let failures = [
        Failure(name: "closed", step: .end(""), cause: "closed"),
        Failure(name: "closed within the head", step: .end(head + "Content-Le"), cause: "midway"),
        Failure(name: "closed behind a 100", step: .end("HTTP/1.1 100 Continue\r\n\r\n"), cause: "midway"),
        Failure(name: "reset", step: .end("", resets: true), cause: "reset"),
        Failure(name: "no HTTP", step: .answer("220 mail.example ESMTP\r\n"), cause: "invalid"),
        Failure(
            name: "headers",
            step: .silence(head + String(repeating: "X: a\r\n", count: 300)),
            cause: "overflow"
        ),
        Failure(
            name: "a header",
            step: .silence(head + "X: " + String(repeating: "a", count: 90_000)),
            cause: "overflow"
        ),
        Failure(name: "silence", step: .silence(), cause: "timedOut", milliseconds: 200),
        Failure(name: "half a head", step: .silence(head), cause: "timedOut", milliseconds: 2000),
        Failure(name: "a head that drips", step: .drip(head + "X: "), cause: "timedOut", milliseconds: 2000),
    ]

    @Test(arguments: failures) func `what is no answer is told apart, and its connection closed`(
        _ example: Failure
    ) async throws {
        try await ScriptedServer.run({ _, _ in example.step }) { server, port in
            let client = CallbackClient(limits: Self.limits)
            defer { client.close() }
            let fault = await Self.fault(client, "http://127.0.0.1:\(port)/", milliseconds: example.milliseconds)
            let name = Self.name(fault)
            #expect(name.lowercased().contains(example.cause.lowercased()), "\(name)")
            // The first post of a connection is never repeated.
            #expect(server.requests.count <= 1)
            #expect(fault?.phases.connect != nil || example.cause == "timedOut")
            try await waitUntil("the connection is closed") { client.connections == (0, 0) && server.open == 0 }
        }
    }

    @Test func `a body is kept to its bound, read to another, and waited for no longer`() async throws {
        let long = String(repeating: "x", count: 300_000)
        try await ScriptedServer.run({ connection, _ in
            connection == 1
                ? .answer(Self.head + "Content-Length: 100000\r\n\r\n" + long.prefix(100_000))
                : connection == 2
                    ? .silence(Self.head + "Content-Length: 9000000\r\n\r\n" + long) : .drip(Self.head + "\r\n")
        }) { server, port in
            let client = CallbackClient(limits: Self.limits)
            defer { client.close() }
            let url = "http://127.0.0.1:\(port)/"
            #expect(try await Self.post(client, url).body.count == 16 * 1024)
            #expect(client.connections.idle == 1)
            server.send("", ending: true)
            try await waitUntil("the server's end is seen") { client.connections == (0, 0) }
            #expect(try await Self.post(client, url).body.count == 16 * 1024)
            #expect(try await Self.post(client, url, milliseconds: 2000).status == 200)
            try await waitUntil("the connections are closed") { client.connections == (0, 0) }
        }
    }

    // MARK: Connections that are used again

    @Test func `a connection that was closed while it waited is not used`() async throws {
        try await ScriptedServer.run({ _, _ in .answer(Self.ok) }) { server, port in
            let client = CallbackClient(limits: Self.limits)
            defer { client.close() }
            // What is said without being asked ends the connection, too: it would pass for the next answer.
            for said in ["", "HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n"] {
                _ = try await Self.post(client, "http://127.0.0.1:\(port)/")
                server.send(said, ending: said.isEmpty)
                try await waitUntil("the connection is forgotten") { client.connections == (0, 0) }
            }
            let last = try await Self.post(client, "http://127.0.0.1:\(port)/")
            #expect(last.status == 200 && !last.phases.isReused)
        }
    }

    @Test(arguments: [false, true])
    func `a used connection that is closed before a byte came is made good once, on a new one`(_ resets: Bool)
        async throws
    {
        try await ScriptedServer.run({ connection, request in
            connection == 1 && request == 2 ? .end("", resets: resets) : .answer(Self.ok)
        }) { server, port in
            let client = CallbackClient(limits: Self.limits)
            defer { client.close() }
            let url = "http://127.0.0.1:\(port)/"
            _ = try await Self.post(client, url)
            let second = try await Self.post(client, url)
            #expect(second.status == 200 && !second.phases.isReused && second.phases.connect != nil)
            #expect(server.connections == 2 && server.requests.count == 3)
            #expect(server.requests[1] == server.requests[2])
        }
    }

    @Test func `it is made good once alone, and never after a byte of the answer`() async throws {
        for said in ["", "H"] {
            try await ScriptedServer.run({ connection, request in
                connection == 1 && request == 1 ? .answer(Self.ok) : .end(said)
            }) { server, port in
                let client = CallbackClient(limits: Self.limits)
                defer { client.close() }
                let url = "http://127.0.0.1:\(port)/"
                _ = try await Self.post(client, url)
                let name = Self.name(await Self.fault(client, url))
                #expect(name == (said.isEmpty ? "closed" : "closedMidway"))
                #expect(server.requests.count == (said.isEmpty ? 3 : 2))
            }
        }
    }

    @Test func `an idle connection is closed when its time is over`() async throws {
        var limits = CallbackLimits()
        limits.idle = .milliseconds(50)
        try await ScriptedServer.run({ _, _ in .answer(Self.ok) }) { [limits] server, port in
            let client = CallbackClient(limits: limits)
            defer { client.close() }
            for _ in 1...2 {
                _ = try await Self.post(client, "http://127.0.0.1:\(port)/")
                try await waitUntil("the connection is closed") { client.connections == (0, 0) && server.open == 0 }
            }
        }
    }

    @Test func `a thousand posts need few connections, and one that hangs keeps no other waiting`() async throws {
        try await ScriptedServer.run({ _, _ in .answer(Self.ok) }) { server, port in
            try await ScriptedServer.run({ _, _ in .silence() }) { hanging, hangingPort in
                let client = CallbackClient(limits: Self.limits)
                defer { client.close() }
                let stuck = Task { await Self.fault(client, "http://127.0.0.1:\(hangingPort)/") }
                try await waitUntil("one hangs") { hanging.requests.count == 1 }
                try await withThrowingTaskGroup(of: Int.self) { group in
                    for _ in 1...8 {
                        group.addTask {
                            var count = 0
                            for _ in 1...125 {
                                let answer = try await Self.post(client, "http://127.0.0.1:\(port)/")
                                if answer.status == 200 { count += 1 }
                            }
                            return count
                        }
                    }
                    let posts = try await group.reduce(0, +)
                    #expect(posts == 1000)
                }
                #expect(server.requests.count == 1000 && server.connections <= 8)
                // Ends the one that hangs, and its connection alone.
                let idle = client.connections.idle
                stuck.cancel()
                #expect(Self.name(await stuck.value) == "cancelled")
                try await waitUntil("it is closed") { hanging.open == 0 }
                #expect(client.connections == (idle, idle))
            }
        }
    }

    @Test func `after the end nothing is asked`() async throws {
        try await ScriptedServer.run({ _, request in request == 1 ? .answer(Self.ok) : .silence() }) { server, port in
            let client = CallbackClient(limits: Self.limits)
            let url = "http://127.0.0.1:\(port)/"
            _ = try await Self.post(client, url)
            let hanging = Task { await Self.fault(client, url) }
            try await waitUntil("one hangs") { server.requests.count == 2 }
            client.close()
            #expect(Self.name(await hanging.value) == "stopping")
            #expect(Self.name(await Self.fault(client, url)) == "stopping")
            try await waitUntil("all is closed") { client.connections == (0, 0) && server.open == 0 }
        }
    }

    // MARK: The way there

    @Test func `a name is resolved once at a time, tells its time, and its addresses are tried in turn`() async throws {
        try await ScriptedServer.run({ _, _ in .end(Self.ok) }) { server, port in
            let lookups = Mutex(0)
            let client = CallbackClient(
                limits: Self.limits,
                resolve: { _, port in
                    lookups.withLock { $0 += 1 }
                    // Nobody listens on the first one.
                    return [
                        try SocketAddress(ipAddress: "127.0.0.1", port: 1),
                        try SocketAddress(ipAddress: "127.0.0.1", port: port),
                    ]
                }
            )
            defer { client.close() }
            let answer = try await Self.post(client, "http://a.example:\(port)/")
            #expect(answer.status == 200 && answer.phases.resolve != nil && answer.phases.connect != nil)
            #expect(lookups.withLock { $0 } == 1)
            #expect(server.requests[0].contains("Host: a.example:\(port)\r\n"))
        }
    }

    @Test func `a resolver that hangs costs the time for connecting, and one thread for all who wait`() async throws {
        let gate = Mutex(false)
        let lookups = Mutex(0)
        let client = CallbackClient(
            limits: Self.limits,
            resolve: { _, _ in
                lookups.withLock { $0 += 1 }
                _ = threadWaits { gate.withLock { $0 } }
                return []
            }
        )
        defer { client.close() }
        await withTaskGroup(of: String.self) { group in
            for _ in 1...20 {
                group.addTask { Self.name(await Self.fault(client, "http://hanging.example/", connect: 100)) }
            }
            for await name in group { #expect(name == "resolveTimeout") }
        }
        #expect(lookups.withLock { $0 } == 1)
        gate.withLock { $0 = true }
    }

    @Test func `names that hang keep no other name waiting`() async throws {
        try await ScriptedServer.run({ _, _ in .answer(Self.ok) }) { server, port in
            let gate = Mutex(false)
            let hanging = Mutex(0)
            let client = CallbackClient(
                limits: Self.limits,
                resolve: { host, port in
                    guard host.hasPrefix("hanging") else {
                        return [try SocketAddress(ipAddress: "127.0.0.1", port: port)]
                    }
                    hanging.withLock { $0 += 1 }
                    _ = threadWaits { gate.withLock { $0 } }
                    return []
                }
            )
            defer { client.close() }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 1...40 {
                    group.addTask { _ = await Self.fault(client, "http://hanging\(number).example/") }
                }
                try await waitUntil("all of them hang") { hanging.withLock { $0 } == 40 }
                let answer = try await Self.post(client, "http://good.example:\(port)/")
                #expect(answer.status == 200)
                gate.withLock { $0 = true }
                try await group.waitForAll()
            }
        }
    }

    @Test func `a resolver that gives no answer is told apart from a name that is none`() async throws {
        let client = CallbackClient(
            limits: Self.limits,
            resolve: { host, _ in
                throw host == "silent.example"
                    ? NameLookups.Silence() as any Error : IOError(errnoCode: 24, reason: "x")
            }
        )
        defer { client.close() }
        #expect(Self.name(await Self.fault(client, "http://silent.example/")) == "resolverSilent")
        #expect(Self.name(await Self.fault(client, "http://full.example/")).hasPrefix("failed"))
    }

    @Test func `an answer to a request that isn't all out ends its connection`() async throws {
        // What the sockets between two programs hold is less, and this server reads no more.
        let body = String(repeating: "x", count: 64 << 20)
        let refused = "HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n"
        try await ScriptedServer.run(greeting: "", reads: false, { _, _ in .answer(refused) }) { server, port in
            let client = CallbackClient(limits: Self.limits)
            defer { client.close() }
            async let answer = Self.post(client, "http://127.0.0.1:\(port)/", body: body)
            try await waitUntil("the post has begun") { server.open == 1 }
            server.send(refused, ending: false)
            #expect(try await answer.status == 413)
            #expect(client.connections.idle == 0)
        }
    }

    @Test func `an endless run of interim answers is none`() async throws {
        let interim = String(repeating: "HTTP/1.1 103 Early Hints\r\n\r\n", count: 40_000)
        try await ScriptedServer.run({ _, _ in .answer(interim) }) { _, port in
            let client = CallbackClient(limits: Self.limits)
            defer { client.close() }
            let name = Self.name(await Self.fault(client, "http://127.0.0.1:\(port)/"))
            #expect(name.hasPrefix("failed"), "\(name)")
        }
    }

    @Test func `no address, an address that refuses and a rule that refuses are told apart`() async throws {
        let client = CallbackClient(
            limits: Self.limits,
            resolve: { host, port in
                switch host {
                case "empty.example": []
                case "metadata.example": [try SocketAddress(ipAddress: "169.254.169.254", port: port)]
                default: throw SocketAddressError.unsupported
                }
            }
        )
        defer { client.close() }
        for host in ["empty.example", "unknown.example"] {
            let fault = await Self.fault(client, "http://\(host)/")
            #expect(Self.name(fault).hasPrefix("unresolved"))
            #expect(fault?.phases.resolve != nil && fault?.phases.connect == nil)
        }
        for host in ["metadata.example", "169.254.169.254", "[::ffff:169.254.169.254]"] {
            let name = Self.name(await Self.fault(client, "http://\(host)/"))
            #expect(name.contains("denied") && name.contains("metadata"), "\(name)")
        }
        let refused = Self.name(await Self.fault(client, "http://127.0.0.1:1/"))
        #expect(refused.contains("ECONNREFUSED") || refused.contains("111"), "\(refused)")
        #expect(Self.name(await Self.fault(client, "ftp://a/")) == "badAddress")
    }

    // MARK: TLS

    private static func client(trusting name: String, resolve isLoopback: Bool = true) -> CallbackClient {
        let loopback: @Sendable (String, Int) throws -> [SocketAddress] = { _, port in
            [try SocketAddress(ipAddress: "127.0.0.1", port: port)]
        }
        return CallbackClient(
            limits: limits,
            resolve: isLoopback ? loopback : nil,
            tls: {
                var tls = TLSConfiguration.makeClientConfiguration()
                tls.trustRoots = .certificates(try ScriptedServer.certificates(name))
                return tls
            }
        )
    }

    @Test func `TLS is agreed for the host's name, and tells its time`() async throws {
        try await ScriptedServer.run(certificate: "valid", { _, _ in .answer(Self.ok) }) { server, port in
            let client = Self.client(trusting: "valid")
            defer { client.close() }
            let first = try await Self.post(client, "https://localhost:\(port)/")
            #expect(first.status == 200 && first.phases.tls != nil && first.phases.resolve != nil)
            let second = try await Self.post(client, "https://localhost:\(port)/")
            #expect(second.phases.isReused && second.phases.tls == nil && server.connections == 1)
            // Never by a connection of the same host without TLS, or the other way round.
            let plain = await Self.fault(client, "http://localhost:\(port)/")
            #expect(plain != nil)
        }
    }

    @Test func `a certificate is checked for the name that was asked for`() async throws {
        try await ScriptedServer.run(certificate: "elsewhere", { _, _ in .answer(Self.ok) }) { server, port in
            let client = Self.client(trusting: "elsewhere")
            defer { client.close() }
            let other = Self.name(await Self.fault(client, "https://localhost:\(port)/"))
            #expect(other.contains("HostnameValidation") || other.contains("failedToValidateHostname"), "\(other)")
            #expect(server.requests.isEmpty)
            let answer = try await Self.post(client, "https://elsewhere.example:\(port)/")
            #expect(answer.status == 200)
        }
    }

    @Test func `a certificate that is not trusted, no TLS at all and a server that never agrees`() async throws {
        try await ScriptedServer.run(certificate: "valid", { _, _ in .answer(Self.ok) }) { server, port in
            let client = CallbackClient(limits: Self.limits)
            defer { client.close() }
            let name = Self.name(await Self.fault(client, "https://127.0.0.1:\(port)/"))
            #expect(name.contains("CERTIFICATE_VERIFY_FAILED"), "\(name)")
            #expect(server.requests.isEmpty)
        }
        try await ScriptedServer.run(greeting: "220 mail.example ESMTP\r\n", { _, _ in .silence() }) { _, port in
            let client = Self.client(trusting: "valid")
            defer { client.close() }
            let name = Self.name(await Self.fault(client, "https://127.0.0.1:\(port)/"))
            #expect(name.contains("WRONG_VERSION_NUMBER"), "\(name)")
        }
        try await ScriptedServer.run({ _, _ in .silence() }) { _, port in
            let client = Self.client(trusting: "valid")
            defer { client.close() }
            // The context is there from here on, so that the time goes to TLS alone.
            _ = await Self.fault(client, "https://127.0.0.1:1/")
            let name = Self.name(await Self.fault(client, "https://127.0.0.1:\(port)/", connect: 2000))
            #expect(name == "tlsTimeout")
        }
    }

    // MARK: Anything

    @Test func `whatever is answered, a post ends by its deadline and nothing breaks`() async throws {
        let seed = UInt64.random(in: 0 ... .max)
        var hostile = Hostile(seed: seed)
        print("fuzz answers: seed \(seed)")
        let parts = [
            "HTTP/1.1 200 OK\r\n", "HTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.0 500 X\r\n", "HTTP/1.1 204 No\r\n",
            "HTTP/9.9 999\r\n",
            "Content-Length: 3\r\n", "Content-Length: -1\r\n", "Content-Length: 99999999999999999999\r\n",
            "Content-Length: 0\r\n",
            "Transfer-Encoding: chunked\r\n", "Transfer-Encoding: gzip, chunked\r\n", "Connection: close\r\n",
            "X: \0\r\n", ": y\r\n",
            "\r\n", "\r\n", "\r\n", "3\r\nabc\r\n", "0\r\n\r\n", "ffffffffffffffff\r\n", "abc", "\n", "\r",
            "\u{15}\u{3}\u{1}", " ",
        ]
        let texts = (0..<120).map { _ in hostile.words(of: parts, atMost: 9) }
        let endings = texts.map { _ in Int.random(in: 0...3, using: &hostile.random) }
        let turn = Mutex(0)
        try await ScriptedServer.run({ _, _ in
            let index = turn.withLock { turn in
                defer { turn += 1 }
                return turn % texts.count
            }
            return switch endings[index] {
            case 0: .answer(texts[index])
            case 1: .end(texts[index])
            case 2: .end(texts[index], resets: true)
            default: .drip(texts[index])
            }
        }) { _, port in
            let client = CallbackClient(limits: Self.limits)
            defer { client.close() }
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        for _ in 0..<15 {
                            do throws(CallbackFault) {
                                let answer = try await Self.post(client, "http://127.0.0.1:\(port)/", milliseconds: 50)
                                #expect((200...999).contains(answer.status) || answer.status == 101, "\(answer.status)")
                            } catch {
                                if case .stopping = error.cause { Issue.record("nobody closed the client") }
                            }
                        }
                    }
                }
            }
            #expect(client.connections.open >= client.connections.idle)
        }
    }
}
