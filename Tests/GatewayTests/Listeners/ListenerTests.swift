import AsyncHTTPClient
import Domain
import EngineAPI
import HTTPTypes
import Logging
import NIOCore
import NIOEmbedded
import NIOHTTP1
import NIOHTTPTypes
import ServiceLifecycle
import TestSupport
import Testing

@testable import Gateway

@Suite(.timeLimit(.minutes(20)))
struct ListenerTests {
    static let logger = Logger.quiet

    @Test func `both listeners tell their ports, answer, and stop when told`() async throws {
        try await RunningListeners.run { _, receiver, management in
            let health = try await HTTPClient.shared.execute(.init(url: management + "/healthz"), timeout: .seconds(60))
            #expect(health.status == .ok)
            #expect(health.headers.first(name: "date")?.hasSuffix(" GMT") == true)
            var webhook = HTTPClientRequest(url: receiver + "/elements/api-v2/events/sfdc/nobody")
            webhook.method = .POST
            webhook.body = .bytes(ByteBuffer(string: "{}"))
            #expect(try await HTTPClient.shared.execute(webhook, timeout: .seconds(60)).status == .notFound)
            let other = try await HTTPClient.shared.execute(.init(url: receiver + "/healthz"), timeout: .seconds(60))
            #expect(other.status == .notFound)
        }
    }

    @Test func `too large a body is refused, by its length and while it comes`() async throws {
        try await RunningListeners.run(limit: 1000) { engine, receiver, _ in
            _ = try await engine.createInstance(Self.draft)
            for isChunked in [false, true] {
                var request = HTTPClientRequest(url: receiver + "/elements/api-v2/events/sfdc/receiver-401")
                request.method = .POST
                let bytes = ByteBuffer(repeating: 0x20, count: 200_000)
                request.body = isChunked ? .stream([bytes].async, length: .unknown) : .bytes(bytes)
                let answer = try await HTTPClient.shared.execute(request, timeout: .seconds(60))
                #expect(answer.status.code == 413)
                #expect(answer.headers.first(name: "connection") == "close")
            }
        }
    }

    @Test(.timeLimit(.minutes(20)), arguments: [false, true])
    func `a client that sends all before it reads sees that its body is too large, too`(isChunked: Bool) async throws {
        try await RunningListeners.run(limit: 1000) { engine, receiver, management in
            _ = try await engine.createInstance(Self.draft)
            // More than the sockets' buffers hold.
            let (part, parts) = ([UInt8](repeating: 0x20, count: 64 << 10), 15 << 4)
            let count = part.count * parts
            let length = isChunked ? "Transfer-Encoding: chunked" : "Content-Length: \(count)"
            let (start, end) = isChunked ? (String(count, radix: 16) + "\r\n", "\r\n0\r\n\r\n") : ("", "")
            for (address, head) in [(receiver, BrokenRequestTests.webhook), (management, BrokenRequestTests.call)] {
                let answer = try await RawConnection.open(port: RunningListeners.port(address)) { dialogue in
                    try await dialogue.send("\(head)\(length)\r\n\r\n\(start)")
                    for _ in 0..<parts { try await dialogue.send(part) }
                    try await dialogue.send(end)
                    return await dialogue.readAll()
                }
                #expect(answer.hasPrefix("HTTP/1.1 413 ") && answer.hasSuffix("}"), "\(answer)")
            }
        }
    }

    @Test(arguments: ["", "/outbound"])
    func `a short body is worked on by its connection's event loop, a long one never`(suffix: String) async throws {
        try await RunningListeners.run(limit: 1 << 20) { engine, receiver, _ in
            _ = try await engine.createInstance(Self.draft)
            for bytes in [1000, 500_000] {
                var request = HTTPClientRequest(url: receiver + "/elements/api-v2/events/sfdc/receiver-401" + suffix)
                request.method = .POST
                request.body = .bytes(ByteBuffer(repeating: 0x20, count: bytes))
                let answer = try await HTTPClient.shared.execute(request, timeout: .seconds(60))
                #expect(answer.status.code >= 400)
            }
            #expect(engine.wereOnLoop == [true, false])
        }
    }

    @Test func `an open event stream does not hold up the end`() async throws {
        try await RunningListeners.run { _, _, management in
            var request = HTTPClientRequest(url: management + "/elements/api-v2/events/stream")
            request.headers.add(name: "Authorization", value: Fixture.authorization)
            let answer = try await HTTPClient.shared.execute(request, timeout: .seconds(60))
            var body = answer.body.makeAsyncIterator()
            let first = try #require(try await body.next())
            #expect(String(buffer: first).hasPrefix("retry: 2000\n"))
        }
    }

    @Test func `a connection that says nothing is closed soon`() throws {
        let channel = EmbeddedChannel(handler: RequestDeadlineHandler(firstHead: .seconds(10), wholeBody: .seconds(30)))
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        channel.embeddedEventLoop.advanceTime(by: .seconds(9))
        #expect(channel.isActive)
        channel.embeddedEventLoop.advanceTime(by: .seconds(2))
        #expect(!channel.isActive)
    }

    @Test func `a body that trickles for too long ends the connection`() throws {
        let channel = EmbeddedChannel(handler: RequestDeadlineHandler(firstHead: .seconds(10), wholeBody: .seconds(30)))
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        let head = HTTPRequest(method: .post, scheme: "http", authority: "localhost", path: "/")
        for _ in 0..<3 {
            try channel.writeInbound(HTTPRequestPart.head(head))
            channel.embeddedEventLoop.advanceTime(by: .seconds(29))
            try channel.writeInbound(HTTPRequestPart.end(nil))
            channel.embeddedEventLoop.advanceTime(by: .seconds(60))
        }
        #expect(channel.isActive)
        try channel.writeInbound(HTTPRequestPart.head(head))
        for _ in 0..<31 {
            try channel.writeInbound(HTTPRequestPart.body(ByteBuffer(string: "x")))
            channel.embeddedEventLoop.advanceTime(by: .seconds(1))
        }
        #expect(!channel.isActive)
    }

    @Test func `a port in use is told in one sentence that names the option`() async throws {
        try await RunningListeners.run { _, receiver, _ in
            let port = try #require(Int(receiver.split(separator: ":").last ?? ""))
            var configuration = GatewayConfiguration()
            configuration.receiver = ListenerAddress(host: "127.0.0.1", port: port)
            let second = GatewayServices(
                engine: StubEngine(),
                credentials: Fixture.credentials,
                configuration: configuration,
                logger: Self.logger
            )
            let fault = await #expect(throws: ListenerFault.self) { try await second.receiver.run() }
            #expect(
                fault?.description
                    == "Can't listen on 127.0.0.1:\(port): another program uses the port; choose another address with --receiver HOST:PORT."
            )
        }
    }

    private static var draft: InstanceDraft {
        var configuration = InstanceConfiguration()
        configuration.eventsEnabled = true
        return InstanceDraft(name: "acme", configuration: configuration)
    }
}

extension Array where Element: Sendable {
    /// The elements one after another, for a body without a known length.
    fileprivate var async: AsyncStream<Element> {
        AsyncStream { continuation in
            for element in self { continuation.yield(element) }
            continuation.finish()
        }
    }
}
