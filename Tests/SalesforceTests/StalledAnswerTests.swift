import AsyncHTTPClient
import Domain
import NIOCore
import Salesforce
import Testing

/// Answers that begin and never end. The limits are those of the table, in small.
struct StalledAnswerTests {
    /// Small is only the limit that a case is about: on a busy machine another one would end it first.
    private static func limits(breaking limit: Limit? = nil) -> Limits {
        var limits = Limits()
        for other in [Limit.silence, .slowness, .answer] { limits[other] = 60_000 }
        if let limit { limits[limit] = 1200 }
        return limits
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let sending: String
        let ending: RawServer.Ending
        let limit: Limit
    }

    private static let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"

    static let cases = [
        Case(testDescription: "silence before the head", sending: "", ending: .silence, limit: .head),
        Case(
            testDescription: "silence within the head",
            sending: "HTTP/1.1 200 OK\r\nContent-",
            ending: .silence,
            limit: .head
        ),
        Case(
            testDescription: "silence behind the head",
            sending: head + "Content-Length: 100\r\n\r\n",
            ending: .silence,
            limit: .silence
        ),
        Case(
            testDescription: "silence in the body",
            sending: head + "Content-Length: 100\r\n\r\n{\"records\":",
            ending: .silence,
            limit: .silence
        ),
        Case(
            testDescription: "silence between chunks",
            sending: head + "Transfer-Encoding: chunked\r\n\r\n2\r\n[]\r\n",
            ending: .silence,
            limit: .silence
        ),
        Case(
            testDescription: "a drip",
            sending: head + "Content-Length: 1000000\r\n\r\n",
            ending: .drip(every: .milliseconds(50)),
            limit: .slowness
        ),
    ]

    @Test(arguments: cases)
    func `an answer that stalls ends by the limit that it broke, as a passing failure that is not repeated at once`(
        _ example: Case
    ) async throws {
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: HTTPClientExecutor.configuration)
        let executor = HTTPClientExecutor(
            client,
            limits: Self.limits(breaking: example.limit)
        )
        let thrown = try await RawServer.run(sending: example.sending, then: example.ending) { port in
            await #expect(throws: HTTPFault.self) {
                try await executor.execute(HTTPCall(method: "GET", url: "http://127.0.0.1:\(port)/services/data"))
            }
        }
        try await client.shutdown()
        #expect(thrown == .exceeded(example.limit))
        let error = RestFailure.error(try #require(thrown), host: "acme.example")
        #expect(error.kind == .transient)
        #expect(error.message.hasPrefix("acme.example was reached, but it"))
        #expect(error.message.contains(example.limit.text))
    }

    @Test func `a slow answer that keeps its pace is read to its end`() async throws {
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: HTTPClientExecutor.configuration)
        let body = String(repeating: "x", count: 100_000)
        let text = Self.head + "Content-Length: \(body.utf8.count)\r\n\r\n" + body
        let answer = try await RawServer.run(sending: text, then: .silence) { port in
            try await HTTPClientExecutor(client, limits: Self.limits(breaking: .slowness))
                .execute(HTTPCall(method: "GET", url: "http://127.0.0.1:\(port)/"))
        }
        try await client.shutdown()
        #expect(answer.body.count == 100_000)
    }

    @Test func `a call that is cancelled in the middle of an answer ends at once`() async throws {
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: HTTPClientExecutor.configuration)
        let text = Self.head + "Content-Length: 100\r\n\r\n{"
        let isCancelled = try await RawServer.run(sending: text, then: .silence) { port in
            let call = Task {
                try await HTTPClientExecutor(client).execute(HTTPCall(method: "GET", url: "http://127.0.0.1:\(port)/"))
            }
            call.cancel()
            do {
                _ = try await call.value
                return false
            } catch is CancellationError {
                return true
            }
        }
        try await client.shutdown()
        #expect(isCancelled)
    }
}
