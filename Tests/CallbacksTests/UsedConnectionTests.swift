import EngineTestSupport
import NIOCore
import TestSupport
import Testing

@testable import Callbacks

/// Connections that are used again, and those that can't be.
@Suite(.timeLimit(.minutes(20)))
struct UsedConnectionTests {
    @Test func `a connection that was closed while it waited is not used`() async throws {
        try await ScriptedServer.run({ _, _ in .answer(Posts.ok) }) { server, port in
            let client = CallbackClient(limits: Posts.limits)
            defer { client.close() }
            // What is said without being asked ends the connection, too: it would pass for the next answer.
            for said in ["", "HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n"] {
                _ = try await Posts.post(client, "http://127.0.0.1:\(port)/")
                server.send(said, ending: said.isEmpty)
                try await waitUntil("the connection is forgotten") { client.connections == (0, 0) }
            }
            let last = try await Posts.post(client, "http://127.0.0.1:\(port)/")
            #expect(last.status == 200 && !last.phases.isReused)
        }
    }

    @Test(arguments: [false, true])
    func `a used connection that is closed before a byte came is made good once, on a new one`(_ resets: Bool)
        async throws
    {
        try await ScriptedServer.run({ connection, request in
            connection == 1 && request == 2 ? .end("", resets: resets) : .answer(Posts.ok)
        }) { server, port in
            let client = CallbackClient(limits: Posts.limits)
            defer { client.close() }
            let url = "http://127.0.0.1:\(port)/"
            _ = try await Posts.post(client, url)
            let second = try await Posts.post(client, url)
            #expect(second.status == 200 && !second.phases.isReused && second.phases.connect != nil)
            #expect(server.connections == 2 && server.requests.count == 3)
            #expect(server.requests[1] == server.requests[2])
        }
    }

    @Test func `it is made good once alone, and never after a byte of the answer`() async throws {
        for said in ["", "H"] {
            try await ScriptedServer.run({ connection, request in
                connection == 1 && request == 1 ? .answer(Posts.ok) : .end(said)
            }) { server, port in
                let client = CallbackClient(limits: Posts.limits)
                defer { client.close() }
                let url = "http://127.0.0.1:\(port)/"
                _ = try await Posts.post(client, url)
                let name = Posts.name(await Posts.fault(client, url))
                #expect(name == (said.isEmpty ? "closed" : "closedMidway"))
                #expect(server.requests.count == (said.isEmpty ? 3 : 2))
            }
        }
    }

    @Test func `an idle connection is closed when its time is over`() async throws {
        var limits = CallbackLimits()
        limits.idle = .milliseconds(50)
        try await ScriptedServer.run({ _, _ in .answer(Posts.ok) }) { [limits] server, port in
            let client = CallbackClient(limits: limits)
            defer { client.close() }
            for _ in 1...2 {
                _ = try await Posts.post(client, "http://127.0.0.1:\(port)/")
                try await waitUntil("the connection is closed") { client.connections == (0, 0) && server.open == 0 }
            }
        }
    }

    @Test func `a thousand posts need few connections, and one that hangs keeps no other waiting`() async throws {
        try await ScriptedServer.run({ _, _ in .answer(Posts.ok) }) { server, port in
            try await ScriptedServer.run({ _, _ in .silence() }) { hanging, hangingPort in
                let client = CallbackClient(limits: Posts.limits)
                defer { client.close() }
                let stuck = Task {
                    await Posts.fault(client, "http://127.0.0.1:\(hangingPort)/", milliseconds: 3_600_000)
                }
                try await waitUntil("one hangs") { hanging.requests.count == 1 }
                try await withThrowingTaskGroup(of: Int.self) { group in
                    for _ in 1...8 {
                        group.addTask {
                            var count = 0
                            for _ in 1...125 {
                                let answer = try await Posts.post(client, "http://127.0.0.1:\(port)/")
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
                #expect(Posts.name(await stuck.value) == "cancelled")
                try await waitUntil("it is closed") { hanging.open == 0 }
                #expect(client.connections == (idle, idle))
            }
        }
    }

    @Test func `after the end nothing is asked`() async throws {
        try await ScriptedServer.run({ _, request in request == 1 ? .answer(Posts.ok) : .silence() }) { server, port in
            let client = CallbackClient(limits: Posts.limits)
            let url = "http://127.0.0.1:\(port)/"
            _ = try await Posts.post(client, url)
            let hanging = Task { await Posts.fault(client, url) }
            try await waitUntil("one hangs") { server.requests.count == 2 }
            client.close()
            #expect(Posts.name(await hanging.value) == "stopping")
            #expect(Posts.name(await Posts.fault(client, url)) == "stopping")
            try await waitUntil("all is closed") { client.connections == (0, 0) && server.open == 0 }
        }
    }

    @Test(arguments: [2 << 20, 64 << 20])
    func `an answer to a request that isn't all out ends its connection`(size: Int) async throws {
        // What the sockets between two programs hold is less, as the client says, and this server reads no more.
        let body = String(repeating: "x", count: size)
        let refused = "HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n"
        try await ScriptedServer.run(greeting: "", reads: false, { _, _ in .answer(refused) }) { server, port in
            let client = CallbackClient(limits: Posts.limits)
            defer { client.close() }
            async let answer = Posts.post(client, "http://127.0.0.1:\(port)/", body: body)
            try await waitUntil("the post has begun") { server.open == 1 }
            server.send(refused, ending: false)
            #expect(try await answer.status == 413)
            #expect(client.connections.idle == 0)
        }
    }

    @Test func `an endless run of interim answers is none`() async throws {
        let interim = String(repeating: "HTTP/1.1 103 Early Hints\r\n\r\n", count: 40_000)
        try await ScriptedServer.run({ _, _ in .answer(interim) }) { _, port in
            let client = CallbackClient(limits: Posts.limits)
            defer { client.close() }
            let name = Posts.name(await Posts.fault(client, "http://127.0.0.1:\(port)/"))
            #expect(name.hasPrefix("failed"), "\(name)")
        }
    }
}
