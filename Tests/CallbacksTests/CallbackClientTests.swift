import EngineTestSupport
import NIOCore
import NIOHTTP1
import Primitives
import TestSupport
import Testing

@testable import Callbacks

/// Answers as servers send them, byte by byte, and what stands for one.
@Suite(.timeLimit(.minutes(20)))
struct CallbackClientTests {
    @Test func `a post goes out whole, and its connection is used again`() async throws {
        try await ScriptedServer.run({ _, _ in .answer(Posts.ok) }) { server, port in
            let client = CallbackClient(limits: Posts.limits)
            defer { client.close() }
            let first = try await Posts.post(client, "http://127.0.0.1:\(port)/x?y", body: "{\"ä\":1}")
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
            let second = try await Posts.post(client, "http://127.0.0.1:\(port)/z")
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
            step: .answer(Posts.head + "Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n"),
            body: "abc",
            isKept: true
        ),
        Answer(
            name: "trailers",
            step: .answer(Posts.head + "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nX: y\r\n\r\n"),
            body: "a",
            isKept: true
        ),
        Answer(
            name: "asked to close",
            step: .answer(Posts.head + "Connection: close\r\nContent-Length: 1\r\n\r\na"),
            body: "a"
        ),
        Answer(name: "HTTP/1.0", step: .end("HTTP/1.0 200 OK\r\n\r\nabc"), body: "abc"),
        Answer(
            name: "HTTP/1.0 kept",
            step: .answer("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 1\r\n\r\na"),
            body: "a",
            isKept: true
        ),
        Answer(name: "until the end", step: .end(Posts.head + "\r\nabc"), body: "abc"),
        Answer(
            name: "1xx before it",
            step: .answer("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nX: y\r\n\r\n" + Posts.ok),
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
        Answer(name: "cut within the body", step: .end(Posts.head + "Content-Length: 100\r\n\r\nabc"), body: "abc"),
        Answer(
            name: "cut within a chunk",
            step: .end(Posts.head + "Transfer-Encoding: chunked\r\n\r\n9\r\nabc"),
            body: "abc"
        ),
        Answer(
            name: "a body that is no chunk",
            step: .answer(Posts.head + "Transfer-Encoding: chunked\r\n\r\nzz\r\n"),
            body: ""
        ),
        Answer(
            name: "reset within the body",
            step: .end(Posts.head + "Content-Length: 9\r\n\r\n", resets: true),
            body: ""
        ),
        Answer(
            name: "a body that never comes",
            step: .silence(Posts.head + "Content-Length: 9\r\n\r\nab"),
            body: "ab",
            milliseconds: 2000
        ),
        Answer(
            name: "another protocol",
            step: .answer("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"),
            status: 101
        ),
        Answer(name: "two answers", step: .answer(Posts.ok + Posts.ok), body: "ok"),
    ]

    @Test(arguments: answers) func `an answer counts from its head on`(_ example: Answer) async throws {
        try await ScriptedServer.run({ _, _ in example.step }) { server, port in
            let client = CallbackClient(limits: Posts.limits)
            defer { client.close() }
            let answer = try await Posts.post(client, "http://127.0.0.1:\(port)/", milliseconds: example.milliseconds)
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
        Failure(name: "closed within the head", step: .end(Posts.head + "Content-Le"), cause: "midway"),
        Failure(name: "closed behind a 100", step: .end("HTTP/1.1 100 Continue\r\n\r\n"), cause: "midway"),
        Failure(name: "reset", step: .end("", resets: true), cause: "reset"),
        Failure(name: "no HTTP", step: .answer("220 mail.example ESMTP\r\n"), cause: "invalid"),
        Failure(
            name: "headers",
            step: .silence(Posts.head + String(repeating: "X: a\r\n", count: 300)),
            cause: "overflow"
        ),
        Failure(
            name: "a header",
            step: .silence(Posts.head + "X: " + String(repeating: "a", count: 90_000)),
            cause: "overflow"
        ),
        Failure(name: "silence", step: .silence(), cause: "timedOut", milliseconds: 200),
        Failure(name: "half a head", step: .silence(Posts.head), cause: "timedOut", milliseconds: 2000),
        Failure(name: "a head that drips", step: .drip(Posts.head + "X: "), cause: "timedOut", milliseconds: 2000),
    ]

    @Test(arguments: failures) func `what is no answer is told apart, and its connection closed`(
        _ example: Failure
    ) async throws {
        try await ScriptedServer.run({ _, _ in example.step }) { server, port in
            let client = CallbackClient(limits: Posts.limits)
            defer { client.close() }
            let fault = await Posts.fault(client, "http://127.0.0.1:\(port)/", milliseconds: example.milliseconds)
            let name = Posts.name(fault)
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
                ? .answer(Posts.head + "Content-Length: 100000\r\n\r\n" + long.prefix(100_000))
                : connection == 2
                    ? .silence(Posts.head + "Content-Length: 9000000\r\n\r\n" + long) : .drip(Posts.head + "\r\n")
        }) { server, port in
            let client = CallbackClient(limits: Posts.limits)
            defer { client.close() }
            let url = "http://127.0.0.1:\(port)/"
            #expect(try await Posts.post(client, url).body.count == 16 * 1024)
            #expect(client.connections.idle == 1)
            server.send("", ending: true)
            try await waitUntil("the server's end is seen") { client.connections == (0, 0) }
            #expect(try await Posts.post(client, url).body.count == 16 * 1024)
            #expect(try await Posts.post(client, url, milliseconds: 2000).status == 200)
            try await waitUntil("the connections are closed") { client.connections == (0, 0) }
        }
    }

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
        let turn = Locked(0)
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
            let client = CallbackClient(limits: Posts.limits)
            defer { client.close() }
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        for _ in 0..<15 {
                            do throws(CallbackFault) {
                                let answer = try await Posts.post(client, "http://127.0.0.1:\(port)/", milliseconds: 50)
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
