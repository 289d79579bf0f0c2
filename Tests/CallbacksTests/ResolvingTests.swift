import EngineTestSupport
import NIOCore
import Primitives
import TestSupport
import Testing

@testable import Callbacks

/// Names, addresses and rules on the way to a callback.
@Suite(.timeLimit(.minutes(20)))
struct ResolvingTests {
    @Test func `a name is resolved once at a time, tells its time, and its addresses are tried in turn`() async throws {
        try await ScriptedServer.run({ _, _ in .end(Posts.ok) }) { server, port in
            let lookups = Locked(0)
            let client = CallbackClient(
                limits: Posts.limits,
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
            let answer = try await Posts.post(client, "http://a.example:\(port)/")
            #expect(answer.status == 200 && answer.phases.resolve != nil && answer.phases.connect != nil)
            #expect(lookups.withLock { $0 } == 1)
            #expect(server.requests[0].contains("Host: a.example:\(port)\r\n"))
        }
    }

    @Test func `a resolver that hangs costs the time for connecting, and one thread for all who wait`() async throws {
        let gate = Locked(false)
        let lookups = Locked(0)
        let client = CallbackClient(
            limits: Posts.limits,
            resolve: { _, _ in
                lookups.withLock { $0 += 1 }
                _ = threadWaits { gate.withLock { $0 } }
                return []
            }
        )
        defer { client.close() }
        await withTaskGroup(of: String.self) { group in
            for _ in 1...20 {
                group.addTask { Posts.name(await Posts.fault(client, "http://hanging.example/", connect: 100)) }
            }
            for await name in group { #expect(name == "resolveTimeout") }
        }
        #expect(lookups.withLock { $0 } == 1)
        gate.withLock { $0 = true }
    }

    @Test func `names that hang keep no other name waiting`() async throws {
        try await ScriptedServer.run({ _, _ in .answer(Posts.ok) }) { server, port in
            let gate = Locked(false)
            let hanging = Locked(0)
            let client = CallbackClient(
                limits: Posts.limits,
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
                    group.addTask { _ = await Posts.fault(client, "http://hanging\(number).example/") }
                }
                try await waitUntil("all of them hang") { hanging.withLock { $0 } == 40 }
                let answer = try await Posts.post(client, "http://good.example:\(port)/")
                #expect(answer.status == 200)
                gate.withLock { $0 = true }
                try await group.waitForAll()
            }
        }
    }

    @Test func `a resolver that gives no answer is told apart from a name that is none`() async throws {
        let client = CallbackClient(
            limits: Posts.limits,
            resolve: { host, _ in
                throw host == "silent.example"
                    ? NameLookups.Silence() as any Error : IOError(errnoCode: 24, reason: "x")
            }
        )
        defer { client.close() }
        #expect(Posts.name(await Posts.fault(client, "http://silent.example/")) == "resolverSilent")
        #expect(Posts.name(await Posts.fault(client, "http://full.example/")).hasPrefix("failed"))
    }

    @Test func `no address, an address that refuses and a rule that refuses are told apart`() async throws {
        let client = CallbackClient(
            limits: Posts.limits,
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
            let fault = await Posts.fault(client, "http://\(host)/")
            #expect(Posts.name(fault).hasPrefix("unresolved"))
            #expect(fault?.phases.resolve != nil && fault?.phases.connect == nil)
        }
        for host in ["metadata.example", "169.254.169.254", "[::ffff:169.254.169.254]"] {
            let name = Posts.name(await Posts.fault(client, "http://\(host)/"))
            #expect(name.contains("denied") && name.contains("metadata"), "\(name)")
        }
        let refused = Posts.name(await Posts.fault(client, "http://127.0.0.1:1/"))
        #expect(refused.contains("ECONNREFUSED") || refused.contains("111"), "\(refused)")
        #expect(Posts.name(await Posts.fault(client, "ftp://a/")) == "badAddress")
    }
}
